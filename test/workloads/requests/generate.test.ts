/** Are the drawn requests what the scenario says, and does changing one thing change only that thing? */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MersenneTwister } from "../../../workloads/random/mersenne-twister.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import type { GeneratedArrivals } from "../../../workloads/requests/arrivals.ts";
import { drawArtifactRequests, withDeadlines } from "../../../workloads/requests/artifact-requests.ts";
import { generateRequests } from "../../../workloads/requests/generate.ts";
import type { RequestSpec } from "../../../workloads/requests/request-spec.ts";
import type { RequestTable } from "../../../workloads/requests/requests.ts";
import { corrected, type Fault } from "../../../workloads/semantics/faults.ts";
import { networks } from "../synthetic-networks.ts";

const three = networks({ model: "c" }, { model: "a", samples: 7 }, { model: "b", samples: 150 });
const poisson: GeneratedArrivals = { kind: "poisson", rate: 3 };

function spec(change: Partial<RequestSpec> = {}): RequestSpec {
  return {
    arrivals: poisson,
    requests: 200,
    mix: [1, 1, 1].map((weight) => ({ weight, slo: 10 })),
    timeUnit: "seconds",
    secondsPerTick: 1,
    semantics: corrected,
    ...change,
  };
}

function draw(change: Partial<RequestSpec> = {}, seed = 1): RequestTable {
  return generateRequests(spec(change), three.profiles, three.tables, seed);
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const arrivalKinds: GeneratedArrivals[] = [
  poisson,
  { kind: "fixed", rate: 3 },
  { kind: "bursty", rate: 30, on: 0.5, off: 4.5 },
];

describe.each(arrivalKinds)("$kind arrivals", (arrivals) => {
  test("never decrease, begin after 0", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { arrival } = draw({ arrivals }, seed);
        expect(arrival[0]).toBeGreaterThan(0);
        for (let k = 1; k < arrival.length; k++) expect(arrival[k]).toBeGreaterThanOrEqual(arrival[k - 1]);
      }),
      { numRuns: 30 },
    );
  });

  test("come at 3 requests/s in the long run", () => {
    const { arrival } = draw({ arrivals, requests: 300_000 });
    // Standard error of the bursty process, the most irregular: about 1 % here; of Poisson 0.2 %.
    expect(300_000 / arrival[299_999] / 3).toBeCloseTo(1, 1.3);
  });

  test("a longer run begins with the same requests", () => {
    const short = draw({ arrivals, requests: 50 });
    const long = draw({ arrivals, requests: 400 });
    for (const column of ["arrival", "profile", "sample", "priority", "deadline"] as const) {
      expect(Array.from(long[column].slice(0, 50)), column).toEqual(Array.from(short[column]));
    }
  });
});

test("Poisson gaps have the exponential's spread, bursty gaps more", () => {
  const variation = (arrivals: GeneratedArrivals) => {
    const { arrival } = draw({ arrivals, requests: 100_000 });
    const gaps = arrival.slice(1).map((at, k) => at - arrival[k]);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    return Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length) / mean;
  };
  expect(variation(poisson)).toBeCloseTo(1, 1.5);
  expect(variation(arrivalKinds[2])).toBeGreaterThan(2);
});

test("shares of the mix follow the weights", () => {
  const mix = [5, 3, 2].map((weight) => ({ weight, slo: 10 }));
  const { profile } = draw({ mix, requests: 100_000 });
  for (const [index, share] of [0.5, 0.3, 0.2].entries()) {
    const drawn = profile.filter((k) => k === index).length / 100_000;
    expect(Math.abs(drawn - share)).toBeLessThan(0.006);
  }
});

test("every sample of a table and every priority level is drawn, about equally often", () => {
  const { profile, sample, priority } = draw({ requests: 90_000 });
  const counts = new Array(150).fill(0);
  for (const [request, row] of sample.entries()) if (profile[request] === 2) counts[row] += 1;
  expect(Math.min(...counts)).toBeGreaterThan(130);
  expect(Math.max(...counts)).toBeLessThan(275);
  for (const level of [1, 3, 9]) {
    expect(Math.abs(priority.filter((p) => p === level).length / 90_000 - 1 / 3)).toBeLessThan(0.006);
  }
});

describe("independent streams", () => {
  const base = draw();
  const columns = ["arrival", "profile", "sample", "priority"] as const;

  test.each<[string, Partial<RequestSpec>, (typeof columns)[number][]]>([
    ["the rate", { arrivals: { kind: "poisson", rate: 7 } }, ["arrival"]],
    ["the arrival process", { arrivals: { kind: "bursty", rate: 9, on: 1, off: 2 } }, ["arrival"]],
    ["the SLO", { mix: [1, 1, 1].map((weight) => ({ weight, slo: 50 })) }, []],
    ["the mix", { mix: [1, 2, 9].map((weight) => ({ weight, slo: 10 })) }, ["profile", "sample"]],
  ])("changing %s changes only what it must", (_, change, allowed) => {
    const changed = draw(change);
    for (const column of columns) {
      const same = base[column].every((value, request) => value === changed[column][request]);
      expect(same, column).toBe(!allowed.includes(column));
    }
  });

  test("a request whose model stays keeps its sample when the mix changes", () => {
    const changed = draw({ mix: [1, 2, 9].map((weight) => ({ weight, slo: 10 })) });
    const kept = [...base.profile.keys()].filter((request) => base.profile[request] === changed.profile[request]);
    expect(kept.length).toBeGreaterThan(20);
    for (const request of kept) expect(changed.sample[request]).toBe(base.sample[request]);
  });

  test("a request's sample says nothing about its priority", () => {
    const { profiles, tables } = networks({ model: "b", samples: 150 });
    const manyOfOne = spec({ requests: 30_000, mix: [{ weight: 1, slo: 10 }] });
    const { sample, priority } = generateRequests(manyOfOne, profiles, tables, 1);
    for (const level of [1, 3, 9]) {
      const rows = sample.filter((_, request) => priority[request] === level);
      const mean = rows.reduce((sum, row) => sum + row, 0) / rows.length;
      // Rows 0 to 149 have a standard deviation of 43.3; of the mean of 10 000 that is 0.43.
      expect(Math.abs(mean - 74.5), `level ${level}`).toBeLessThan(2);
    }
  });

  test.each<["priority" | "sample", string, (draw: number) => number]>([
    ["priority", "priorities", (draw) => [1, 3, 9][draw]],
    ["sample", "samples", (draw) => draw],
  ])("the %s column is what the stream of its own name gives, one draw per request", (column, name, expected) => {
    const { profiles, tables } = networks({ model: "b", samples: 3 });
    const drawn = generateRequests(spec({ mix: [{ weight: 1, slo: 10 }] }), profiles, tables, 5)[column];
    const stream = randomStream(5, name);
    expect(Array.from(drawn)).toEqual(Array.from(drawn, () => expected(stream.below(3))));
  });

  test("another seed changes everything", () => {
    const other = draw({}, 2);
    for (const column of columns) expect(Array.from(other[column])).not.toEqual(Array.from(base[column]));
  });
});

test("the order of the profiles changes nothing but their indices", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), seeds, (order, seed) => {
      const weights = [1, 2, 3];
      const mix = (indices: number[]) => indices.map((k) => ({ weight: weights[k], slo: 10 + k }));
      const expected = draw({ mix: mix([0, 1, 2]) }, seed);
      const shuffled = generateRequests(
        spec({ mix: mix(order) }),
        order.map((k) => three.profiles[k]),
        order.map((k) => three.tables[k]),
        seed,
      );
      expect(Array.from(shuffled.profile, (k) => order[k])).toEqual(Array.from(expected.profile));
      expect(shuffled.deadline).toEqual(expected.deadline);
      expect(shuffled.sample).toEqual(expected.sample);
    }),
    { numRuns: 30 },
  );
});

test("the deadline is the arrival plus the multiple of the model's mean isolated latency", () => {
  const mix = [10, 20, 30].map((slo) => ({ weight: 1, slo }));
  const { arrival, deadline, profile } = draw({ mix });
  for (const [request, at] of arrival.entries()) {
    expect(deadline[request]).toBe(at + [10, 20, 30][profile[request]] * 10);
  }
});

test("a run in cycles has whole cycles, at the same times to half a cycle", () => {
  const seconds = draw();
  const cycles = draw({ timeUnit: "cycles", secondsPerTick: 1 / 200e6 });
  for (const [request, at] of cycles.arrival.entries()) {
    expect(Number.isInteger(at) && Number.isInteger(cycles.deadline[request])).toBe(true);
    expect(Math.abs(at - seconds.arrival[request] * 200e6)).toBeLessThanOrEqual(0.5 + 1e-6);
  }
});

describe("faults of the artifact's generator", () => {
  const faulty = (...names: Fault[]) => draw({ semantics: new Set(names) });

  test("seven-samples: only samples 0 to 6 are drawn", () => {
    expect(Math.max(...faulty("seven-samples").sample)).toBe(6);
    expect(Math.max(...draw().sample)).toBeGreaterThan(100);
  });

  test("shared-stream: another arrival process changes every other column", () => {
    const semantics = new Set<Fault>(["shared-stream"]);
    const poissonRun = draw({ semantics });
    const fixedRun = draw({ semantics, arrivals: { kind: "fixed", rate: 3 } });
    expect(fixedRun.profile).not.toEqual(poissonRun.profile);
    expect(fixedRun.priority).not.toEqual(poissonRun.priority);
  });

  test("both together draw the artifact's very requests", () => {
    const order = [1, 2, 0];
    const profiles = order.map((k) => three.profiles[k]);
    const drawn = drawArtifactRequests(new MersenneTwister(1), { rate: 3, count: 200, profiles });
    const expected = withDeadlines(
      drawn,
      order.map((k) => three.tables[k]),
      10,
    );
    const actual = faulty("seven-samples", "shared-stream");
    expect(actual.profile).toEqual(expected.profile.map((k) => order[k]));
    for (const column of ["arrival", "sample", "priority", "deadline"] as const) {
      expect(actual[column]).toEqual(expected[column]);
    }
  });
});
