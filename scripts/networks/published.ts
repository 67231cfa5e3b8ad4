/** The networks whose shapes are published: their densities are published too, or assumed. */
import type { Layer } from "../../workloads/layers/layer.ts";
import { drawnMeans } from "../../workloads/networks/drawn-densities.ts";
import { alexnetInputZerosPercent, alexnetLayers } from "./alexnet.ts";
import type { BuiltIn } from "./built-in.ts";
import { mobilenetLayers } from "./mobilenet.ts";
import { resnet50Layers } from "./resnet50.ts";
import { sparseMobilenetDensities } from "./sparse-mobilenet.ts";
import { ssd300Layers } from "./ssd300.ts";
import { vgg16Layers, vgg16SparsityPercent } from "./vgg16.ts";

export function publishedNetworks(): BuiltIn[] {
  return [
    assumed("resnet50", "ResNet-50 v1.5 at 224x224", resnet50Layers()),
    vgg16(),
    assumed("mobilenet", "MobileNet-V1, width 1.0 at 224x224", mobilenetLayers(1, 224)),
    assumed(
      "ssd300",
      "SSD300 with a ResNet-18 backbone and the extra layers and heads of NVIDIA's PyTorch SSD300",
      ssd300Layers(),
    ),
    sparseMobilenet(),
    denseMobilenet(),
    alexnet(),
  ];
}

function assumed(name: string, description: string, layers: readonly Layer[]): BuiltIn {
  return {
    ...{ name, description, layers },
    source: "assumed: layer means drawn evenly from .20 to .93, varying between samples as 20 measured networks do",
    means: drawnMeans(name, layers),
    varies: true,
  };
}

function vgg16(): BuiltIn {
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
    source:
      "published for the pruned convolutions (SCNN, ISCA 2017); classifier weights dense, its inputs and the variation between samples assumed",
    ...{ layers, means, weight, varies: true },
  };
}

function sparseMobilenet(): BuiltIn {
  const layers = mobilenetLayers(0.5, 128);
  const densities = sparseMobilenetDensities(layers);
  return {
    name: "sparse-mobilenet-0.5",
    description: "MobileNet-V1, width 0.5 at 128x128, pruned: the network Eyeriss v2 was published with",
    source:
      "published for 9 of 28 layers (Sparseloop artifact, MICRO 2022), derived from its counts for the others, depthwise inputs assumed half zeros",
    layers,
    means: densities.map(({ input }) => input),
    weight: densities.map(({ weight }) => weight),
  };
}

function denseMobilenet(): BuiltIn {
  const layers = mobilenetLayers(0.5, 128);
  return {
    name: "mobilenet-0.5",
    description: "MobileNet-V1, width 0.5 at 128x128, dense weights",
    source: "assumed: those of sparse-mobilenet-0.5, which has the same layers",
    layers,
    means: sparseMobilenetDensities(layers).map(({ input }) => input),
  };
}

function alexnet(): BuiltIn {
  const layers = alexnetLayers();
  const means = drawnMeans("alexnet", layers);
  for (const [layer, percent] of alexnetInputZerosPercent.entries()) means[layer] = 1 - percent / 100;
  return {
    name: "alexnet",
    description: "AlexNet with its two groups at 227x227, dense weights",
    source: "measured on a chip for the convolutions (Eyeriss, JSSC 2017, Table V); those of the classifier assumed",
    layers,
    means,
  };
}
