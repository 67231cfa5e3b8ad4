/** Random runs of a scheduling unit in the loop, and what comes of them. */
import type { RangeCounts } from "../../../hw/scheduling-unit/compute-unit.ts";
import type { SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
import type { Dispatched, Host, LayerEnd, UnitDriver } from "../../../hw/scheduling-unit/unit-driver.ts";
import { Dice } from "../array/random-case.ts";
import { type Arrival, randomArrivals, randomNetworks, randomUnit, type TrueNetwork } from "./random-unit.ts";

export interface LoopCase {
  readonly unit: SchedulingUnit;
  readonly networks: readonly TrueNetwork[];
  readonly arrivals: readonly Arrival[];
  /** Non-zeros of each (request, layer), drawn beforehand. */
  readonly nonZeros: readonly (readonly number[])[];
}

export interface LoopOutcome {
  readonly admissions: readonly (readonly [tag: number, sinceTicks: number])[];
  readonly dispatches: readonly Dispatched[];
  readonly finished: readonly number[];
  readonly rangeCounts: RangeCounts;
  readonly lastEnd: LayerEnd;
}

export function randomLoopCase(seed: number, depth: number, maxRequests = 80): LoopCase {
  const dice = new Dice(seed);
  const unit = randomUnit(dice, depth);
  const networks = randomNetworks(dice, dice.pick([20, 300])).map((network) => ({
    ...network,
    // A layer of no cycles ends in the cycle in which it begins.
    layerCycles: network.layerCycles.map((cycles) => (dice.chance(0.1) ? 0 : cycles)),
  }));
  const arrivals = randomArrivals(
    dice,
    dice.integer(maxRequests / 2, maxRequests),
    networks,
    dice.pick([10, 400, 20_000]),
  );
  const nonZeros = arrivals.map(({ row }) => Array.from(networks[row].outputs, (outputs) => dice.integer(0, outputs)));
  return { unit, networks, arrivals, nonZeros };
}

export function runLoop({ networks, arrivals, nonZeros }: LoopCase, loopOf: (host: Host) => UnitDriver): LoopOutcome {
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
    const end = { atTicks: startTicks + layerCycles[layer], nonZeros: nonZeros[tag][layer], isLastLayer };
    if (finished.length === arrivals.length) {
      return { admissions, dispatches, finished, rangeCounts: loop.rangeCounts, lastEnd: end };
    }
    dispatched = loop.next(end);
  }
}
