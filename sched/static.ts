/**
 * The software level of Dysta (paper, section 4.2.1, Alg. 1): runs once per request, on arrival, on the host. It looks
 * the network up, gives the request its first score, and hands both to the scheduling unit.
 */
import type { Policy } from "./policy.ts";
import type { ReadyQueue } from "./ready-queue.ts";

/** What the host sends for one request: the unit's tag, deadline and score FIFOs each take one word of it. */
interface StaticDecision {
  readonly request: number;
  /** Row of the latency, density, shape and isolated-latency tables: the (model, pattern) of the request. */
  readonly tableIndex: number;
  /** Absolute, in the run's time unit. */
  readonly deadline: number;
  /** Seconds; the least is dispatched first. */
  readonly initialScore: number;
}

/**
 * Score = Lat + β · (SLO − Lat), in seconds.
 *
 * @param latencySeconds average isolated latency of the (model, pattern)
 * @param sloSeconds deadline − arrival
 */
function staticScore(latencySeconds: number, sloSeconds: number, beta: number): number {
  return latencySeconds + beta * (sloSeconds - latencySeconds);
}

/**
 * The words for one request.
 *
 * @param isolatedSeconds of each table row: the sum of its average layer latencies
 */
export function staticDecision(
  request: number,
  requests: { readonly arrival: Float64Array; readonly deadline: Float64Array; readonly profile: Int32Array },
  isolatedSeconds: ArrayLike<number>,
  { secondsPerTick, beta }: { secondsPerTick: number; beta: number },
): StaticDecision {
  const tableIndex = requests.profile[request];
  const deadline = requests.deadline[request];
  const sloSeconds = (deadline - requests.arrival[request]) * secondsPerTick;
  const initialScore = staticScore(isolatedSeconds[tableIndex], sloSeconds, beta);
  return { request, tableIndex, deadline, initialScore };
}

/** The software level alone: requests keep the score they arrived with, the least runs. */
export class DystaStatic implements Policy {
  readonly name = "dysta_static";
  readonly estimates = "pattern";
  readonly monitored = false;
  private readonly beta: number;

  constructor({ beta }: { beta: number }) {
    this.beta = beta;
  }

  pick({ deadline, arrival, isolatedSeconds, secondsPerTick, count }: ReadyQueue): number {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let position = 0; position < count; position++) {
      const sloSeconds = (deadline[position] - arrival[position]) * secondsPerTick;
      const score = staticScore(isolatedSeconds[position], sloSeconds, this.beta);
      if (score < least) {
        best = position;
        least = score;
      }
    }
    return best;
  }
}
