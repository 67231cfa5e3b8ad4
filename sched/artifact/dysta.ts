import { Dysta } from "../dysta.ts";
import type { ReadyQueue } from "../ready-queue.ts";

/** Dysta under the fault `divided-penalty`: the penalty divides where the hardware multiplies by two reciprocals. */
export class DividingDysta extends Dysta {
  override pick(ready: ReadyQueue, now: number): number {
    let best = 0;
    let least = this.score(ready, 0, now);
    for (let position = 1; position < ready.count; position++) {
      const score = this.score(ready, position, now);
      if (score < least) {
        best = position;
        least = score;
      }
    }
    return best;
  }

  override score(ready: ReadyQueue, position: number, now: number): number {
    const remaining = ready.scaledRemainingSeconds[position];
    const slack = (ready.deadline[position] - now) * ready.secondsPerTick - remaining;
    const waited = (now - ready.lastRun[position]) * ready.secondsPerTick;
    const penalty = waited / ready.isolatedSeconds[position] / ready.count;
    return remaining + this.eta * (Math.max(this.slackFloor, slack) + penalty);
  }
}
