/** Seeded random operations and arrays, small enough to step quickly: all kinds, all mechanisms, odd lengths. */
import { type AttentionArray, overlaps, packings, splittings } from "../../../hw/attention/description.ts";
import type { Operation, OutputBits } from "../../../hw/attention/operation.ts";
import { type BitMask, maskOf } from "../../../workloads/masks/bit-mask.ts";
import { Dice } from "../array/random-case.ts";

export interface RandomAttention {
  readonly operation: Operation;
  readonly hardware: AttentionArray;
}

export function randomAttention(seed: number): RandomAttention {
  const dice = new Dice(seed);
  return { operation: randomOperation(dice), hardware: randomArray(dice) };
}

function randomArray(dice: Dice): AttentionArray {
  const splitting = dice.pick(splittings);
  const packing = dice.pick(splitting === "window" ? (["tile", "fractional"] as const) : packings);
  const unlimited = dice.chance(0.3);
  return {
    kind: "attention-array",
    name: "random",
    clockHz: 1e6,
    rows: dice.integer(1, 7),
    slots: dice.integer(1, 5),
    tileColumns: dice.integer(1, 9),
    headWidth: 16,
    splitting,
    packing,
    overlap: dice.pick(overlaps),
    skipEmptyVectors: dice.chance(0.7),
    predictionBits: dice.pick([0, 2, 4]),
    wordBits: dice.pick([8, 16]),
    bufferBytes: dice.pick([1, 60, 400, Infinity]),
    dram: {
      bytesPerSecond: unlimited ? Infinity : dice.integer(1, 60) * 1e6,
      latencyCycles: dice.chance(0.5) ? 0 : dice.integer(1, 12),
    },
  };
}

function randomOperation(dice: Dice): Operation {
  const kind = dice.pick(["product", "prediction", "attention", "attention"] as const);
  const heads = dice.integer(1, 3);
  const rows = dice.integer(1, 17);
  const columns = dice.chance(0.6) ? rows : dice.integer(1, 17);
  const depth = dice.integer(1, 9);
  const shape = { heads, rows, columns, depth };
  if (kind === "prediction") {
    const causal = dice.chance(0.5);
    return { kind, ...shape, causal, ...randomOutputs(dice, heads, rows, columns) };
  }
  if (kind === "product") return { kind, ...shape, ...randomOutputs(dice, heads, rows, columns) };
  return { kind, ...shape, kept: randomMask(dice, heads, rows, columns), ...randomOutputs(dice, heads, rows, depth) };
}

function randomOutputs(dice: Dice, heads: number, rows: number, columns: number): { readonly outputs?: OutputBits } {
  if (dice.chance(0.4)) return {};
  const mask = randomMask(dice, heads, rows, columns);
  return dice.chance(0.5)
    ? { outputs: { mask, headStride: rows * columns, rowStride: columns, columnStride: 1 } }
    : { outputs: { mask, headStride: rows * columns, rowStride: 1, columnStride: rows } };
}

/** Some rows are empty, some full, the rest of one density. */
function randomMask(dice: Dice, heads: number, rows: number, columns: number): BitMask {
  const density = dice.pick([0, 0.05, 0.3, 0.6, 1]);
  const bits: number[] = [];
  for (let row = 0; row < heads * rows; row++) {
    const kind = dice.unit();
    for (let column = 0; column < columns; column++) {
      bits.push(kind < 0.1 ? 0 : kind < 0.2 ? 1 : dice.chance(density) ? 1 : 0);
    }
  }
  return maskOf(bits, [heads, rows, columns]);
}
