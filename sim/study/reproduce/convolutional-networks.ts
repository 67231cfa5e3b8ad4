/** The convolutional networks of Table 2 and figures 3 and 4 by the paper's names, as far as there are such networks here. */
import type { Network } from "../../../workloads/networks/network.ts";
import { networkOf } from "../../../workloads/networks/networks.ts";

const models: Readonly<Record<string, string>> = {
  "VGG-16": "vgg16",
  "ResNet-50": "resnet50",
  InceptionV3: "inception-v3",
  MobileNet: "mobilenet",
};

/** The built-in network; undefined if there is none of the name. */
export function convolutionalNetwork(name: string): Network | undefined {
  return models[name] === undefined ? undefined : networkOf(models[name]);
}

/** Inputs that spreads are taken over where they are drawn; of measured networks all that were measured. */
const drawnSamples = 100;
/** Activations are drawn from this seed, as everywhere. */
const seed = 1;

/** Densities at the layers' inputs, one row per input. */
export function inputDensities({ densities }: Network): readonly Float64Array[] {
  const count = Math.min(densities.sampleCount, drawnSamples);
  return Array.from({ length: count }, (_, sample) => densities.inputOf(sample, seed));
}
