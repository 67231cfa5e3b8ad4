/**
 * The scores of a trace, computed a second time from what the queue shows at a decision: a definition of each
 * recorded field that does not depend on the policies' own code.
 */
import type { ReadyQueue } from "../../../sched/ready-queue.ts";
import { ConfigError, didYouMean } from "../../../workloads/input/errors.ts";

interface Decision {
  readonly ready: ReadyQueue;
  readonly now: number;
  /** α of SDRM3. */
  readonly alpha: number;
  /** PREMA's tokens after this decision, by request. */
  readonly tokens: ReadonlyMap<number, number>;
}

type Field = (decision: Decision, position: number) => number;

const urgency: Field = ({ ready, now }, position) =>
  Math.min(1, (ready.coefficient[position] * ready.remainingSeconds[position]) / (ready.deadline[position] - now));

const fairness: Field = ({ ready, now }, position) =>
  (now - ready.lastRun[position]) / (ready.coefficient[position] * ready.nextLayerSeconds[position]);

const slackScore: Field = ({ ready, now }, position) =>
  Math.max(0, ready.deadline[position] - now - ready.coefficient[position] * ready.remainingSeconds[position]);

const fields = {
  reqst_time: ({ ready }, position) => ready.arrival[position],
  dysta_gamma: ({ ready }, position) => ready.coefficient[position],
  prema_token: ({ ready, tokens }, position) => tokens.get(ready.order[position]) ?? -1,
  planaria_score: ({ ready, now }, position) => ready.priority[position] / (ready.deadline[position] - now),
  sdrm_urgency: urgency,
  fairness,
  map_score: (decision, position) => urgency(decision, position) + decision.alpha * fairness(decision, position),
  dysta_urgency: slackScore,
  /** Slack score + penalty; the remaining time is added to it only where requests are compared. */
  dysta_score: (decision, position) => {
    const { ready, now } = decision;
    const penalty = (now - ready.lastRun[position]) / ready.isolatedSeconds[position] / ready.count;
    return slackScore(decision, position) + penalty;
  },
} satisfies Record<string, Field>;

/**
 * The value of a recorded field.
 *
 * @throws ConfigError if no scheduler has such a field
 */
export function fieldNamed(name: string): Field {
  if (Object.hasOwn(fields, name)) return fields[name as keyof typeof fields];
  throw new ConfigError(`unknown field "${name}"${didYouMean(name, Object.keys(fields))}`);
}

/** PREMA's tokens as the artifact lets them grow: every ready request earns at every decision, nothing is taken back. */
export class TokenLedger {
  readonly tokens = new Map<number, number>();

  update(ready: ReadyQueue, now: number): void {
    for (const [position, request] of ready.order.subarray(0, ready.count).entries()) {
      const before = this.tokens.get(request);
      const isolated = ready.coefficient[position] * ready.isolatedSeconds[position];
      const earned = ready.priority[position] * ((now - ready.lastRun[position]) / isolated);
      this.tokens.set(request, before === undefined ? ready.priority[position] : before + earned);
    }
  }
}
