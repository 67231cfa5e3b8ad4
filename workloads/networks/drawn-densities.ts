/** Densities of networks nobody measured for us: means stated or drawn once, and a variation from sample to sample. */
import type { Layer } from "../layers/layer.ts";
import { normal, streamOf, uniform } from "../random/random-stream.ts";
import type { NetworkDensities } from "./network.ts";

/**
 * What the 20 networks of `measured/` show over 24 photographs, in layers whose inputs have zeros at all: layer means
 * from .20 (5 % quantile) to .93 (95 %) with mean .56; a standard deviation between inputs of .020 at mean density .5; of
 * that variance 13 % common to all layers of an input (mean correlation of pairs of layers .13).
 */
const lowestMean = 0.2;
const highestMean = 0.93;
const deviationAtHalf = 0.02;
const sharedVariance = 0.13;

/** Mean input densities drawn once per network and layer; the first layer reads the image and is dense. */
export function drawnMeans(network: string, layers: readonly Layer[]): number[] {
  return layers.map(({ name }, index) => {
    if (index === 0) return 1;
    return lowestMean + (highestMean - lowestMean) * uniform(streamOf(network, name, "mean density"));
  });
}

/**
 * Densities that vary from sample to sample around their means: less the closer the mean is to 0 or 1, and not at all
 * there. Sample and seed decide; the weights are dense unless `weight` says otherwise.
 */
export function varyingDensities(
  network: string,
  means: readonly number[],
  source: string,
  weight: Float64Array = new Float64Array(means.length).fill(1),
): NetworkDensities {
  return {
    source,
    weight,
    sampleCount: Infinity,
    inputOf(sample, seed) {
      const stream = streamOf(seed, network, "sample densities", sample);
      const shared = Math.sqrt(sharedVariance) * normal(stream);
      return Float64Array.from(means, (mean) => {
        const score = shared + Math.sqrt(1 - sharedVariance) * normal(stream);
        const density = mean + 4 * mean * (1 - mean) * deviationAtHalf * score;
        return Math.min(1, Math.max(0, density));
      });
    },
  };
}
