/** Bounds that no scheduler of a run can beat, seed by seed: computed once and shared by all of them. */
import { type Bound, type Bounds, boundsOf } from "../../../sched/bounds.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { isolatedTimes } from "../../core/metrics.ts";
import { task } from "../../threads/task.ts";
import type { RunSetup } from "./run-setup.ts";
import { workloadOf } from "./simulate-job.ts";

export interface BoundsJob {
  readonly setup: RunSetup;
  readonly seed: number;
}

interface SeedBounds extends Bounds {
  readonly seed: number;
}

export const boundsTask = task<BoundsJob, SeedBounds>("bounds");

/** More requests than this take bounds only when asked for: their time grows with the square of the requests. */
const maxRequests = 5000;

/** The bounds of one seed's requests. */
export function boundsJob({ setup, seed }: BoundsJob): SeedBounds {
  const workload = workloadOf(setup, seed);
  return { seed, ...boundsOf({ ...workload.requests, isolated: isolatedTimes(workload) }) };
}

/**
 * The jobs of a run's bounds; none where they are not wanted.
 *
 * By themselves (`auto`) there are bounds for up to 5000 requests, if they hold: in the artifact's semantics the clock may run
 * back and the accelerator overlap with itself, a request that is due at its arrival has no window to fit in, and when a
 * released request arrives depends on the schedule.
 *
 * @param wanted true: bounds, or an error; false: none; auto: where they hold and are cheap.
 * @throws ConfigError if they are wanted and do not hold.
 */
export function boundsJobs(
  setup: RunSetup,
  seeds: readonly number[],
  requestCount: number,
  wanted: boolean | "auto",
): BoundsJob[] {
  if (wanted === false || (wanted === "auto" && requestCount > maxRequests)) return [];
  const obstacle = obstacleOf(setup, seeds);
  if (obstacle === undefined) return seeds.map((seed) => ({ setup, seed }));
  if (wanted === true) throw new ConfigError(`--bounds: ${obstacle}`);
  return [];
}

/** The bounds of one seed's requests; undefined where none hold. */
export function seedBounds(setup: RunSetup, seed: number): Bounds | undefined {
  return obstacleOf(setup, [seed]) === undefined ? boundsJob({ setup, seed }) : undefined;
}

function obstacleOf(setup: RunSetup, seeds: readonly number[]): string | undefined {
  if (setup.policies.semantics.size > 0) return "they hold in corrected semantics only, the run has faults";
  if (setup.arrays > 1) return `they hold for one array, the run has ${setup.arrays}`;
  const { arrivals, own = [], cascades, mix } = setup.requests;
  if (cascades !== undefined)
    return "they hold for requests whose arrivals are given, here some are released by others";
  const isGiven = [...(arrivals === undefined ? [] : [{ arrivals }]), ...own].some(
    (each) => each.arrivals.kind === "trace",
  );
  if (!isGiven && mix.every(({ deadline }) => deadline === undefined)) return undefined;
  for (const seed of seeds) {
    const { arrival, deadline } = workloadOf(setup, seed).requests;
    const late = arrival.findIndex((at, request) => deadline[request] <= at);
    if (late >= 0) {
      return `every deadline must be after the arrival, those of request ${late} are ${arrival[late]} and ${deadline[late]}`;
    }
  }
  return undefined;
}

/** Bounds of the mean over seeds: the means of the bounds. */
export interface RunBounds extends Bounds {
  readonly perSeed: readonly SeedBounds[];
}

/** Undefined without seeds. */
export function meanBounds(perSeed: readonly SeedBounds[]): RunBounds | undefined {
  if (perSeed.length === 0) return undefined;
  const meanOf = (bound: (of: Bounds) => Bound): Bound => ({
    lower: mean(perSeed.map((of) => bound(of).lower)),
    feasible: mean(perSeed.map((of) => bound(of).feasible)),
  });
  return { violationRate: meanOf((of) => of.violationRate), antt: meanOf((of) => of.antt), perSeed };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
