/**
 * The scores of a trace, computed a second time from what the queue shows at a decision: a definition of each
 * recorded field that does not depend on the policies' own code.
 */
import type { ReadyQueue } from "../../../sched/ready-queue.ts";
import { ConfigError, didYouMean } from "../../../workloads/input/errors.ts";

export interface Decision {
  readonly ready: ReadyQueue;
  readonly now: number;
  /** α of SDRM3. */
  readonly alpha: number;
  /** PREMA's tokens after this decision, by request. */
  readonly tokens: ReadonlyMap<number, number>;
}

type Field = (decision: Decision, request: number) => number;

const urgency: Field = ({ ready, now }, request) =>
  Math.min(1, (ready.coefficient[request] * ready.remainingSeconds[request]) / (ready.deadline[request] - now));

const fairness: Field = ({ ready, now }, request) =>
  (now - ready.lastRun[request]) / (ready.coefficient[request] * ready.nextLayerSeconds[request]);

const slackScore: Field = ({ ready, now }, request) =>
  Math.max(0, ready.deadline[request] - now - ready.coefficient[request] * ready.remainingSeconds[request]);

const fields = {
  reqst_time: ({ ready }, request) => ready.arrival[request],
  dysta_gamma: ({ ready }, request) => ready.coefficient[request],
  prema_token: ({ tokens }, request) => tokens.get(request) ?? -1,
  planaria_score: ({ ready, now }, request) => ready.priority[request] / (ready.deadline[request] - now),
  sdrm_urgency: urgency,
  fairness,
  map_score: (decision, request) => urgency(decision, request) + decision.alpha * fairness(decision, request),
  dysta_urgency: slackScore,
  /** Slack score + penalty; the remaining time is added to it only where requests are compared. */
  dysta_score: (decision, request) => {
    const { ready, now } = decision;
    const penalty = (now - ready.lastRun[request]) / ready.isolatedSeconds[request] / ready.count;
    return slackScore(decision, request) + penalty;
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
    for (const request of ready.order.subarray(0, ready.count)) {
      const before = this.tokens.get(request);
      const isolated = ready.coefficient[request] * ready.isolatedSeconds[request];
      const earned = ready.priority[request] * ((now - ready.lastRun[request]) / isolated);
      this.tokens.set(request, before === undefined ? ready.priority[request] : before + earned);
    }
  }
}
