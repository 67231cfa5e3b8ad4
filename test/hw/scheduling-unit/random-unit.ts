/** Seeded random units, networks and arrivals. */

import {
  optFp16,
  rescorings,
  type SchedulingUnit,
  unitPolicies,
  variants,
} from "../../../hw/scheduling-unit/description.ts";
import { type FormatName, formatNames } from "../../../hw/scheduling-unit/number-format.ts";
import type { NetworkAverages } from "../../../hw/scheduling-unit/tables.ts";
import type { Dice } from "../array/random-case.ts";

/** A network and its true behaviour. */
export interface TrueNetwork extends NetworkAverages {
  readonly layerCycles: readonly number[];
}

export interface Arrival {
  readonly tag: number;
  readonly row: number;
  readonly atTicks: number;
  readonly deadlineTicks: number;
  readonly initialScore: number;
}

const clockHz = 200e6;

export function randomUnit(dice: Dice, depth: number): SchedulingUnit {
  const format: FormatName = dice.pick(formatNames);
  const policy = dice.chance(0.5) ? "dysta" : dice.pick(unitPolicies);
  return {
    ...optFp16,
    name: "random",
    policy,
    format,
    fifoDepth: depth,
    tableRows: 4,
    layersPerRow: 6,
    variant: policy === "dysta" ? dice.pick(variants) : "shared",
    rescoring: policy === "dysta" ? dice.pick(rescorings) : "before-dispatch",
    eta: dice.pick([0, 0.01, 1]),
    timeShiftBits: format === "fp16" ? 16 : 0,
    scoreShiftBits: dice.pick([0, 4]),
    countShiftBits: format === "fp16" ? 12 : 0,
  };
}

/** Layers of a few cycles (shorter than a decision) up to a millisecond; some are always empty. */
export function randomNetworks(dice: Dice, maxLayerCycles: number): TrueNetwork[] {
  return Array.from({ length: dice.integer(1, 4) }, (_, row) => {
    const layerCycles = Array.from({ length: dice.integer(1, 6) }, () => dice.integer(5, maxLayerCycles));
    // Averages say milliseconds even where the layers of the test are short.
    const averages = layerCycles.map(() => dice.integer(1, 5) * 1e-3);
    const remainingSeconds = averages.map((_, layer) => averages.slice(layer).reduce((a, b) => a + b, 0));
    return {
      name: `network ${row}`,
      layerCycles,
      remainingSeconds,
      isolatedSeconds: remainingSeconds[0],
      density: layerCycles.map(() => (dice.chance(0.1) ? 0 : dice.integer(5, 100) / 100)),
      outputs: layerCycles.map(() => dice.integer(1, 800_000)),
      elasticity: dice.pick([0, 0.35, 1.5]),
    };
  });
}

/** In bursts, so that queues fill and empty. */
export function randomArrivals(dice: Dice, count: number, networks: readonly TrueNetwork[], maxGap: number): Arrival[] {
  let atTicks = 0;
  return Array.from({ length: count }, (_, tag) => {
    atTicks += dice.chance(0.5) ? 0 : dice.integer(0, maxGap);
    const row = dice.integer(0, networks.length - 1);
    const sloSeconds = networks[row].isolatedSeconds * dice.integer(0, 10);
    return {
      tag,
      row,
      atTicks,
      deadlineTicks: atTicks + Math.round(sloSeconds * clockHz),
      initialScore: dice.integer(0, 100) * 1e-3,
    };
  });
}
