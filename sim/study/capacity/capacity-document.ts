/** The result of `dysta capacity` as the JSON document of the command-line contract. */
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
    differences: differences.map(({ scheduler, against, mean, ci95, isToldApart }) => ({
      scheduler,
      against,
      /** Requests per second that it serves more, on the same requests. */
      rate: mean,
      rateCi95: ci95,
      /** Whether the interval leaves out 0 and the difference is more than the tolerance. */
      toldApart: isToldApart,
    })),
  };
}

export type CapacityDocument = ReturnType<typeof capacityDocument>;
