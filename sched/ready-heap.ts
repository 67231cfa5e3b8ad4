/** Requests by smallest key, of equal keys in no particular order: a binary heap of their numbers. */
export class ReadyHeap {
  private readonly key: ArrayLike<number>;
  private readonly heap: number[] = [];

  /** @param key of each request; that of the first may become smaller while it is first. */
  constructor(key: ArrayLike<number>) {
    this.key = key;
  }

  get isEmpty(): boolean {
    return this.heap.length === 0;
  }

  get first(): number {
    return this.heap[0];
  }

  clear(): void {
    this.heap.length = 0;
  }

  push(request: number): void {
    const { heap, key } = this;
    let at = heap.length;
    heap.push(request);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (key[heap[parent]] <= key[request]) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = request;
  }

  /** Takes out the first. */
  pop(): void {
    const { heap, key } = this;
    const last = heap[heap.length - 1];
    heap.length -= 1;
    const { length } = heap;
    if (length === 0) return;
    let at = 0;
    while (true) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && key[heap[child + 1]] < key[heap[child]]) child += 1;
      if (key[last] <= key[heap[child]]) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
  }
}
