/**
 * What a monitor with a counter per output channel reads, sample by sample, and how many weights wait for each of these
 * channels in the next layer: what a predictor per channel group is made of (sim/study/prediction/prediction-quantities.ts). A job of its
 * own, so that ordinary profiles stay small; independent of the accelerator.
 */
import { countedReading, layerMonitor } from "../../hw/monitor/monitor.ts";
import { inputShape, type Layer, outputShape, weightShape } from "../../workloads/layers/layer.ts";
import { type BitMask, popcountRange } from "../../workloads/masks/bit-mask.ts";
import { Cache, cacheKey } from "../results/cache.ts";
import { task } from "../threads/task.ts";
import { type ProfileTarget, targetFingerprint, targetLayer, targetLayers } from "./profile-target.ts";

export interface ChannelCountsJob {
  readonly target: ProfileTarget;
  /** Index in the target of a layer whose output the next one reads. */
  readonly layer: number;
  readonly samples: number;
  /** Folder of kept results, if any. */
  readonly cache?: string | undefined;
}

export interface ChannelCounts {
  /** Of the output. */
  readonly shape: readonly number[];
  /** Non-zero outputs, [samples][channels]. */
  readonly nonZeros: readonly (readonly number[])[];
  /** Non-zero weights of the next layer that read the channel. */
  readonly nextWeights: readonly number[];
}

export const channelCountsTask = task<ChannelCountsJob, ChannelCounts>("channel-counts");

/** Indices of the layers whose output is, by its shape, the input of the next layer. */
export function layersReadByNext(layers: readonly Layer[]): number[] {
  return [...layers.keys()].filter((index) => {
    const next = layers[index + 1];
    const shape = outputShape(layers[index]);
    return next !== undefined && inputShape(next).every((size, axis) => size === shape[axis]);
  });
}

/** Counts one layer's channels, from the cache if they are there. */
export function channelCounts(job: ChannelCountsJob): ChannelCounts {
  const { cache: folder, ...inputs } = job;
  if (folder === undefined) return freshCounts(job);
  const cache = new Cache(folder);
  const contents = targetFingerprint(job.target, job.layer);
  const key = cacheKey({ kind: channelCountsTask.name, ...inputs, ...(contents === undefined ? {} : { contents }) });
  const kept = cache.read<ChannelCounts>(key);
  if (kept !== undefined) return kept;
  const counts = freshCounts(job);
  cache.write(key, counts);
  return counts;
}

function freshCounts({ target, layer: index, samples }: ChannelCountsJob): ChannelCounts {
  const { layer, outputMask } = targetLayer(target, index);
  const monitor = { ...layerMonitor, channelGroups: layer.outputChannels };
  const next = targetLayers(target)[index + 1];
  return {
    shape: outputShape(layer),
    nonZeros: Array.from({ length: samples }, (_, sample) => [...countedReading(monitor, outputMask(sample)).nonZeros]),
    nextWeights: [...weightsPerInputChannel(next, targetLayer(target, index + 1).weightMask())],
  };
}

/** Non-zero weights that read each input channel. @param weight [M, C/groups, R, S] */
export function weightsPerInputChannel(layer: Layer, weight: BitMask): Uint32Array {
  const [filters, channels, rows, columns] = weightShape(layer);
  const taps = rows * columns;
  const counts = new Uint32Array(layer.inputChannels);
  for (let filter = 0; filter < filters; filter++) {
    const firstChannel = Math.floor((filter * layer.groups) / filters) * channels;
    for (let channel = 0; channel < channels; channel++) {
      const start = (filter * channels + channel) * taps;
      counts[firstChannel + channel] += popcountRange(weight, start, start + taps);
    }
  }
  return counts;
}
