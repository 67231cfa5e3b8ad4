/** Does the counted unit in the loop do what the stepped one does: admissions, picks, cycles? */
import { describe, expect, it } from "vitest";
import type { RangeCounts } from "../../../hw/scheduling-unit/compute-unit.ts";
import { CountedLoop } from "../../../hw/scheduling-unit/counted-loop.ts";
import type { SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
import { FreeLoop } from "../../../hw/scheduling-unit/free-loop.ts";
import type { Dispatched, Host, UnitInLoop } from "../../../hw/scheduling-unit/in-loop.ts";
import { SteppedLoop } from "../../../hw/scheduling-unit/stepped-loop.ts";
import { tablesOf } from "../../../hw/scheduling-unit/tables.ts";
import { Dice } from "../random-case.ts";
import { type Arrival, randomArrivals, randomNetworks, randomUnit, type TrueNetwork } from "./random-unit.ts";

interface Case {
  readonly unit: SchedulingUnit;
  readonly networks: readonly TrueNetwork[];
  readonly arrivals: readonly Arrival[];
  /** Non-zeros of each (request, layer), drawn beforehand. */
  readonly nonZeros: readonly (readonly number[])[];
}

interface Outcome {
  readonly admissions: readonly (readonly [tag: number, sinceTicks: number])[];
  readonly dispatches: readonly Dispatched[];
  readonly finished: readonly number[];
  readonly rangeCounts: RangeCounts;
}

function randomCase(seed: number, depth: number, mostRequests = 80): Case {
  const dice = new Dice(seed);
  const unit = randomUnit(dice, depth);
  const networks = randomNetworks(dice, dice.pick([20, 300])).map((network) => ({
    ...network,
    // A layer of no cycles ends in the cycle in which it begins.
    layerCycles: network.layerCycles.map((cycles) => (dice.chance(0.1) ? 0 : cycles)),
  }));
  const arrivals = randomArrivals(
    dice,
    dice.integer(mostRequests / 2, mostRequests),
    networks,
    dice.pick([10, 400, 20_000]),
  );
  const nonZeros = arrivals.map(({ row }) => Array.from(networks[row].outputs, (outputs) => dice.integer(0, outputs)));
  return { unit, networks, arrivals, nonZeros };
}

function run({ networks, arrivals, nonZeros }: Case, loopOf: (host: Host) => UnitInLoop): Outcome {
  const admissions: [number, number][] = [];
  const dispatches: Dispatched[] = [];
  const finished: number[] = [];
  const layersDone = new Int32Array(arrivals.length);
  const loop = loopOf({
    request: (tag) => (tag < arrivals.length ? { ...arrivals[tag], arrivalTicks: arrivals[tag].atTicks } : undefined),
    admitted: (tag, sinceTicks) => admissions.push([tag, sinceTicks]),
  });
  let dispatched = loop.next(undefined);
  for (;;) {
    dispatches.push(dispatched);
    const { tag, startTicks } = dispatched;
    const layer = layersDone[tag]++;
    const { layerCycles } = networks[arrivals[tag].row];
    const isLastLayer = layer + 1 === layerCycles.length;
    if (isLastLayer) finished.push(tag);
    if (finished.length === arrivals.length) return { admissions, dispatches, finished, rangeCounts: loop.rangeCounts };
    dispatched = loop.next({ atTicks: startTicks + layerCycles[layer], nonZeros: nonZeros[tag][layer], isLastLayer });
  }
}

describe("the unit in the loop", () => {
  it("counted is the stepped one, on 300 random runs", () => {
    let waited = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const drawn = randomCase(seed, [1, 2, 3, 5, 8, 64][seed % 6]);
      const tables = tablesOf(drawn.unit, drawn.networks);
      const counted = run(drawn, (host) => new CountedLoop(drawn.unit, tables, host));
      const stepped = run(drawn, (host) => new SteppedLoop(drawn.unit, tables, host));
      expect(counted, `seed ${seed}`).toEqual(stepped);
      waited += counted.admissions.filter(([tag, since]) => since > drawn.arrivals[tag].atTicks).length;
    }
    expect(waited).toBeGreaterThan(1000);
  });

  it.each([1, 2, 7, 64, 512])("of depth %i finishes every request exactly once, whatever the arrivals", (depth) => {
    let full = 0;
    for (let seed = 1; seed <= (depth > 8 ? 12 : 60); seed++) {
      const drawn = randomCase(seed, depth, 2 * depth + 80);
      const tables = tablesOf(drawn.unit, drawn.networks);
      for (const Loop of [CountedLoop, FreeLoop]) {
        const { admissions, finished, dispatches } = run(drawn, (host) => new Loop(drawn.unit, tables, host));
        const tags = drawn.arrivals.map(({ tag }) => tag);
        expect(finished.toSorted((a, b) => a - b)).toEqual(tags);
        expect(admissions.map(([tag]) => tag)).toEqual(tags);
        const layers = drawn.arrivals.reduce((sum, { row }) => sum + drawn.networks[row].layerCycles.length, 0);
        expect(dispatches.length).toBe(layers);
        const longest = Math.max(...dispatches.map(({ queueLength }) => queueLength));
        expect(longest).toBeLessThanOrEqual(depth);
        if (longest === depth) full += 1;
      }
    }
    expect(full).toBeGreaterThan(1);
  });
});
