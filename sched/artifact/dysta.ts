import { Dysta } from "../dysta.ts";
import type { ReadyQueue } from "../ready-queue.ts";
import { firstSmallest } from "../scan.ts";

/** Dysta under the fault `divided-penalty`: the penalty divides where the hardware multiplies by two reciprocals. */
export class DividingDysta extends Dysta {
  override pick(ready: ReadyQueue, now: number): number {
    return firstSmallest(ready, (request) => this.score(ready, request, now));
  }

  override score(ready: ReadyQueue, request: number, now: number): number {
    const waited = (now - ready.lastRun[request]) * ready.secondsPerTick;
    return this.scoreWith(waited / ready.isolatedSeconds[request] / ready.count, ready, request, now);
  }
}
