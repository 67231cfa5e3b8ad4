/** All masks of one layer and one sample from a seed. */
import type { BitMask, LayerMasks } from "../bit-mask.ts";
import { inputShape, type Layer, outputShape } from "../layer.ts";
import { activationMask } from "./activation-mask.ts";
import type { MaskStatistics } from "./statistics.ts";
import { weightMask } from "./weight-mask.ts";
import type { WeightPattern } from "./weight-pattern.ts";

export interface MaskRequest {
  readonly seed: number;
  readonly network: string;
  /** Its name is unique in the network. */
  readonly layer: Layer;
  readonly pattern: WeightPattern;
  /** Number of the input sample; activations differ between samples, weights do not. */
  readonly sample: number;
  /** Share of non-zeros, 0..1. */
  readonly inputDensity: number;
  /** Share of non-zeros of what is written back, 0..1: the input density of the layer that reads it. */
  readonly outputDensity: number;
  /** The layer that reads the output, if any. Where the shapes agree, its input mask is this layer's output mask. */
  readonly consumer?: Layer;
  readonly statistics: MaskStatistics;
}

/**
 * The masks of a layer. Each depends on the seed, the network's name, the layer's name and (activations) the sample
 * alone, so layers and samples can be generated in any order, on any worker, and weights once for all samples.
 */
export function generateLayerMasks(request: MaskRequest): LayerMasks {
  return {
    input: generateInputMask(request),
    weight: generateWeightMask(request),
    output: generateOutputMask(request),
  };
}

/** [C, H, W] */
export function generateInputMask(request: MaskRequest): BitMask {
  const { seed, network, layer, inputDensity, sample, statistics } = request;
  return activationMask({ seed, network, tensor: layer.name }, inputShape(layer), inputDensity, sample, statistics);
}

/** [M, C/groups, R, S] */
export function generateWeightMask(request: Omit<MaskRequest, "sample" | "inputDensity" | "outputDensity">): BitMask {
  const { seed, network, layer, pattern, statistics } = request;
  return weightMask({ seed, network, tensor: layer.name }, layer, pattern, statistics);
}

/** [M, E, F] */
export function generateOutputMask(request: MaskRequest): BitMask {
  const { seed, network, layer, consumer, outputDensity, sample, statistics } = request;
  const shape = outputShape(layer);
  const isRead = consumer !== undefined && inputShape(consumer).every((size, axis) => size === shape[axis]);
  const tensor = isRead ? consumer.name : `${layer.name} output`;
  return activationMask({ seed, network, tensor }, shape, outputDensity, sample, statistics);
}
