/** The 18 layers of Eyeriss v1 that have been measured, modelled beside the chip. */
import { countLayer } from "../hw/array/counted.ts";
import type { Counters } from "../hw/array/counters.ts";
import { layerSums } from "../hw/array/layer-sums.ts";
import { loopNest } from "../hw/array/loop-nest.ts";
import { chooseMapping, defaultDepth } from "../hw/array/mapper.ts";
import { activePes, type Mapping } from "../hw/array/mapping.ts";
import { eyerissV1 } from "../hw/presets/eyeriss-v1.ts";
import { alexnetSets, mappingOfSets, vgg16Sets } from "../hw/presets/row-stationary.ts";
import { batchOf, inputShape, type Layer, outputShape, weightShape } from "../workloads/layers/layer.ts";
import { activationMask } from "../workloads/masks/activation-mask.ts";
import { denseMask, joinedMasks, type LayerMasks } from "../workloads/masks/bit-mask.ts";
import { measuredStatistics } from "../workloads/masks/statistics.ts";
import { networkOf } from "../workloads/networks/networks.ts";
import { type ChipLayer, chipRuns } from "./eyeriss-v1-chip.ts";

/** A layer of the chip's tables under one mapping. */
export interface ModelledLayer {
  readonly network: string;
  readonly chip: ChipLayer;
  readonly activePes: number;
  /** Cycles of PEs and ports, and of waiting for DRAM. */
  readonly processing: number;
  readonly notHidden: number;
  readonly dramMb: number;
  /** What takes longer: the PEs, or the ports of the buffer. */
  readonly bound: "PEs" | "ports";
  /** Partial sums written to the buffer, in millions of words. */
  readonly sumsWritten: number;
}

interface ChipCase {
  readonly network: string;
  readonly chip: ChipLayer;
  readonly layer: Layer;
  readonly sets: Parameters<typeof mappingOfSets>[1];
  readonly inputDensity: number;
  readonly outputDensity: number;
}

const setsOf = { alexnet: alexnetSets, vgg16: vgg16Sets };

export function chipCases(): ChipCase[] {
  return chipRuns.flatMap(({ network, batch, layers }) =>
    layers.map((chip, i) => {
      const layer = networkOf(network).layers.find(({ name }) => name === chip.name);
      if (layer === undefined) throw new Error(`${network} has no layer ${chip.name}`);
      const densityOf = ({ inputZerosPercent }: ChipLayer) => 1 - inputZerosPercent / 100;
      return {
        network,
        chip,
        layer: batchOf(layer, batch),
        sets: setsOf[network][chip.name],
        inputDensity: densityOf(chip),
        // What it writes, before any pooling, is not in the tables: taken as dense as what the next layer reads.
        outputDensity: densityOf(layers[i + 1] ?? chip),
      };
    }),
  );
}

/** Dense weights, and activations of the densities of the chip's tables. */
function masksOf({ network, layer, inputDensity, outputDensity }: ChipCase): LayerMasks {
  const { batch = 1, ...single } = layer;
  const drawn = (shape: readonly [number, number, number], density: number, tensor: string) =>
    joinedMasks(
      Array.from({ length: batch }, (_, image) =>
        activationMask({ seed: 1, network, tensor }, shape, density, image, measuredStatistics),
      ),
    );
  return {
    input: drawn(inputShape(single), inputDensity, layer.name),
    weight: denseMask(weightShape(layer)),
    output: drawn(outputShape(single), outputDensity, `${layer.name} output`),
  };
}

/** Each layer under the chip's mapping (published for AlexNet, inferred for VGG-16), or under the mapper's own. */
export function modelledLayers(choose: "chip" | "mapper"): ModelledLayer[] {
  return chipCases().map((each) => {
    const masks = masksOf(each);
    const mapping = choose === "chip" ? mappingOfSets(each.layer, each.sets) : chosen(each, masks);
    const nest = loopNest(each.layer, eyerissV1);
    const counters = countLayer(layerSums(nest, masks, eyerissV1), mapping, eyerissV1);
    return { ...each, ...figuresOf(counters), activePes: activePes(nest, mapping, eyerissV1) };
  });
}

function chosen({ layer, inputDensity, outputDensity }: ChipCase, { weight }: LayerMasks): Mapping {
  const depth = defaultDepth(eyerissV1);
  return chooseMapping({ layer, weight, hardware: eyerissV1, inputDensity, outputDensity, depth }).mapping;
}

function figuresOf(counters: Counters) {
  const { cycles, load, store, prologue, port } = counters;
  const notHidden = load + store + prologue;
  const bits = counters.dramActivationBits + counters.dramWeightBits + counters.dramOutputBits;
  const bound = port > 0 ? ("ports" as const) : ("PEs" as const);
  const sumsWritten = counters.bufferPsumWrites / 1e6;
  return { processing: cycles - notHidden, notHidden, dramMb: bits / 8e6, bound, sumsWritten };
}
