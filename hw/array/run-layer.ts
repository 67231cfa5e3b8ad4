/**
 * The sparse PE array as the rest of the program sees it: a layer, its masks and a mapping go in, one result comes out,
 * whichever fidelity computed it.
 */

import { ConfigError } from "../../workloads/input/errors.ts";
import { denseMacs, inputShape, type Layer, outputShape, weightShape } from "../../workloads/layers/layer.ts";
import { density, type LayerMasks } from "../../workloads/masks/bit-mask.ts";
import { ActivationSums } from "./activation-sums.ts";
import { countLayer } from "./counted.ts";
import { type Counters, type CyclePart, cycleParts } from "./counters.ts";
import { entryBits, type Hardware, peCount } from "./description.ts";
import { accessesOf, type EnergyTable, energyPj, eyerissEnergy } from "./energy.ts";
import { ExpectedLayer, type LayerDensities } from "./expected.ts";
import { type LayerFloors, layerFloors } from "./floors.ts";
import { outputWords, WeightSums } from "./layer-sums.ts";
import { loopNest } from "./loop-nest.ts";
import { checkMapping, type Mapping } from "./mapping.ts";
import { type LayerObservers, stepLayer } from "./stepped.ts";

export interface LayerResult {
  readonly cycles: number;
  readonly denseMacs: number;
  readonly effectualMacs: number;
  /** Effectual MACs / (cycles × MACs that the array can do per cycle), 0..1. */
  readonly utilisation: number;
  /** `compute`, or the part of the cycles (other than compute) that is larger than it. */
  readonly boundBy: CyclePart;
  readonly inputDensity: number;
  readonly weightDensity: number;
  readonly outputDensity: number;
  /** Where the cycles went; they sum to `cycles`. */
  readonly stalls: Readonly<Record<CyclePart, number>>;
  /** What no mapping of the layer is faster than. */
  readonly floors: LayerFloors;
  readonly bytes: MemoryBytes;
  /** DRAM bytes that the first pass waits for. */
  readonly firstLoadBytes: number;
  readonly energyPj: number;
  readonly mapping: Mapping;
  /** Everything that was counted, for those who want more. */
  readonly counters: Counters;
}

/** Bytes moved per memory level. */
export interface MemoryBytes {
  readonly dramActivations: number;
  readonly dramWeights: number;
  readonly dramOutputs: number;
  /** Activations read into the array, partial sums written. */
  readonly bufferActivations: number;
  readonly bufferPsums: number;
  /** Weights and activations written into the SPads. */
  readonly spad: number;
}

/** How a layer is run. Observers are for `stepped`. */
interface RunOptions extends LayerObservers {
  readonly fidelity: "stepped" | "counted";
  /** Default: `eyerissEnergy`. */
  readonly energy?: EnergyTable;
  /** Sums of the same weights on the same hardware, from an earlier sample. */
  readonly weights?: WeightSums;
  /** Sums of the same input on hardware with the same mechanisms; for `counted`. */
  readonly activations?: ActivationSums;
}

/**
 * Runs one layer on one sample.
 *
 * @throws ConfigError for masks of the wrong shape and for a mapping that is not legal.
 */
export function runLayer(
  layer: Layer,
  masks: LayerMasks,
  hardware: Hardware,
  mapping: Mapping,
  options: RunOptions,
): LayerResult {
  checkMasks(layer, masks);
  const nest = loopNest(layer, hardware);
  const weights = options.weights ?? new WeightSums(nest, masks.weight, hardware);
  const { filtersPerPe, channelsPerPe, kernelRowsPerPe } = mapping;
  checkMapping(nest, mapping, hardware, weights.largestBlock(filtersPerPe, channelsPerPe, kernelRowsPerPe));
  const counters =
    options.fidelity === "stepped"
      ? stepLayer(layer, masks, mapping, hardware, options)
      : countLayer(
          {
            nest,
            activations: options.activations ?? new ActivationSums(nest, masks.input, hardware),
            weights,
            output: masks.output,
            outputWords: outputWords(masks.output, hardware),
          },
          mapping,
          hardware,
        );
  const densities = { input: density(masks.input), weight: density(masks.weight), output: density(masks.output) };
  const energy = energyPj(accessesOf(counters, hardware), options.energy ?? eyerissEnergy);
  const floors = layerFloors(layer, masks, counters, hardware);
  return { ...resultOf(layer, hardware, counters, densities), floors, energyPj: energy, mapping };
}

/** A layer without masks: cycles, effectual MACs and DRAM traffic estimated from the densities. */
export function estimateLayer(layer: Layer, densities: LayerDensities, hardware: Hardware, mapping: Mapping) {
  const cost = new ExpectedLayer(loopNest(layer, hardware), hardware, densities).cost(mapping);
  const peak = peCount(hardware) * hardware.macsPerPe;
  return { ...cost, denseMacs: denseMacs(layer), utilisation: cost.effectualMacs / (cost.cycles * peak), mapping };
}

/** @throws ConfigError naming the mask, its shape and the layer's. */
export function checkMasks(layer: Layer, masks: LayerMasks): void {
  const expected = { input: inputShape(layer), weight: weightShape(layer), output: outputShape(layer) };
  for (const name of ["input", "weight", "output"] as const) {
    const shape = masks[name].shape;
    if (shape.length === expected[name].length && shape.every((size, axis) => size === expected[name][axis])) continue;
    throw new ConfigError(
      `layer "${layer.name}": the ${name} mask must have the shape [${expected[name].join(", ")}], not [${shape.join(", ")}]`,
    );
  }
}

function resultOf(
  layer: Layer,
  hardware: Hardware,
  counters: Counters,
  densities: LayerDensities,
): Omit<LayerResult, "floors" | "energyPj" | "mapping"> {
  const { cycles, effectualMacs } = counters;
  const peak = peCount(hardware) * hardware.macsPerPe;
  const stalls = Object.fromEntries(cycleParts.map((part) => [part, counters[part]])) as Record<CyclePart, number>;
  return {
    cycles,
    denseMacs: denseMacs(layer),
    effectualMacs,
    utilisation: cycles === 0 ? 0 : effectualMacs / (cycles * peak),
    boundBy: cycleParts.reduce((a, b) => (counters[b] > counters[a] ? b : a)),
    inputDensity: densities.input,
    weightDensity: densities.weight,
    outputDensity: densities.output,
    stalls,
    bytes: bytesOf(counters, hardware),
    firstLoadBytes: counters.firstLoadBits / 8,
    counters,
  };
}

function bytesOf(counters: Counters, hardware: Hardware): MemoryBytes {
  const { wordBits } = hardware;
  const activationBits = entryBits(hardware, "activation");
  const weightBits = entryBits(hardware, "weight");
  return {
    dramActivations: counters.dramActivationBits / 8,
    dramWeights: counters.dramWeightBits / 8,
    dramOutputs: counters.dramOutputBits / 8,
    bufferActivations: (counters.bufferActivationReads * activationBits) / 8,
    bufferPsums: (counters.bufferPsumWrites * wordBits.psum) / 8,
    spad: (counters.spadActivationWrites * activationBits + counters.spadWeightWrites * weightBits) / 8,
  };
}
