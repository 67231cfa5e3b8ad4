/** Who comes next: requests that arrive by themselves, and those that the end of another releases. */
import type { RequestTable } from "../../workloads/requests/requests.ts";

/**
 * Requests in order of arrival, taken one by one. Of equal times the one comes first that was known first: those that
 * arrive by themselves before the released ones, which come in the order of their releases.
 */
export class ArrivalQueue {
  /** The requests that were taken, in this order: entries 0 … taken − 1. */
  readonly order: Int32Array;
  taken = 0;
  /** The next request, −1 if none is known, and its time, infinite then. */
  next = -1;
  nextAt = Number.POSITIVE_INFINITY;

  private readonly arrival: Float64Array;
  /** Requests below this number arrive by themselves, in the order of their numbers. */
  private readonly arriving: number;
  private arrived = 0;
  /** Released and not yet taken, the latest first. */
  private readonly released: number[] = [];

  /** @param requests of those that are released, the arrival is read when they are. */
  constructor({ count, arrival, released }: RequestTable) {
    this.order = new Int32Array(count);
    this.arrival = arrival;
    this.arriving = released?.arriving ?? count;
    this.findNext();
  }

  /** Takes the next request, which there is. */
  take(): void {
    this.order[this.taken] = this.next;
    this.taken += 1;
    if (this.next < this.arriving) this.arrived += 1;
    else this.released.pop();
    this.findNext();
  }

  /** A request whose arrival is known from now on; not before that of any request that was taken. */
  release(request: number): void {
    const { released, arrival } = this;
    let place = released.length;
    while (place > 0 && arrival[released[place - 1]] <= arrival[request]) place -= 1;
    released.splice(place, 0, request);
    this.findNext();
  }

  private findNext(): void {
    const { arrived, arriving, released, arrival } = this;
    this.next = arrived < arriving ? arrived : -1;
    this.nextAt = arrived < arriving ? arrival[arrived] : Number.POSITIVE_INFINITY;
    if (released.length === 0) return;
    const first = released[released.length - 1];
    if (arrival[first] >= this.nextAt) return;
    this.next = first;
    this.nextAt = arrival[first];
  }
}
