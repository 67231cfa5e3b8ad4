/** Random blocks for a PE, and their sums by definition. */
import { compressed, type PeBlock, type PeConfiguration } from "../../hw/array/pe-feed.ts";
import type { Dice } from "../hw/array/random-case.ts";

/** Eyeriss v2's. */
export const eyerissPe: PeConfiguration = {
  macsPerPe: 2,
  activationEntries: 16,
  weightWords: 96,
  columns: 16,
  psumEntries: 32,
  activationBits: 8,
  weightBits: 8,
  runBits: 4,
  psumBits: 20,
  windowBits: 10,
  pipelineFillCycles: 7,
  psumsDrainedPerCycle: 1,
  emptyColumnBubble: true,
};

/** Small enough for every SPad to fill and every sum to wrap within a few cycles. */
export const smallPe: PeConfiguration = {
  macsPerPe: 2,
  activationEntries: 4,
  weightWords: 6,
  columns: 4,
  psumEntries: 8,
  activationBits: 4,
  weightBits: 4,
  runBits: 2,
  psumBits: 7,
  windowBits: 6,
  pipelineFillCycles: 2,
  psumsDrainedPerCycle: 2,
  emptyColumnBubble: true,
};

export const oneMacPe: PeConfiguration = {
  ...smallPe,
  macsPerPe: 1,
  weightWords: 12,
  pipelineFillCycles: 0,
  psumsDrainedPerCycle: 3,
  emptyColumnBubble: false,
};

export function peParameters(configuration: PeConfiguration): Record<string, number> {
  return {
    MACS_PER_PE: configuration.macsPerPe,
    ACTIVATION_ENTRIES: configuration.activationEntries,
    WEIGHT_WORDS: configuration.weightWords,
    COLUMNS: configuration.columns,
    PSUM_ENTRIES: configuration.psumEntries,
    ACTIVATION_BITS: configuration.activationBits,
    WEIGHT_BITS: configuration.weightBits,
    RUN_BITS: configuration.runBits,
    PSUM_BITS: configuration.psumBits,
    WINDOW_BITS: configuration.windowBits,
    FILL_CYCLES: configuration.pipelineFillCycles,
    DRAINED_PER_CYCLE: configuration.psumsDrainedPerCycle,
  };
}

export function randomBlock(dice: Dice, configuration: PeConfiguration): PeBlock {
  const columns = dice.integer(1, configuration.columns);
  const filters = dice.integer(1, configuration.psumEntries);
  const windowPixels = dice.integer(1, Math.floor(configuration.psumEntries / filters));
  const pixels = dice.integer(1, 3 * windowPixels);
  const weightDensity = dice.pick([0.1, 0.4, 0.9]);
  const density = dice.pick([0, 0.3, 0.9]);
  const rest = { weights: configuration.weightWords * configuration.macsPerPe };
  return {
    weights: Array.from({ length: columns }, () => randomColumn(dice, configuration, filters, weightDensity, rest)),
    activations: Array.from({ length: pixels }, () =>
      Array.from({ length: columns }, () => (dice.chance(density) ? nonZero(dice, configuration.activationBits) : 0)),
    ),
    filters,
    windowPixels,
  };
}

/** A column whose entries, stored zeros among them, fit into what is left of the SPad. */
function randomColumn(
  dice: Dice,
  configuration: PeConfiguration,
  filters: number,
  density: number,
  rest: { weights: number },
): number[] {
  const column = Array.from({ length: filters }, () =>
    dice.chance(density) ? nonZero(dice, configuration.weightBits) : 0,
  );
  const entries = compressed(column, configuration.runBits).length;
  if (entries > rest.weights) return column.map(() => 0);
  rest.weights -= entries;
  return column;
}

/** Two's complement; the extremes as often as the rest. */
function nonZero(dice: Dice, bits: number): number {
  const top = 2 ** (bits - 1);
  const value = dice.chance(0.3) ? dice.pick([-top, top - 1]) : dice.integer(-top, top - 1);
  return value === 0 ? 1 : value;
}

/** The partial sums of a block by definition, in the order in which they leave. */
export function plainSums(block: PeBlock, psumBits: number): number[] {
  return block.activations.flatMap((pixel) =>
    Array.from({ length: block.filters }, (_, filter) => {
      const sum = pixel.reduce((total, value, column) => total + value * block.weights[column][filter], 0);
      return Number(BigInt.asIntN(psumBits, BigInt(sum)));
    }),
  );
}
