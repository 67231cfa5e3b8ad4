/**
 * When the words of requests go over the request port: three words a request, one per cycle, in order of arrival, as long
 * as the port is open and the unit has room. A request whose words are interrupted by a decision goes on after it.
 */
import type { CountedSchedulingUnit } from "./counted.ts";
import type { Host } from "./unit-driver.ts";

const wordsPerRequest = 3;

export class HostLink {
  private readonly host: Host;
  private readonly unit: CountedSchedulingUnit;
  private tag = 0;
  private wordsTaken = 0;
  private firstWordTicks = 0;
  /** The next cycle that can carry a word. */
  private freeTicks = 0;

  constructor(host: Host, unit: CountedSchedulingUnit) {
    this.host = host;
    this.unit = unit;
  }

  /** The port is open in the cycles `fromTicks` … `toTicks`. */
  send(fromTicks: number, toTicks: number): void {
    this.freeTicks = Math.max(this.freeTicks, fromTicks);
    while (this.sendWord(toTicks)) {
      // Another word.
    }
  }

  /** The port is open from `fromTicks` until a request is admitted. @returns the cycle that takes its last word. */
  sendUntilAdmission(fromTicks: number): number {
    this.freeTicks = Math.max(this.freeTicks, fromTicks);
    while (this.unit.requests.count === 0) {
      if (!this.sendWord(Number.POSITIVE_INFINITY)) throw new Error("no request is left to wait for");
    }
    return this.freeTicks - 1;
  }

  /** Sends the next word if that is possible up to `lastTicks`. */
  private sendWord(lastTicks: number): boolean {
    const request = this.host.request(this.tag);
    if (request === undefined || this.unit.requests.isFull) return false;
    const atTicks = Math.max(this.freeTicks, request.arrivalTicks);
    if (atTicks > lastTicks) return false;
    if (this.wordsTaken === 0) this.firstWordTicks = atTicks;
    this.freeTicks = atTicks + 1;
    this.wordsTaken += 1;
    if (this.wordsTaken === wordsPerRequest) this.complete();
    return true;
  }

  private complete(): void {
    const { tag, firstWordTicks } = this;
    this.wordsTaken = 0;
    this.tag += 1;
    this.unit.admit(this.requestOf(tag), firstWordTicks);
    this.host.admitted(tag, firstWordTicks);
  }

  private requestOf(tag: number) {
    const request = this.host.request(tag);
    if (request === undefined) throw new Error(`no request ${tag}`);
    return request;
  }
}
