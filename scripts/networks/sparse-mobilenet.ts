/**
 * The densities of sparse MobileNet-0.5 at 128×128, the network with which Eyeriss v2 was published, from the ground
 * truth of the Sparseloop artifact (MICRO 2022, Fig. 12).
 *
 * Given there: both densities of eight pointwise layers and of L20; the non-zero weights of the depthwise layers; the
 * effectual MACs of all pointwise layers and of the classifier; a dense L01. Assumed here: depthwise inputs are half
 * zeros (L20 is measured); the six layers of which only the effectual MACs are known split them as `split` says.
 */
import { denseMacs, type Layer, outputHeight, outputWidth, parameterCount } from "../../workloads/layers/layer.ts";

interface DensityPair {
  readonly input: number;
  readonly weight: number;
}

const given: Readonly<Record<string, DensityPair>> = {
  L01: { input: 1, weight: 1 },
  L07: { input: 0.7281, weight: 0.5203 },
  L09: { input: 0.8641, weight: 0.8184 },
  L13: { input: 0.8329, weight: 0.6443 },
  L19: { input: 0.6077, weight: 0.5499 },
  L20: { input: 0.4915, weight: 0.9505 },
  L21: { input: 0.6412, weight: 0.5997 },
  L23: { input: 0.6084, weight: 0.6988 },
  L25: { input: 0.6772, weight: 0.6495 },
  L27: { input: 0.5829, weight: 0.2999 },
};

/** MACs as that artifact counts them; in depthwise layers it counts every activation, padding included. */
const countedMacs: Readonly<Record<string, number>> = {
  L02: 544768,
  L03: 461302,
  L04: 278528,
  L05: 873643,
  L06: 513024,
  L08: 145920,
  L10: 270848,
  L11: 2491491,
  L12: 73728,
  L14: 147456,
  L15: 2238663,
  L16: 147456,
  L17: 2173758,
  L18: 124096,
  L22: 147456,
  L24: 36864,
  L26: 73728,
  L28: 95443,
};

const assumedDepthwiseInput = 0.5;

/**
 * Over the eight layers of known densities, effectual MACs are this much more than dense MACs × both densities (busy
 * channels meet dense columns), and the mean input density is this multiple of the mean weight density.
 */
const correlationGain = 1.035;
const inputToWeight = 1.21;

/** The densities of each layer of `mobilenetLayers(0.5, 128)`. */
export function sparseMobilenetDensities(layers: readonly Layer[]): DensityPair[] {
  return layers.map((layer) => given[layer.name] ?? derived(layer, countedMacs[layer.name]));
}

function derived(layer: Layer, macs: number): DensityPair {
  if (layer.kind !== "depthwise") return split(macs / denseMacs(layer));
  const nonZeroWeights = macs / (outputHeight(layer) * outputWidth(layer));
  return { input: assumedDepthwiseInput, weight: nonZeroWeights / parameterCount(layer) };
}

/** Splits a known product of densities in the proportion of the layers whose densities are known. */
function split(product: number): DensityPair {
  const weight = Math.sqrt(product / correlationGain / inputToWeight);
  return { input: weight * inputToWeight, weight };
}
