/** Does a sweep go on where networks cannot be had, stop where results cannot be kept, and record nothing that is not so? */
import { describe, expect, it, vi } from "vitest";
import { scenarioNetworks } from "../../../../sim/profile/modelled-networks.ts";
import { estimateSweep } from "../../../../sim/study/sweep/estimate.ts";
import { openGroups, runSweep } from "../../../../sim/study/sweep/run-sweep.ts";
import type { PointOutcome, Sweep } from "../../../../sim/study/sweep/sweep.ts";
import { sweepOf } from "../../../../sim/study/sweep/sweep-file.ts";
import { ConfigError } from "../../../../workloads/input/errors.ts";
import { MemoryStore } from "./memory-store.ts";

vi.mock("../../../../sim/profile/modelled-networks.ts", { spy: true });

/** 4 groups of 4 points: tables are read anew for other semantics and numbers of samples. */
const sweep = await sweepOf(
  {
    scenario: { table: "builtin:eyerissv2", arrivals: { kind: "poisson", rate: 3 }, requests: 20 },
    axes: { semantics: ["corrected", "artifact"], samples: [1, 2] },
    schedulers: ["fcfs", "sjf"],
    seeds: 2,
  },
  { file: "faults", folder: "/nowhere" },
);
const points = { from: 0, to: sweep.pointCount };

async function resultsWith(faults: readonly (Error | undefined)[]) {
  const original = vi.mocked(scenarioNetworks).getMockImplementation();
  for (const fault of faults) {
    if (fault === undefined) vi.mocked(scenarioNetworks).mockImplementationOnce(original as typeof scenarioNetworks);
    else vi.mocked(scenarioNetworks).mockRejectedValueOnce(fault);
  }
  const store = new MemoryStore(sweep);
  const run = await runSweep(sweep, store, { points, workers: 2 });
  return { run, outcomes: store.inOrder() };
}

const death = () => new Error("worker exited with code: 5\n    at Worker");

describe("a thread that dies while networks are profiled", () => {
  it("costs nothing the first time", async () => {
    const { run, outcomes } = await resultsWith([death(), death()]);
    expect(run).toEqual({ ran: 16, failed: 0, isInterrupted: false });
    expect(outcomes).toEqual((await resultsWith([])).outcomes);
  });

  it("costs the points of the group the second time", async () => {
    vi.mocked(scenarioNetworks).mockClear();
    // The first two groups begin together; each is tried again before another begins.
    const { run, outcomes } = await resultsWith([death(), death(), death(), death()]);
    expect(run).toEqual({ ran: 16, failed: 8, isInterrupted: false });
    expect(outcomes.slice(0, 8)).toEqual(
      Array.from({ length: 8 }, (_, point) => ({
        point,
        error: "its networks could not be profiled, twice: worker exited with code: 5",
      })),
    );
    expect(vi.mocked(scenarioNetworks)).toHaveBeenCalledTimes(6);
  });

  it("is not tried for where the mistake is the user's", async () => {
    vi.mocked(scenarioNetworks).mockClear();
    const { outcomes } = await resultsWith([new ConfigError("no such table")]);
    expect(outcomes.filter((outcome) => "error" in outcome)).toEqual(
      [0, 1, 2, 3].map((point) => ({ point, error: "no such table" })),
    );
    expect(vi.mocked(scenarioNetworks)).toHaveBeenCalledTimes(4);
  });
});

describe("a store that fails", () => {
  class FullStore extends MemoryStore {
    private left: number;

    constructor(of: Sweep, left: number) {
      super(of);
      this.left = left;
    }

    override async append(outcomes: readonly PointOutcome[]): Promise<void> {
      if (this.left-- === 0) throw new ConfigError("the disk is full");
      await super.append(outcomes);
    }
  }

  it("ends the sweep, and no point is taken to have failed", async () => {
    const many = await sweepOf(
      {
        scenario: { table: "builtin:eyerissv2", arrivals: { kind: "poisson", rate: 3 }, requests: 20 },
        axes: { semantics: ["corrected", "artifact"] },
        schedulers: ["fcfs", "sjf", "dysta"],
        seeds: 500,
      },
      { file: "faults", folder: "/nowhere" },
    );
    for (const left of [0, 2]) {
      const store = new FullStore(many, left);
      const run = runSweep(many, store, { points: { from: 0, to: many.pointCount }, workers: 2 });
      await expect(run).rejects.toThrow("the disk is full");
      expect(store.inOrder().filter((outcome) => "error" in outcome)).toEqual([]);
      expect(store.inOrder().length).toBeLessThan(many.pointCount);
    }
  });
});

describe("an estimate", () => {
  it("runs points of some groups, and leaves out those that fail", async () => {
    const groups = openGroups(sweep, new MemoryStore(sweep), points);
    expect(groups.map(({ length }) => length)).toEqual([4, 4, 4, 4]);
    const estimate = await estimateSweep(sweep, groups, { workers: 1 });
    expect(estimate).toMatchObject({ groups: 3, points: 12, keptGroups: 4, isCut: false });
    expect(estimate.seconds).toBeGreaterThan(0);
    vi.mocked(scenarioNetworks).mockRejectedValueOnce(new ConfigError("no such table"));
    expect(await estimateSweep(sweep, groups, { workers: 1 })).toMatchObject({ groups: 3, points: 8 });
  });

  it("of nothing is nothing", async () => {
    expect(await estimateSweep(sweep, [], { workers: 1 })).toMatchObject({ seconds: 0, points: 0, groups: 0 });
  });
});
