/** The networks that users can name. */
import { ConfigError, didYouMean } from "../input/errors.ts";
import { drawnMeans, fixedDensities, varyingDensities } from "./drawn-densities.ts";
import { measuredFiles, measuredNetwork } from "./measured.ts";
import { mobilenetLayers } from "./mobilenet.ts";
import type { Network } from "./network.ts";
import { isNetworkPath, readNetworkFile } from "./network-file.ts";
import { resnet50Layers } from "./resnet50.ts";
import { sparseMobilenetDensities } from "./sparse-mobilenet.ts";
import { ssd300Layers } from "./ssd300.ts";
import { isTransformer, transformer, transformers } from "./transformer.ts";
import { useLite } from "./use-lite.ts";
import { vgg16Layers, vgg16SparsityPercent } from "./vgg16.ts";

const drawnSource =
  "assumed: layer means drawn evenly from .20 to .93, varying between samples as 20 measured networks do";

function resnet50(): Network {
  const layers = resnet50Layers();
  return {
    name: "resnet50",
    description: "ResNet-50 v1.5 at 224x224",
    layers,
    densities: varyingDensities("resnet50", drawnMeans("resnet50", layers), drawnSource),
  };
}

function vgg16(): Network {
  const layers = vgg16Layers();
  const means = drawnMeans("vgg16", layers);
  const weight = new Float64Array(layers.length).fill(1);
  for (const [layer, [activations, weights]] of vgg16SparsityPercent.entries()) {
    means[layer] = 1 - activations / 100;
    weight[layer] = 1 - weights / 100;
  }
  return {
    name: "vgg16",
    description: "VGG-16 at 224x224",
    layers,
    densities: varyingDensities(
      "vgg16",
      means,
      "published for the pruned convolutions (SCNN, ISCA 2017); classifier weights dense, its inputs and the variation between samples assumed",
      weight,
    ),
  };
}

function mobilenet(): Network {
  const layers = mobilenetLayers(1, 224);
  return {
    name: "mobilenet",
    description: "MobileNet-V1, width 1.0 at 224x224",
    layers,
    densities: varyingDensities("mobilenet", drawnMeans("mobilenet", layers), drawnSource),
  };
}

function ssd300(): Network {
  const layers = ssd300Layers();
  return {
    name: "ssd300",
    description: "SSD300 with a ResNet-18 backbone and the extra layers and heads of NVIDIA's PyTorch SSD300",
    layers,
    densities: varyingDensities("ssd300", drawnMeans("ssd300", layers), drawnSource),
  };
}

function sparseMobilenet(): Network {
  const layers = mobilenetLayers(0.5, 128);
  const densities = sparseMobilenetDensities(layers);
  return {
    name: "sparse-mobilenet-0.5",
    description: "MobileNet-V1, width 0.5 at 128x128, pruned: the network Eyeriss v2 was published with",
    layers,
    densities: fixedDensities(
      Float64Array.from(densities, ({ input }) => input),
      Float64Array.from(densities, ({ weight }) => weight),
      "published for 9 of 28 layers (Sparseloop artifact, MICRO 2022), derived from its counts for the others, depthwise inputs assumed half zeros",
    ),
  };
}

const registry: Readonly<Record<string, () => Network>> = {
  resnet50,
  vgg16,
  mobilenet,
  ssd300,
  "sparse-mobilenet-0.5": sparseMobilenet,
  "use-lite": useLite,
  ...Object.fromEntries(Object.keys(transformers).map((name) => [name, () => transformer(name)])),
  ...Object.fromEntries(measuredFiles.map((file) => [file.name, () => measuredNetwork(file)])),
};

export const networkNames: readonly string[] = Object.keys(registry);

/**
 * The built-in network of this name, or the one whose file or folder it is; of a transformer also
 * with its length and masks (`bert-base:512:measured`).
 *
 * @throws ConfigError for an unknown name, with the nearest known one, and for a network file that cannot be read
 */
export function networkOf(name: string): Network {
  if (isTransformer(name)) return transformer(name);
  if (Object.hasOwn(registry, name)) return registry[name]();
  if (isNetworkPath(name)) return readNetworkFile(name);
  throw new ConfigError(`unknown network "${name}"${didYouMean(name, networkNames)}`);
}
