/** Weight masks from a seed, in the shapes in which networks are pruned. */
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { type Layer, weightShape } from "../layers/layer.ts";
import { standardised, standardUniform, streamOf } from "../random/random-stream.ts";
import { type TensorKey, tensorChannelRanks } from "./activation-mask.ts";
import { type BitMask, denseMask, emptyMask, setBit } from "./bit-mask.ts";
import { apportion, withMean } from "./channel-profile.ts";
import { chooseWeighted, placeEvenly, type WeightedElements, weightedElements } from "./sampling.ts";
import type { MaskStatistics } from "./statistics.ts";
import type { WeightPattern } from "./weight-pattern.ts";

/**
 * The mask of a layer's weights, [M, C/groups, R, S]. The non-zeros are the nearest whole number to the pattern's
 * density (whole blocks, channels or filters where it has those). N:M keeps at most N of each M; a last group of fewer
 * than M channels keeps its share, rounded.
 *
 * @param key the layer's input tensor, whose busy channels get the denser columns; `tensor` is the layer's name
 */
export function weightMask(key: TensorKey, layer: Layer, pattern: WeightPattern, statistics: MaskStatistics): BitMask {
  const stream = streamOf(key.seed, key.network, key.tensor, "weights");
  switch (pattern.kind) {
    case "dense":
      return denseMask(weightShape(layer));
    case "unstructured":
      return blockMask(layer, { density: 1 - pattern.sparsity, blockSize: 1 }, { key, statistics, stream });
    case "block":
      return blockMask(
        layer,
        { density: 1 - pattern.sparsity, blockSize: pattern.blockSize },
        { key, statistics, stream },
      );
    case "n:m":
      return ratioMask(
        layer,
        pattern,
        columnDensities(key, layer, pattern.nonZeros / pattern.groupSize, statistics, stream),
        stream,
      );
    case "channel":
      return channelMask(layer, pattern.sparsity, stream);
    case "filter":
      return filterMask(layer, pattern.sparsity, stream);
  }
}

/** Densities of the weight columns, [C, R·S], the same for all filters that see the channel. */
function columnDensities(
  key: TensorKey,
  layer: Layer,
  density: number,
  { columnDispersion, channelColumnCorrelation }: MaskStatistics,
  stream: RandomGenerator,
): Float64Array {
  const taps = layer.kernel[0] * layer.kernel[1];
  const ranks = tensorChannelRanks(key, layer.inputChannels);
  const deviation = Math.sqrt(columnDispersion * density * (1 - density));
  const ownPart = Math.sqrt(1 - channelColumnCorrelation ** 2);
  return Float64Array.from({ length: layer.inputChannels * taps }, (_, column) => {
    const shared = standardised(ranks[Math.floor(column / taps)]);
    const score = channelColumnCorrelation * shared + ownPart * standardUniform(stream);
    return possibleDensity(density + deviation * score);
  });
}

/** What a layer's non-zeros are drawn from. */
interface DrawnFrom {
  readonly key: TensorKey;
  readonly statistics: MaskStatistics;
  readonly stream: RandomGenerator;
}

/** Keeps whole blocks of `blockSize` input channels; a last block may be smaller. */
function blockMask(
  layer: Layer,
  { density, blockSize }: { readonly density: number; readonly blockSize: number },
  { key, statistics, stream }: DrawnFrom,
): BitMask {
  const [filters, channels, rows, columns] = weightShape(layer);
  const taps = rows * columns;
  const blocksPerFilter = Math.ceil(channels / blockSize) * taps;
  const densities = columnDensities(key, layer, density, statistics, stream);
  const total = Math.round(density * filters * blocksPerFilter);
  const counts = apportion(filterDensities(filters, density, statistics, stream), blocksPerFilter, total);
  const mask = emptyMask(weightShape(layer));
  const filterSize = channels * taps;
  const filtersPerGroup = filters / layer.groups;
  for (let group = 0; group < layer.groups; group++) {
    const ofGroup = densities.subarray(group * filterSize, (group + 1) * filterSize);
    const blocks = weightedElements(meanOfBlocks(ofGroup, channels, taps, blockSize));
    for (let filter = group * filtersPerGroup; filter < (group + 1) * filtersPerGroup; filter++) {
      chooseWeighted(blocks, counts[filter], stream, (block) => {
        const first = Math.floor(block / taps) * blockSize;
        const end = Math.min(channels, first + blockSize);
        const start = filter * filterSize + (block % taps);
        for (let channel = first; channel < end; channel++) setBit(mask, start + channel * taps);
      });
    }
  }
  return mask;
}

function filterDensities(
  filters: number,
  density: number,
  { filterDispersion }: MaskStatistics,
  stream: RandomGenerator,
): Float64Array {
  const deviation = Math.sqrt(filterDispersion * density * (1 - density));
  const drawn = Float64Array.from({ length: filters }, () =>
    possibleDensity(density + deviation * standardUniform(stream)),
  );
  return withMean(drawn, density);
}

/** Mean density of each block of channels under each tap, [blocks, taps], from [channels, taps]. */
function meanOfBlocks(densities: Float64Array, channels: number, taps: number, blockSize: number): Float64Array {
  if (blockSize === 1) return densities;
  const blocks = Math.ceil(channels / blockSize);
  return Float64Array.from({ length: blocks * taps }, (_, block) => {
    const first = Math.floor(block / taps) * blockSize;
    const end = Math.min(channels, first + blockSize);
    let sum = 0;
    for (let channel = first; channel < end; channel++) sum += densities[channel * taps + (block % taps)];
    return sum / (end - first);
  });
}

/** Consecutive input channels under one kernel tap, some of which are kept. */
interface ChannelGroup extends WeightedElements {
  /** Index of the first in the weights of a filter. */
  readonly start: number;
  readonly kept: number;
}

/** Keeps N of each M consecutive channels. */
function ratioMask(
  layer: Layer,
  pattern: Extract<WeightPattern, { kind: "n:m" }>,
  densities: Float64Array,
  stream: RandomGenerator,
): BitMask {
  const [filters, channels, rows, columns] = weightShape(layer);
  const taps = rows * columns;
  const filterSize = channels * taps;
  const filtersPerGroup = filters / layer.groups;
  const mask = emptyMask(weightShape(layer));
  for (let group = 0; group < layer.groups; group++) {
    const ofGroup = densities.subarray(group * filterSize, (group + 1) * filterSize);
    const channelGroups = channelGroupsOf(ofGroup, channels, taps, pattern);
    for (let filter = group * filtersPerGroup; filter < (group + 1) * filtersPerGroup; filter++) {
      for (const channelGroup of channelGroups) {
        const start = filter * filterSize + channelGroup.start;
        chooseWeighted(channelGroup, channelGroup.kept, stream, (i) => setBit(mask, start + i * taps));
      }
    }
  }
  return mask;
}

function channelGroupsOf(
  densities: Float64Array,
  channels: number,
  taps: number,
  { nonZeros, groupSize }: Extract<WeightPattern, { kind: "n:m" }>,
): ChannelGroup[] {
  const groups: ChannelGroup[] = [];
  for (let first = 0; first < channels; first += groupSize) {
    const size = Math.min(groupSize, channels - first);
    const kept = Math.min(nonZeros, Math.round((size * nonZeros) / groupSize));
    for (let start = first * taps; start < (first + 1) * taps; start++) {
      const odds = Float64Array.from({ length: size }, (_, i) => densities[start + i * taps]);
      groups.push({ ...weightedElements(odds), start, kept });
    }
  }
  return groups;
}

function channelMask(layer: Layer, sparsity: number, stream: RandomGenerator): BitMask {
  const [filters, channels, rows, columns] = weightShape(layer);
  const taps = rows * columns;
  const kept = evenChoice(layer.inputChannels, Math.round((1 - sparsity) * layer.inputChannels), stream);
  const mask = emptyMask(weightShape(layer));
  for (let filter = 0; filter < filters; filter++) {
    const firstChannel = Math.floor((filter * layer.groups) / filters) * channels;
    for (let i = 0; i < channels * taps; i++) {
      if (kept.has(firstChannel + Math.floor(i / taps))) setBit(mask, filter * channels * taps + i);
    }
  }
  return mask;
}

function filterMask(layer: Layer, sparsity: number, stream: RandomGenerator): BitMask {
  const [filters, channels, rows, columns] = weightShape(layer);
  const mask = emptyMask(weightShape(layer));
  const filterSize = channels * rows * columns;
  for (const filter of evenChoice(filters, Math.round((1 - sparsity) * filters), stream)) {
    for (let i = 0; i < filterSize; i++) setBit(mask, filter * filterSize + i);
  }
  return mask;
}

/** Exactly `chosen` of the numbers 0 … `count` − 1, every choice being as likely. */
function evenChoice(count: number, chosen: number, stream: RandomGenerator): Set<number> {
  const mask = emptyMask([count]);
  placeEvenly(mask.words, 0, count, chosen, stream);
  return new Set(Array.from({ length: count }, (_, i) => i).filter((i) => (mask.words[i >>> 5] >>> (i & 31)) & 1));
}

/** Odds must be positive, and no column can be more than full. */
function possibleDensity(density: number): number {
  return Math.min(1, Math.max(1e-3, density));
}
