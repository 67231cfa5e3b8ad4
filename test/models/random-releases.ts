/** Random workloads in which requests release others and late ones are dropped, with coincidences of times. */
import fc from "fast-check";
import type { Workload } from "../../sim/core/workload.ts";
import { randomWorkload } from "./random-workload.ts";

const release = fc.record({
  parent: fc.nat(),
  profile: fc.nat(),
  sample: fc.nat(),
  priority: fc.constantFrom(1, 3, 9),
  /** In units of the mean time that a network takes alone, as is `allowance`. */
  delay: fc.constantFrom(0, 0, 0, 0.25, 1, 4),
  allowance: fc.constantFrom(0, 0.5, 1, 3, 10),
  isChained: fc.boolean(),
});

/** Up to 20 requests, up to 20 more that these or earlier ones of their own kind release; some networks drop late ones. */
export function randomReleases({ drops: mayDrop = true } = {}): fc.Arbitrary<Workload> {
  return fc
    .record({
      workload: randomWorkload({ maxRequests: 20 }),
      releases: fc.array(release, { minLength: 1, maxLength: 20, size: "max" }),
      drops: mayDrop ? fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }) : fc.constant([]),
    })
    .map(({ workload, releases, drops }) => withReleases(workload, releases, drops));
}

type DrawnRelease = typeof release extends fc.Arbitrary<infer R> ? R : never;

function withReleases(workload: Workload, releases: readonly DrawnRelease[], drops: readonly boolean[]): Workload {
  const { requests, tables, profiles, timeUnit } = workload;
  const arriving = requests.count;
  const unit = tables.reduce((sum, { isolatedLatency }) => sum + isolatedLatency, 0) / tables.length;
  const ticks = (units: number) => (timeUnit === "cycles" ? Math.round(units * unit) : units * unit);
  const parents = releases.map(({ parent }, k) => parent % (arriving + k));
  const firstOf = (request: number): number => (request < arriving ? request : firstOf(parents[request - arriving]));
  const profile = [...requests.profile, ...releases.map((each) => each.profile % profiles.length)];
  const before = { none: requests.arrival.map(() => 0), noParent: requests.arrival.map(() => -1) };
  return {
    ...workload,
    requests: {
      count: arriving + releases.length,
      arrival: Float64Array.from([...requests.arrival, ...releases.map(() => Number.NaN)]),
      profile: Int32Array.from(profile),
      sample: Int32Array.from([
        ...requests.sample,
        ...releases.map((each, k) => each.sample % profiles[profile[arriving + k]].sampleIds.length),
      ]),
      priority: Int32Array.from([...requests.priority, ...releases.map((each) => each.priority)]),
      deadline: Float64Array.from([
        ...requests.deadline,
        ...releases.map(({ isChained }, k) => (isChained ? requests.deadline[firstOf(arriving + k)] : Number.NaN)),
      ]),
      released: {
        arriving,
        parent: Int32Array.from([...before.noParent, ...parents]),
        delay: Float64Array.from([...before.none, ...releases.map(({ delay }) => ticks(delay))]),
        allowance: Float64Array.from([...before.none, ...releases.map(({ allowance }) => ticks(allowance))]),
      },
      ...(drops.length === 0 ? {} : { dropsWhenLate: Uint8Array.from(profile, (index) => (drops[index] ? 1 : 0)) }),
    },
  };
}
