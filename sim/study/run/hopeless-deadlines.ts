/** Deadlines that no schedule can meet. */
import { notice } from "../../../workloads/input/notices.ts";
import type { Profile } from "../../../workloads/tables/profile.ts";
import type { RunSetup } from "./run-setup.ts";

/** Tells the user, in one line each, of networks whose deadline is shorter than they take alone on their shortest input. */
export function warnOfHopelessDeadlines(file: string, { networks, requests }: RunSetup): void {
  const { profiles, secondsPerTick } = networks;
  for (const [index, { deadline }] of requests.mix.entries()) {
    const profile = profiles[index];
    const shortest = shortestInference(profile) * secondsPerTick;
    if (typeof deadline !== "number" || deadline >= shortest) continue;
    const [given, needed] = [deadline, shortest].map((seconds) => `${Number((seconds * 1e3).toPrecision(4))} ms`);
    notice(
      `scenario ${file}: models: ${profile.model}/${profile.pattern}: no request can be on time: the deadline is ${given}, alone it takes ${needed} or more`,
    );
  }
}

/** The least sum of the layers of a sample, in the profile's time unit. */
function shortestInference({ sampleIds, layerCount, latency }: Profile): number {
  const sums = Array.from(sampleIds, (_, row) =>
    latency.subarray(row * layerCount, (row + 1) * layerCount).reduce((sum, layer) => sum + layer, 0),
  );
  return Math.min(...sums);
}
