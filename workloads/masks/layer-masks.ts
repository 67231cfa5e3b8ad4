/**
 * The masks of one layer and one sample from a seed. Each depends on the seed, the network's name, the layer's name and
 * (activations) the sample alone, so layers and samples can be generated in any order, on any worker, and weights once
 * for all samples.
 */

import { inputShape, type Layer, outputShape } from "../layers/layer.ts";
import { activationMask } from "./activation-mask.ts";
import type { BitMask } from "./bit-mask.ts";
import type { MaskStatistics } from "./statistics.ts";
import { weightMask } from "./weight-mask.ts";
import type { WeightPattern } from "./weight-pattern.ts";

/** Which network, layer and seed a mask is for, and how its non-zeros are spread. */
interface LayerKey {
  readonly seed: number;
  readonly network: string;
  /** Its name is unique in the network. */
  readonly layer: Layer;
  readonly statistics: MaskStatistics;
}

interface WeightRequest extends LayerKey {
  readonly pattern: WeightPattern;
}

interface InputRequest extends LayerKey {
  /** Number of the input sample; activations differ between samples, weights do not. */
  readonly sample: number;
  /** Share of non-zeros, 0..1. */
  readonly inputDensity: number;
}

interface OutputRequest extends LayerKey {
  /** As for the input. */
  readonly sample: number;
  /** Share of non-zeros of what is written back, 0..1: the input density of the layer that reads it. */
  readonly outputDensity: number;
  /** The layer that reads the output, if any. Where the shapes agree, its input mask is this layer's output mask. */
  readonly consumer?: Layer | undefined;
}

export type MaskRequest = WeightRequest & InputRequest & OutputRequest;

/** [M, C/groups, R, S] */
export function generateWeightMask({ seed, network, layer, pattern, statistics }: WeightRequest): BitMask {
  return weightMask({ seed, network, tensor: layer.name }, layer, pattern, statistics);
}

/** [C, H, W] */
export function generateInputMask({ seed, network, layer, inputDensity, sample, statistics }: InputRequest): BitMask {
  return activationMask({ seed, network, tensor: layer.name }, inputShape(layer), inputDensity, sample, statistics);
}

/** [M, E, F] */
export function generateOutputMask(request: OutputRequest): BitMask {
  const { seed, network, layer, consumer, outputDensity, sample, statistics } = request;
  const shape = outputShape(layer);
  const isRead = consumer !== undefined && inputShape(consumer).every((size, axis) => size === shape[axis]);
  const tensor = isRead ? consumer.name : `${layer.name} output`;
  return activationMask({ seed, network, tensor }, shape, outputDensity, sample, statistics);
}
