/** Networks with arrivals, deadlines and cascades of their own: drawn as defined, each by itself. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomStream } from "../../../workloads/random/random.ts";
import { arrivalProcess, type GeneratedArrivals } from "../../../workloads/requests/arrivals.ts";
import { generateRequests } from "../../../workloads/requests/generate.ts";
import { ratesOf, totalRate } from "../../../workloads/requests/rates.ts";
import type { RequestSpec } from "../../../workloads/requests/request-spec.ts";
import { corrected } from "../../../workloads/semantics/faults.ts";
import { drawNaively, type NaiveNetwork } from "../../models/naive-requests.ts";
import { networks } from "../synthetic-networks.ts";

const names = ["a", "b", "c", "d", "e"] as const;
const four = networks(
  ...names.map((model, k) => ({ model, samples: 3 + 4 * k, timeUnit: "cycles" as const, layerLatency: 1000 })),
);
const ticksPerSecond = 200e6;

const periodic = fc
  .record({
    fps: fc.constantFrom(3, 10, 30, 60, 59.94),
    jitterShare: fc.constantFrom(0, 0, 0.05, 0.5, 1),
    offset: fc.constantFrom(0, 0.001, 0.1),
  })
  .map(
    ({ fps, jitterShare, offset }): GeneratedArrivals => ({
      kind: "periodic",
      fps,
      jitter: jitterShare / fps,
      offset,
    }),
  );
const others: GeneratedArrivals[] = [
  { kind: "poisson", rate: 20 },
  { kind: "fixed", rate: 30 },
  { kind: "bursty", rate: 100, on: 0.1, off: 0.3 },
];
const arrivals = fc.oneof({ arbitrary: periodic, weight: 3 }, { arbitrary: fc.constantFrom(...others), weight: 1 });

/** The first network has arrivals; each other one as well, or is released by an earlier one. */
const mixes = fc
  .tuple(
    ...names.map(() =>
      fc.record({
        arrivals,
        isReleased: fc.boolean(),
        parent: fc.nat(),
        probability: fc.constantFrom(0, 0.2, 0.5, 1),
        delay: fc.constantFrom(0, 0.002),
        deadline: fc.constantFrom(0.001, 1 / 60),
        isChained: fc.boolean(),
      }),
    ),
  )
  .map((drawn) =>
    drawn.map((own, k): NaiveNetwork => {
      const network = { name: names[k], profile: k, samples: 3 + 4 * k };
      if (k === 0 || !own.isReleased) return { ...network, arrivals: own.arrivals, deadline: own.deadline };
      const after = { network: own.parent % k, probability: own.probability, delay: own.delay };
      return { ...network, after, deadline: own.isChained ? "chain" : own.deadline };
    }),
  );
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

function specOf(mix: readonly NaiveNetwork[], requests: number): RequestSpec {
  return {
    requests,
    mix: mix.map(({ deadline }) => ({ weight: 1, slo: 10, deadline })),
    own: mix.flatMap(({ name, profile, arrivals: own }) =>
      own === undefined ? [] : [{ name, members: [profile], arrivals: own }],
    ),
    cascades: mix.flatMap(({ name, profile, after }) =>
      after === undefined
        ? []
        : [
            {
              name,
              members: [profile],
              parents: [after.network],
              probability: after.probability,
              delay: after.delay,
            },
          ],
    ),
    timeUnit: "cycles",
    secondsPerTick: 1 / ticksPerSecond,
    semantics: corrected,
  };
}

function draw(mix: readonly NaiveNetwork[], requests: number, seed: number) {
  return generateRequests(specOf(mix, requests), four.profiles, four.tables, seed);
}

test("requests are those of the definition", () => {
  fc.assert(
    fc.property(mixes, seeds, fc.integer({ min: 1, max: 60 }), (mix, seed, count) => {
      const table = draw(mix, count, seed);
      const naive = drawNaively(mix, count, seed, ticksPerSecond);
      const all = [...naive.arriving, ...naive.released];
      expect(table.count).toBe(all.length);
      for (const column of ["profile", "sample", "priority"] as const) {
        expect([...table[column]], column).toEqual(all.map((each) => each[column]));
      }
      expect([...table.arrival]).toEqual(all.map(({ arrival = Number.NaN }) => arrival));
      expect([...table.deadline]).toEqual(all.map(({ deadline = Number.NaN }) => deadline));
      expect([...(table.released?.parent ?? [])]).toEqual(all.map(({ parent = -1 }) => parent));
      expect([...(table.released?.delay ?? [])]).toEqual(all.map(({ delay = 0 }) => delay));
    }),
    { numRuns: 300 },
  );
});

/** What the k-th request of a network is, for as many as there are. */
function requestsOf(mix: readonly NaiveNetwork[], index: number, seed: number) {
  const { arrival, deadline, profile, sample, priority } = draw(mix, 60, seed);
  return [...profile.keys()]
    .filter((request) => profile[request] === index)
    .map((request) => [arrival[request], deadline[request], sample[request], priority[request]]);
}

test("whatever is changed in one network, the k-th request of another stays as it was", () => {
  let compared = 0;
  fc.assert(
    fc.property(mixes, seeds, arrivals, fc.nat(), fc.boolean(), (mix, seed, other, place, leavesOut) => {
      const own = mix.filter((network) => network.arrivals !== undefined);
      const changed = own[place % own.length].profile;
      const others = mix.map((network) =>
        network.profile === changed ? { ...network, arrivals: other, deadline: 0.5 } : network,
      );
      // Networks that are released, if they are left out, leave those that arrive as they were.
      const after = leavesOut ? others.map(({ after: _, ...network }) => network) : others;
      for (const { profile } of own.filter((network) => network.profile !== changed)) {
        const [before, now] = [requestsOf(mix, profile, seed), requestsOf(after, profile, seed)];
        const common = Math.min(before.length, now.length);
        expect(now.slice(0, common)).toEqual(before.slice(0, common));
        compared += common;
      }
    }),
    { numRuns: 200, seed: 1 },
  );
  expect(compared).toBeGreaterThan(1000);
});

test("a probability decides who is released, and nothing of whoever is: the less likely ones are among the likely", () => {
  fc.assert(
    fc.property(mixes, seeds, (mix, seed) => {
      const withProbability = (probability: number) =>
        draw(
          mix.map(({ after, ...network }) => (after ? { ...network, after: { ...after, probability } } : network)),
          40,
          seed,
        );
      const [some, all] = [withProbability(0.5), withProbability(1)];
      const facts = ({ released, profile, sample, priority }: typeof some) => {
        const chain = (request: number): string => {
          const parent = released?.parent[request] ?? -1;
          return `${parent < 0 ? request : `${chain(parent)}>`}${profile[request]}:${sample[request]}:${priority[request]}`;
        };
        return [...profile.keys()].map(chain);
      };
      const known = new Set(facts(all));
      expect(facts(some).filter((fact) => !known.has(fact))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

describe("periodic arrivals", () => {
  test("frame k comes within the jitter of offset + k periods, both ways", () => {
    const next = arrivalProcess(
      { kind: "periodic", fps: 50, jitter: 0.002, offset: 0.5 },
      { gaps: randomStream(3, "x"), phases: randomStream(3, "y") },
    );
    const shifts = Array.from({ length: 5000 }, (_, frame) => next() - (0.5 + frame / 50));
    expect(Math.min(...shifts)).toBeGreaterThanOrEqual(-0.002 * (1 + 1e-9));
    expect(Math.max(...shifts)).toBeLessThanOrEqual(0.002 * (1 + 1e-9));
    const mean = shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length;
    const spread = Math.sqrt(shifts.reduce((sum, shift) => sum + (shift - mean) ** 2, 0) / shifts.length);
    expect(Math.abs(mean)).toBeLessThan(0.0001);
    expect(spread / (0.002 / Math.sqrt(3))).toBeCloseTo(1, 1);
  });
});

test("rates add up over arrivals and what they release", () => {
  const mix: NaiveNetwork[] = [
    { name: "a", profile: 0, samples: 3, arrivals: { kind: "periodic", fps: 60, jitter: 0, offset: 0 }, deadline: 1 },
    { name: "b", profile: 1, samples: 7, after: { network: 2, probability: 0.5, delay: 0 }, deadline: 1 },
    { name: "c", profile: 2, samples: 11, after: { network: 0, probability: 0.2, delay: 0 }, deadline: 1 },
    { name: "d", profile: 3, samples: 15, arrivals: { kind: "bursty", rate: 30, on: 1, off: 2 }, deadline: 1 },
  ];
  const spec = specOf(mix, 1);
  expect(ratesOf(spec)).toEqual([60, 6, 12, 10]);
  expect(totalRate(spec)).toBe(88);
});
