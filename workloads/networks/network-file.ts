/** The reader of network files: `network.yaml`, or the folder that has one. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ConfigError } from "../input/errors.ts";
import { firstComplaint } from "../input/schema-errors.ts";
import { readYamlFile } from "../input/yaml-file.ts";
import type { Layer } from "../layers/layer.ts";
import { density } from "../masks/bit-mask.ts";
import { type ActivationGenerator, activationGenerators } from "./activation-generator.ts";
import { varyingDensities } from "./drawn-densities.ts";
import { MaskFiles } from "./given-masks.ts";
import { layerOfKeys, withoutUndefined } from "./layer-file.ts";
import type { Network, NetworkDensities } from "./network.ts";
import { readSampleDensities, readSizes, type SampleDensities } from "./network-samples.ts";
import { type NetworkKeys, type NetworkLayerKeys, networkFileSchema } from "./network-schema.ts";
import { readersOf } from "./reading-order.ts";

export const networkFileName = "network.yaml";

/** Whether a name is the path of a network file or folder rather than the name of a built-in network. */
export function isNetworkPath(name: string): boolean {
  return /[/\\]/.test(name) || /\.(ya?ml|json)$/i.test(name) || existsSync(join(name, networkFileName));
}

/**
 * Reads a network. Densities are those of the layers, or of the samples' CSV; what the file does not say is dense.
 *
 * @param path of the file, or of the folder that has a `network.yaml`
 * @throws ConfigError, one line that names the file: it cannot be read or parsed; an unknown key; an impossible layer; shapes
 * that do not fit each other; a CSV or mask that is missing or does not fit
 */
export function readNetworkFile(path: string): Network {
  const file = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? join(path, networkFileName) : path;
  const what = `network ${file}`;
  const data = readYamlFile(file, what);
  const parsed = networkFileSchema.safeParse(data);
  if (!parsed.success) {
    throw new ConfigError(`${what}: ${firstComplaint(networkFileSchema, data, parsed.error.issues)}`);
  }
  const keys = parsed.data;
  const folder = dirname(file);
  const layers = keys.layers.map((layer, index) => layerOf(what, layer, index));
  requireUniqueNames(what, layers);
  const samples =
    typeof keys.samples === "string" ? readSampleDensities(resolve(folder, keys.samples), layers) : undefined;
  const count = samples?.count ?? (typeof keys.samples === "number" ? keys.samples : 1);
  const sizes = keys.shapes === undefined ? undefined : readSizes(resolve(folder, keys.shapes), layers, count);
  const given = new MaskFiles(folder, keys.layers, layers, count);
  const generator = generatorOf(what, keys.variation);
  const texts = [keys.samples, keys.shapes].flatMap((name) =>
    typeof name === "string" ? [resolve(folder, name)] : [],
  );
  return {
    name: keys.name,
    description: keys.description ?? `read from ${path}`,
    layers,
    densities: densitiesOf(keys, layers, samples, given, generator),
    ...(generator === undefined ? {} : { statistics: generator.statistics }),
    readers: readersOf(what, keys.layers, layers),
    ...(sizes === undefined ? {} : { sizes }),
    activationPairs: new Set([...keys.layers.keys()].filter((index) => keys.layers[index].secondInput === true)),
    ...(keys.note === undefined ? {} : { note: keys.note }),
    ...(keys.layers.some(hasMask) ? { given } : {}),
    fingerprint: fingerprintOf([file, ...texts]),
  };
}

function layerOf(
  what: string,
  { reads: _, between: __, secondInput, ...keys }: NetworkLayerKeys,
  index: number,
): Layer {
  for (const tensor of ["input", "weight", "output"] as const) {
    if (keys[`${tensor}Mask`] !== undefined && keys[`${tensor}Density`] !== undefined) {
      throw new ConfigError(`${what}: layers[${index}] has both ${tensor}Mask and ${tensor}Density`);
    }
  }
  if (secondInput === true && (keys.weightMask ?? keys.weightDensity) !== undefined) {
    throw new ConfigError(
      `${what}: layers[${index}] has secondInput and so no weights, but a ${keys.weightMask === undefined ? "weightDensity" : "weightMask"}`,
    );
  }
  return layerOfKeys(what, keys, keys.name);
}

function hasMask({ inputMask, weightMask, outputMask }: NetworkLayerKeys): boolean {
  return (inputMask ?? weightMask ?? outputMask) !== undefined;
}

function requireUniqueNames(what: string, layers: readonly Layer[]): void {
  const names = layers.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ConfigError(`${what}: two layers are called "${twice}"`);
}

function densitiesOf(
  keys: NetworkKeys,
  layers: readonly Layer[],
  samples: SampleDensities | undefined,
  given: MaskFiles,
  generator: ActivationGenerator | undefined,
): NetworkDensities {
  const { name } = keys;
  const hasMasks = keys.layers.some(({ inputMask }) => inputMask !== undefined);
  const source = keys.source ?? (samples !== undefined || hasMasks ? "given" : "assumed");
  const weight = Float64Array.from(keys.layers, ({ weightDensity }) => weightDensity ?? 1);
  if (samples !== undefined) {
    return {
      ...{ source, weight, sampleCount: samples.count },
      inputOf: (sample) => samples.input[sample % samples.count],
      outputOf: (sample) => samples.output[sample % samples.count],
    };
  }
  const means = keys.layers.map(({ inputDensity }) => inputDensity ?? 1);
  const stated = Float64Array.from(keys.layers, ({ outputDensity }) => outputDensity ?? Number.NaN);
  if (generator !== undefined) {
    return { ...varyingDensities(name, means, source, weight, generator), outputOf: () => stated };
  }
  const sampleCount = typeof keys.samples === "number" ? keys.samples : Infinity;
  const ofSample = new Map<number, Float64Array>();
  const inputOf = (sample: number) => {
    const k = Number.isFinite(sampleCount) ? sample % sampleCount : 0;
    const known = ofSample.get(k);
    if (known !== undefined) return known;
    const found = Float64Array.from(means, (mean, layer) => {
      const mask = given.input(layer, k, layers[layer]);
      return mask === undefined ? mean : density(mask);
    });
    ofSample.set(k, found);
    return found;
  };
  return { source, weight, sampleCount, inputOf, outputOf: () => stated };
}

/** How activations are drawn; undefined if they are as stated. */
function generatorOf(what: string, variation: NetworkKeys["variation"]): ActivationGenerator | undefined {
  if (variation === "none") return undefined;
  if (typeof variation === "string") return activationGenerators[variation];
  const { preset, channelSpread, reordering, clusterPixels, clusterShare, ...stated } = variation;
  const { statistics, ...base } = activationGenerators[preset];
  const spread = { channelDispersion: channelSpread, sampleReordering: reordering, clusterPixels, clusterShare };
  const generator = {
    ...base,
    ...withoutUndefined(stated),
    statistics: { ...statistics, ...withoutUndefined(spread) },
  };
  const together = generator.common + generator.near;
  if (together <= 1) return generator;
  throw new ConfigError(`${what}: variation: common + near must be at most 1, is ${together}`);
}

/** Of the text files; masks have their own. */
function fingerprintOf(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}
