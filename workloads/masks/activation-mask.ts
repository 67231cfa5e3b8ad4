/** Activation masks from a seed: exact density, channels of unequal density, non-zeros in spatial clusters. */
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { elementCount } from "../layers/layer.ts";
import { streamOf } from "../random/random-stream.ts";
import { type BitMask, emptyMask } from "./bit-mask.ts";
import { apportion, channelDensities, channelRanks, reorderedRanks } from "./channel-profile.ts";
import { placeAll, placeEvenly } from "./sampling.ts";
import type { MaskStatistics } from "./statistics.ts";

/** Names an activation tensor; every part of it changes the mask, nothing else does. */
export interface TensorKey {
  readonly seed: number;
  readonly network: string;
  /** Unique in the network: the layer that reads the tensor, or another name. */
  readonly tensor: string;
}

/** The busyness ranks of a tensor's channels, the same for every sample; see `channelRanks`. */
export function tensorChannelRanks({ seed, network, tensor }: TensorKey, channels: number): Float64Array {
  return channelRanks(channels, streamOf(seed, network, tensor, "channel ranks"));
}

/**
 * The mask of an activation.
 *
 * @param shape [channels, height, width]
 * @param density share of non-zeros, 0..1; the mask has the nearest whole number of them
 * @param sample number of the input sample
 */
export function activationMask(
  key: TensorKey,
  shape: readonly [number, number, number],
  density: number,
  sample: number,
  statistics: MaskStatistics,
): BitMask {
  const [channels, height, width] = shape;
  const stream = streamOf(key.seed, key.network, key.tensor, "activations", sample);
  const ranks = reorderedRanks(tensorChannelRanks(key, channels), statistics.sampleReordering, stream);
  const densities = channelDensities(ranks, density, statistics.channelDispersion, stream);
  const counts = apportion(densities, height * width, Math.round(density * elementCount(shape)));
  const mask = emptyMask(shape);
  const plane = new ClusteredPlane(height, width, statistics);
  for (const [channel, ones] of counts.entries()) {
    plane.place(mask.words, channel * height * width, ones, stream);
  }
  return mask;
}

/** Scores have this many levels. */
const scoreLevels = 1024;

/**
 * Places the non-zeros of one channel. Each pixel's score is made of one that its cell of pixels shares and one of its
 * own; the pixels with the highest scores are the non-zeros. The grid of cells has a random offset in each channel.
 */
class ClusteredPlane {
  private readonly height: number;
  private readonly width: number;
  private readonly cellPixels: number;
  private readonly cellShare: number;
  private readonly cellScores: Float64Array;
  private readonly scores: Uint16Array;
  private readonly pixelsWithScore = new Uint32Array(scoreLevels);

  constructor(height: number, width: number, { clusterPixels, clusterShare }: MaskStatistics) {
    this.height = height;
    this.width = width;
    this.cellPixels = clusterPixels;
    this.cellShare = height * width === 1 ? 0 : clusterShare;
    this.cellScores = new Float64Array(Math.ceil(width / clusterPixels) + 1);
    this.scores = new Uint16Array(height * width);
  }

  /** Sets `ones` of the channel's bits, the first of which is `start`. */
  place(words: Uint32Array, start: number, ones: number, stream: RandomGenerator): void {
    if (ones === this.scores.length) placeAll(words, start, ones);
    else if (this.cellShare === 0) placeEvenly(words, start, this.scores.length, ones, stream);
    else if (ones > 0) {
      this.drawScores(stream);
      this.placeHighest(words, start, ones);
    }
  }

  private drawScores(stream: RandomGenerator): void {
    const { height, width, cellPixels, cellScores, scores, pixelsWithScore } = this;
    const ownScale = ((1 - this.cellShare) * scoreLevels) / 2 ** 16;
    const offsets = stream.next() >>> 0;
    const offsetRow = offsets % cellPixels;
    const offsetColumn = (offsets >>> 16) % cellPixels;
    pixelsWithScore.fill(0);
    for (let row = 0, pixel = 0; row < height; row++) {
      if (row === 0 || (row + offsetRow) % cellPixels === 0) this.drawCellScores(stream);
      for (let column = 0, cell = 0, phase = offsetColumn; column < width; column++, pixel++) {
        const score = (cellScores[cell] + (stream.next() >>> 16) * ownScale) | 0;
        scores[pixel] = score;
        pixelsWithScore[score]++;
        if (++phase === cellPixels) {
          phase = 0;
          cell++;
        }
      }
    }
  }

  private drawCellScores(stream: RandomGenerator): void {
    const scale = (this.cellShare * scoreLevels) / 2 ** 16;
    for (let cell = 0; cell < this.cellScores.length; cell++) this.cellScores[cell] = (stream.next() >>> 16) * scale;
  }

  /** Sets the bits of the `ones` highest scores; of the pixels with the lowest of these, the first ones. */
  private placeHighest(words: Uint32Array, start: number, ones: number): void {
    const { scores, pixelsWithScore } = this;
    let lowest = scoreLevels - 1;
    let atLowest = ones;
    while (atLowest > pixelsWithScore[lowest]) atLowest -= pixelsWithScore[lowest--];
    let word = words[start >>> 5];
    for (let pixel = 0, bit = start; pixel < scores.length; pixel++, bit++) {
      const score = scores[pixel];
      let isSet = (lowest - score) >>> 31;
      if (score === lowest && --atLowest >= 0) isSet = 1;
      word |= isSet << (bit & 31);
      if ((bit & 31) === 31) {
        words[bit >>> 5] = word;
        word = words[(bit >>> 5) + 1];
      }
    }
    const end = start + scores.length;
    if ((end & 31) !== 0) words[end >>> 5] = word;
  }
}
