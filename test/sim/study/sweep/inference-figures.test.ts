/** Are the figures of an inference those of a calculation by hand? */
import { describe, expect, it } from "vitest";
import { inferenceFiguresOf } from "../../../../sim/study/sweep/inference-figures.ts";
import {
  type ExtraColumn,
  type Profile,
  sharedDoublesOf,
  sharedIntegersOf,
} from "../../../../workloads/tables/profile.ts";

interface Table {
  readonly samples: number;
  /** Sample after sample, two layers each. */
  readonly latency: number[];
  readonly extra?: Partial<Record<ExtraColumn, number[]>>;
  readonly timeUnit?: Profile["timeUnit"];
}

function profile(name: string, { samples, latency, extra = {}, timeUnit = "cycles" }: Table): Profile {
  const columns = Object.entries(extra).map(([column, values]) => [column, sharedDoublesOf(values)]);
  return {
    ...{ name, model: name, pattern: "dense", timeUnit, clockHz: 2e8, source: "by hand", layerCount: 2 },
    sampleIds: sharedIntegersOf(Array.from({ length: samples }, (_, k) => k)),
    latency: sharedDoublesOf(latency),
    inputDensity: sharedDoublesOf(latency.map(() => 0.5)),
    extra: Object.fromEntries(columns),
  };
}

function figures(profiles: readonly Profile[], weights: readonly number[], macsPerCycle: number | null) {
  const { timeUnit } = profiles[0];
  const mix = weights.map((weight, k) => ({ profile: k, weight, slo: 10 }));
  const setup = { networks: { profiles, timeUnit }, requests: { mix } };
  return inferenceFiguresOf(setup as never, macsPerCycle);
}

const small = profile("small", {
  samples: 2,
  latency: [100, 200, 120, 180],
  extra: { effectual_macs: [400, 600, 500, 700], dram_bytes: [1, 2, 3, 4], energy_pj: [10, 20, 30, 40] },
});
const large = profile("large", {
  samples: 1,
  latency: [1000, 3000],
  extra: { effectual_macs: [8000, 9000], dram_bytes: [50, 70], energy_pj: [500, 700] },
});

describe("figures of an inference", () => {
  it("are means over the samples of a network, and over the mix by weight", () => {
    // small: 300 cycles, 1100 MACs, 5 bytes, 50 pJ; large: 4000, 17000, 120, 1200; three of small for one of large.
    expect(figures([small, large], [3, 1], 8)).toEqual({
      cycles: (3 * 300 + 4000) / 4,
      effectualMacs: (3 * 1100 + 17000) / 4,
      utilisation: (3 * 1100 + 17000) / ((3 * 300 + 4000) * 8),
      dramBytes: (3 * 5 + 120) / 4,
      energyPj: (3 * 50 + 1200) / 4,
    });
  });

  it("depend on the weights' ratios alone", () => {
    expect(figures([small, large], [6, 2], 8)).toEqual(figures([small, large], [3, 1], 8));
  });

  it("are null where a network does not say, one by one", () => {
    const quiet = profile("quiet", { samples: 1, latency: [10, 10], extra: { effectual_macs: [5, 5] } });
    expect(figures([small, quiet], [1, 1], 8)).toEqual({
      cycles: 160,
      effectualMacs: 555,
      utilisation: 555 / (160 * 8),
      dramBytes: null,
      energyPj: null,
    });
    expect(figures([small], [1], null)).toMatchObject({ cycles: 300, utilisation: null });
  });

  it("have no cycles where tables are in seconds", () => {
    const inSeconds = profile("seconds", { samples: 1, latency: [0.1, 0.2], timeUnit: "seconds" });
    expect(Object.values(figures([inSeconds], [1], 8))).toEqual([null, null, null, null, null]);
  });
});
