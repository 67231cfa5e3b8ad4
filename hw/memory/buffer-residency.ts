/**
 * Whose activations are in the global buffer while others run. Tensors are kept whole, in the order in which their
 * requests were put aside; the one put aside first makes room first.
 */
interface Moves {
  /** Sizes of the tensors that had to leave, in bytes. */
  readonly spilledBytes: readonly number[];
  /** What the layer that begins had lost before; 0 if nothing. */
  readonly reloadedBytes: number;
}

export class BufferResidency {
  private readonly capacityBytes: number;
  private readonly kept = new Map<number, number>();
  private readonly spilled = new Map<number, number>();
  private keptBytes = 0;

  constructor(capacityBytes: number) {
    this.capacityBytes = capacityBytes;
  }

  /** Whether nothing of anybody who was put aside is in the buffer, or was and left. */
  get isUntouched(): boolean {
    return this.kept.size === 0 && this.spilled.size === 0;
  }

  /** `owner` is put aside and leaves this much in the buffer. */
  keep(owner: number, bytes: number): void {
    if (bytes === 0) return;
    this.kept.set(owner, bytes);
    this.keptBytes += bytes;
  }

  /** A layer of `owner` begins, and needs `demandedBytes` (no more than the capacity). */
  begin(owner: number, demandedBytes: number): Moves {
    this.remove(owner);
    const reloadedBytes = this.spilled.get(owner) ?? 0;
    this.spilled.delete(owner);
    return { spilledBytes: this.makeRoom(demandedBytes), reloadedBytes };
  }

  private makeRoom(demandedBytes: number): number[] {
    const left: number[] = [];
    for (const [owner, bytes] of this.kept) {
      if (this.keptBytes + demandedBytes <= this.capacityBytes) break;
      this.remove(owner);
      this.spilled.set(owner, bytes);
      left.push(bytes);
    }
    return left;
  }

  private remove(owner: number): void {
    this.keptBytes -= this.kept.get(owner) ?? 0;
    this.kept.delete(owner);
  }
}
