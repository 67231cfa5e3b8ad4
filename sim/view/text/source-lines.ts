/** Where latencies come from, in lines for people. */
import type { Profile } from "../../../workloads/tables/profile.ts";

/** One line per source, then one per note on a model, without repetitions. */
export function sourceLines(networks: readonly Pick<Profile, "model" | "source" | "note">[]): string[] {
  const sources = networks.map(({ source }) => `Latencies: ${source}.`);
  const notes = networks.flatMap(({ model, note }) => (note === undefined ? [] : [`${model}: ${note}.`]));
  return [...new Set([...sources, ...notes])];
}
