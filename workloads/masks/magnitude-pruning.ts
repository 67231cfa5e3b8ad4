/**
 * Real weights pruned by magnitude, in the shapes of `WeightPattern`. A block, channel or filter is as large as the sum of the
 * magnitudes of its weights. Of equals the first are kept. Weights that are zero already stay zero, so that the density can be
 * lower than what the pattern asks for.
 */
import { type Layer, weightShape } from "../layers/layer.ts";
import { type BitMask, denseMask, emptyMask, setBit } from "./bit-mask.ts";
import type { WeightPattern } from "./weight-pattern.ts";

/** @param weights [M, C/groups, R, S] */
export function prunedByMagnitude(layer: Layer, weights: ArrayLike<number>, pattern: WeightPattern): BitMask {
  if (pattern.kind === "dense") return denseMask(weightShape(layer));
  const unitOf = unitsOf(layer, pattern);
  const sizes = new Float64Array(unitOf.count);
  for (let i = 0; i < weights.length; i++) sizes[unitOf.of(i)] += Math.abs(weights[i]);
  const kept =
    pattern.kind === "n:m"
      ? keptOfGroups(layer, weights, pattern)
      : largest(sizes, Math.round((1 - pattern.sparsity) * unitOf.count));
  const mask = emptyMask(weightShape(layer));
  for (let i = 0; i < weights.length; i++) if (weights[i] !== 0 && kept[unitOf.of(i)] === 1) setBit(mask, i);
  return mask;
}

interface Units {
  readonly count: number;
  /** Which unit a weight belongs to. */
  readonly of: (index: number) => number;
}

/** What is kept or removed together. */
function unitsOf(layer: Layer, pattern: WeightPattern): Units {
  const [filters, channels, rows, columns] = weightShape(layer);
  const taps = rows * columns;
  const perFilter = channels * taps;
  if (pattern.kind === "filter") return { count: filters, of: (index) => Math.floor(index / perFilter) };
  if (pattern.kind === "channel") {
    const filtersPerGroup = filters / layer.groups;
    const group = (index: number) => Math.floor(index / (perFilter * filtersPerGroup));
    return {
      count: layer.inputChannels,
      of: (index) => group(index) * channels + Math.floor((index % perFilter) / taps),
    };
  }
  if (pattern.kind === "block") {
    const blocks = Math.ceil(channels / pattern.blockSize);
    return {
      count: filters * blocks * taps,
      of: (index) => {
        const filter = Math.floor(index / perFilter);
        const channel = Math.floor((index % perFilter) / taps);
        return (filter * blocks + Math.floor(channel / pattern.blockSize)) * taps + (index % taps);
      },
    };
  }
  return { count: filters * perFilter, of: (index) => index };
}

/** 1 for the `count` largest. */
function largest(sizes: Float64Array, count: number): Uint8Array {
  const kept = new Uint8Array(sizes.length);
  if (count === 0) return kept;
  const threshold = sizes.slice().sort()[sizes.length - count];
  let left = count;
  for (let i = 0; i < sizes.length; i++) {
    if (sizes[i] <= threshold) continue;
    kept[i] = 1;
    left--;
  }
  for (let i = 0; i < sizes.length && left > 0; i++) {
    if (sizes[i] !== threshold) continue;
    kept[i] = 1;
    left--;
  }
  return kept;
}

/** 1 for the N largest of every M consecutive input channels, of one filter and tap; a last group keeps its share. */
function keptOfGroups(
  layer: Layer,
  weights: ArrayLike<number>,
  { nonZeros, groupSize }: Extract<WeightPattern, { kind: "n:m" }>,
): Uint8Array {
  const [filters, channels, rows, columns] = weightShape(layer);
  const taps = rows * columns;
  const kept = new Uint8Array(weights.length);
  for (let filter = 0; filter < filters; filter++) {
    for (let first = 0; first < channels; first += groupSize) {
      const size = Math.min(groupSize, channels - first);
      const count = Math.min(nonZeros, Math.round((size * nonZeros) / groupSize));
      for (let tap = 0; tap < taps; tap++) {
        const start = (filter * channels + first) * taps + tap;
        const ofGroup = Float64Array.from({ length: size }, (_, i) => Math.abs(weights[start + i * taps]));
        largest(ofGroup, count).forEach((flag, i) => {
          kept[start + i * taps] = flag;
        });
      }
    }
  }
  return kept;
}
