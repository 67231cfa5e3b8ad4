/** The result of `dysta capacity` as the JSON document of the command-line contract. */
import type { CapacityDifference } from "./capacity.ts";
import { rateTolerance } from "./highest-rate.ts";
import type { Capacity } from "./question.ts";

/** `dysta capacity --json`, and `capacity.json` of a result folder. Holds no times of day and no durations. */
export function capacityDocument({ scenario, target, seeds, schedulers, differences, conditions }: Capacity) {
  return {
    name: scenario.name,
    target,
    /** A rate higher by no more than this share of it misses the target. */
    tolerance: rateTolerance,
    requests: conditions.requests,
    seeds,
    conditions,
    schedulers: Object.fromEntries(schedulers.map(({ scheduler, ofSeeds: _, ...rest }) => [scheduler, rest])),
    differences: differences.map(({ scheduler, against, mean, ci95 }) => ({
      scheduler,
      against,
      /** Requests per second that it serves more, on the same requests. */
      rate: mean,
      rateCi95: ci95,
      toldApart: isToldApart({ mean, ci95 }),
    })),
  };
}

export type CapacityDocument = ReturnType<typeof capacityDocument>;

/** Whether the interval of a difference leaves out 0. */
export function isToldApart({ mean, ci95 }: Pick<CapacityDifference, "mean" | "ci95">): boolean {
  return ci95 !== null && Math.abs(mean) > ci95;
}
