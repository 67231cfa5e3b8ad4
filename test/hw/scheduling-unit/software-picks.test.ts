/**
 * Does the unit in doubles pick what the software scheduler picks? No decision cost, rescoring before dispatch, and room
 * for every request; the software's coefficient is made of reciprocals, as the unit's tables are.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CountedSchedulingUnit } from "../../../hw/scheduling-unit/counted.ts";
import { optFp16, type SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
import { quietInputs, SteppedSchedulingUnit } from "../../../hw/scheduling-unit/stepped.ts";
import { type NetworkAverages, tablesOf } from "../../../hw/scheduling-unit/tables.ts";
import { requestWords, tableWords, type Word } from "../../../hw/scheduling-unit/words.ts";
import { Dysta } from "../../../sched/dysta.ts";
import type { Policy } from "../../../sched/policy.ts";
import type { ReadyQueue } from "../../../sched/ready-queue.ts";
import { simulate } from "../../../sim/engine.ts";
import { SoftwareDispatch } from "../../../sim/software-dispatch.ts";
import type { Workload } from "../../../sim/workload.ts";
import { corrected } from "../../../workloads/faults.ts";
import { tailSums } from "../../../workloads/lookup-table.ts";
import { randomWorkload } from "../../models/random-workload.ts";

const eta = 0.01;

function networksOf({ tables, profiles, secondsPerTick }: Workload): NetworkAverages[] {
  return tables.map(({ averageLatency, averageDensity, layerCount }, index) => {
    const remainingSeconds = tailSums(averageLatency).map((ticks) => ticks * secondsPerTick);
    const name = profiles[index].name;
    // The workload has densities, not counts: every layer is one output, of which `density` is non-zero.
    const outputs = new Array<number>(layerCount).fill(1);
    return { name, remainingSeconds, isolatedSeconds: remainingSeconds[0], density: averageDensity, outputs };
  });
}

function unitFor({ secondsPerTick }: Workload, format: SchedulingUnit["format"]): SchedulingUnit {
  return {
    ...optFp16,
    format,
    depth: 64,
    layersPerRow: 8,
    eta,
    secondsPerTick,
    timeShiftBits: 0,
    scoreShiftBits: 0,
    countShiftBits: 0,
  };
}

/** What a unit must offer to be driven without a decision cost. */
interface FreeUnit {
  admit(request: number, row: number, arrival: number, deadline: number): void;
  layerDone(density: number, isLast: boolean, at: number): void;
  /** After the last request left; only then does the accelerator wait for an arrival. */
  becomeIdle(): void;
  pick(now: number): number;
}

function countedUnit(workload: Workload): FreeUnit {
  const unit = unitFor(workload, "fp64");
  const counted = new CountedSchedulingUnit(unit, tablesOf(unit, networksOf(workload)));
  return {
    admit: (tag, row, arrival, deadlineTicks) => {
      expect(counted.admit({ tag, row, deadlineTicks, initialScore: 0 }, arrival)).toBe(true);
    },
    layerDone: (density, isLast, at) => {
      counted.layerDone(density, isLast, at);
    },
    becomeIdle: () => expect(counted.requests.count).toBe(0),
    pick: (now) => counted.decide(now).tag,
  };
}

/** Everything over the port, with a clock that stands still while the unit works. */
function steppedUnit(workload: Workload): FreeUnit {
  const unit = unitFor(workload, "fp64");
  const stepped = new SteppedSchedulingUnit(unit);
  const send = (words: readonly Word[], clockTicks: number) => {
    for (const word of words) {
      expect(stepped.isPortReady).toBe(true);
      stepped.tick({ ...quietInputs(clockTicks), ...word });
    }
  };
  send(tableWords(tablesOf(unit, networksOf(workload))), 0);
  return {
    admit: (tag, row, arrival, deadlineTicks) =>
      send(requestWords(unit, workload.tables.length, { tag, row, deadlineTicks, initialScore: 0 }), arrival),
    layerDone: (nonZeros, isLastLayer, at) =>
      stepped.tick({ ...quietInputs(at), isLayerDone: true, isLastLayer, nonZeros }),
    becomeIdle: () => {
      while (stepped.state !== "idle") stepped.tick(quietInputs(0));
      expect(stepped.requests.count).toBe(0);
    },
    pick: (now) => {
      while (!stepped.isDispatch) stepped.tick({ ...quietInputs(now), isAcceleratorReady: true });
      stepped.isDispatch = false;
      return stepped.dispatchTag;
    },
  };
}

/** Asks Dysta and the unit at every decision. */
class BothPick implements Policy {
  readonly name = "dysta";
  readonly estimates = "pattern";
  readonly monitored = true;
  decisions = 0;
  private readonly software = new Dysta("dysta", { eta, clampSlack: false }, corrected);
  private readonly workload: Workload;
  private readonly unit: FreeUnit;
  private readonly admitsDuringLayer: boolean;
  private admitted = 0;
  private picked = -1;

  constructor(workload: Workload, unit: FreeUnit, { admitsDuringLayer }: { admitsDuringLayer: boolean }) {
    this.workload = workload;
    this.unit = unit;
    this.admitsDuringLayer = admitsDuringLayer;
  }

  pick(ready: ReadyQueue, now: number): number {
    const isAfterGap = this.picked >= 0 && ready.lastRun[this.picked] < now;
    if (!isAfterGap && this.admitsDuringLayer) this.admitNew(ready);
    this.endLayer(ready);
    if (isAfterGap) this.unit.becomeIdle();
    this.admitNew(ready);
    const position = this.software.pick(ready, now);
    this.picked = ready.order[position];
    expect(this.unit.pick(now)).toBe(this.picked);
    this.decisions += 1;
    return position;
  }

  private admitNew(ready: ReadyQueue): void {
    const { profile } = this.workload.requests;
    for (; this.admitted <= ready.order[ready.count - 1]; this.admitted++) {
      const request = this.admitted;
      this.unit.admit(request, profile[request], ready.arrival[request], ready.deadline[request]);
    }
  }

  /** Tells the unit of the layer that ran, and gives the software the coefficient that reciprocals give. */
  private endLayer(ready: ReadyQueue): void {
    const request = this.picked;
    if (request < 0) return;
    const isLast = ready.layersDone[request] === ready.layersTotal[request];
    const measured = ready.measuredDensity[request];
    this.unit.layerDone(isLast ? 0 : measured, isLast, ready.lastRun[request]);
    if (isLast) return;
    const average = ready.averageDensity[request];
    ready.coefficient[request] = average === 0 ? 1 : measured * (1 / average);
    ready.scaledRemainingSeconds[request] = ready.coefficient[request] * ready.remainingSeconds[request];
  }
}

function run(workload: Workload, unit: FreeUnit, order: { admitsDuringLayer: boolean }): number {
  const both = new BothPick(workload, unit, order);
  simulate(workload, new SoftwareDispatch(both, corrected), {
    predictor: { kind: "last-one", lastN: 3, divideByWindow: false, divideEmpty: false, divideRatio: false },
    alpha: workload.profiles.map(() => 1),
    preemptionCost: 0,
  });
  return both.decisions;
}

describe("the unit in doubles picks what the software picks", () => {
  it("counted, on 300 random workloads", () => {
    let decisions = 0;
    fc.assert(
      fc.property(randomWorkload({ emptyLayers: true }), (workload) => {
        decisions += run(workload, countedUnit(workload), { admitsDuringLayer: false });
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(decisions).toBeGreaterThan(10_000);
  });

  it("stepped, over its port, on 60 random workloads", () => {
    fc.assert(
      fc.property(randomWorkload({ emptyLayers: true }), (workload) => {
        run(workload, steppedUnit(workload), { admitsDuringLayer: true });
      }),
      { numRuns: 60, seed: 2 },
    );
  });
});
