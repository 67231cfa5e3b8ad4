/** Densities of networks nobody measured for us: means stated or drawn once, and a variation from sample to sample. */
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import type { Layer } from "../layers/layer.ts";
import { normal, streamOf, uniform } from "../random/random-stream.ts";
import type { ActivationGenerator } from "./activation-generator.ts";
import type { NetworkDensities } from "./network.ts";

/** Layer means of the 20 networks of `measured/` in layers whose inputs have zeros at all: 5 % and 95 % quantile; their mean is .56. */
const lowestMean = 0.2;
const highestMean = 0.93;

/** Mean input densities drawn once per network and layer; the first layer reads the image and is dense. */
export function drawnMeans(network: string, layers: readonly Layer[]): number[] {
  return layers.map(({ name }, index) => {
    if (index === 0) return 1;
    return lowestMean + (highestMean - lowestMean) * uniform(streamOf(network, name, "mean density"));
  });
}

/**
 * Densities that vary from sample to sample around their means: less the closer the mean is to 0 or 1, and not at all
 * there. Sample and seed decide.
 */
export function varyingDensities(
  network: string,
  layerMeans: readonly number[],
  source: string,
  weight: Float64Array,
  generator: ActivationGenerator,
): NetworkDensities {
  const { meanFactor, deviation, common, near } = generator;
  const means = layerMeans.map((mean) => (mean === 1 ? 1 : Math.min(1, mean * meanFactor)));
  return {
    source,
    weight,
    sampleCount: Infinity,
    inputOf(sample, seed) {
      const stream = streamOf(seed, network, "sample densities", sample);
      const shared = Math.sqrt(common) * normal(stream);
      const chain =
        near === 0 ? undefined : nearLayers(streamOf(seed, network, "near layers", sample), means, generator);
      return Float64Array.from(means, (mean, layer) => {
        const own = Math.sqrt(1 - common - near) * normal(stream);
        const score = shared + own + (chain?.[layer] ?? 0);
        const density = mean + 4 * mean * (1 - mean) * deviation * score;
        return Math.min(1, Math.max(0, density));
      });
    },
  };
}

/** A normal deviate per layer of variance `near`, whose correlation between two layers falls by 1/e every `reach` layers. */
function nearLayers(
  stream: RandomGenerator,
  layers: readonly unknown[],
  { near, reach }: ActivationGenerator,
): Float64Array {
  const kept = Math.exp(-1 / reach);
  const scale = Math.sqrt(near);
  let last = scale * normal(stream);
  return Float64Array.from(layers, (_, layer) => {
    if (layer > 0) last = kept * last + Math.sqrt(1 - kept ** 2) * scale * normal(stream);
    return last;
  });
}
