/** The attention array as the rest of the program sees it: a layer of a network goes in, its share of an operation comes out. */
import { ConfigError } from "../../workloads/input/errors.ts";
import { type AttentionDescription, attentionOf, isAttention } from "../../workloads/layers/attention.ts";
import { denseMacs, type Layer } from "../../workloads/layers/layer.ts";
import { type BitMask, popcount } from "../../workloads/masks/bit-mask.ts";
import { type CyclePart, cycleParts } from "../array/counters.ts";
import { type EnergyTable, energyPj } from "../array/energy.ts";
import type { MemoryBytes } from "../array/run-layer.ts";
import { type MaskFacts, maskFacts } from "./balance.ts";
import { countOperation } from "./counted.ts";
import type { AttentionCounters } from "./counters.ts";
import type { AttentionArray } from "./description.ts";
import { stageAccesses, stageBits, stageBuffer, stageMacs } from "./energy.ts";
import { checkOperation } from "./mapping.ts";
import type { AttentionOperation, Operation, Stage } from "./operation.ts";
import { type AttentionObservers, stepOperation } from "./stepped.ts";

/** Bytes moved for a layer; those of the PE array's names, and what the activations are of an attention. */
interface AttentionBytes extends MemoryBytes {
  readonly dramQueries: number;
  readonly dramKeys: number;
  readonly dramValues: number;
  /** The mask of kept scores. */
  readonly dramMask: number;
}

interface AttentionLayerResult {
  readonly cycles: number;
  readonly denseMacs: number;
  /** Those of kept scores; all of a dense product. */
  readonly effectualMacs: number;
  /** Shares of what is read and written back that is not zero, 0..1. */
  readonly inputDensity: number;
  readonly outputDensity: number;
  readonly stalls: Readonly<Record<CyclePart, number>>;
  readonly bytes: AttentionBytes;
  readonly firstLoadBytes: number;
  readonly energyPj: number;
  /** Of the mask: of the scores of an attention. */
  readonly mask?: MaskFacts;
}

interface AttentionRunOptions extends AttentionObservers {
  readonly energy: EnergyTable;
}

/**
 * Runs one layer on one sample. Scores, softmax and values run as one operation, of which each layer gets its cycles.
 *
 * @param kept the kept scores [heads, queries, keys], for the layers of an attention.
 * @throws ConfigError for a layer that is neither of an attention nor a matrix product, and for heads that are too wide.
 */
export function runAttentionLayer(
  layer: Layer,
  kept: BitMask | undefined,
  hardware: AttentionArray,
  fidelity: "stepped" | "counted",
  { energy, ...observers }: AttentionRunOptions,
): AttentionLayerResult {
  const operation = operationOf(layer, kept, hardware);
  checkOperation(layer.name, operation, hardware);
  const stage = stageOf(layer);
  const counters =
    fidelity === "stepped" ? stepOperation(operation, hardware, observers) : countOperation(operation, hardware);
  const { cycles, ...parts } = counters.stages[stage];
  const density = kept === undefined ? 1 : popcount(kept) / kept.shape.reduce((product, size) => product * size, 1);
  return {
    cycles,
    denseMacs: denseMacs(layer),
    effectualMacs: stageMacs(counters, stage),
    inputDensity: stage === "softmax" || stage === "values" ? density : 1,
    outputDensity: stage === "values" || stage === "product" ? 1 : density,
    stalls: Object.fromEntries(cycleParts.map((part) => [part, parts[part]])) as Record<CyclePart, number>,
    bytes: bytesOf(counters, stage, operation, hardware),
    firstLoadBytes: stage === "softmax" || stage === "values" ? 0 : counters.events.firstLoadBits / 8,
    energyPj: energyPj(stageAccesses(counters, stage, operation, hardware), energy),
    ...(kept === undefined || !isAttention(layer)
      ? {}
      : { mask: maskFacts(attentionOperation(layer, kept), hardware) }),
  };
}

/**
 * What the array does for a layer.
 *
 * @throws ConfigError for a kind of layer that it cannot do.
 */
export function operationOf(layer: Layer, kept: BitMask | undefined, hardware: AttentionArray): Operation {
  if (layer.kind === "matmul" || layer.kind === "fc") {
    const { groups, inputChannels, outputChannels, inputHeight } = layer;
    const shape = { heads: groups, rows: inputHeight, columns: outputChannels / groups, depth: inputChannels / groups };
    return { kind: "product", ...shape };
  }
  if (!isAttention(layer)) {
    throw new ConfigError(
      `layer "${layer.name}": ${hardware.name} runs matmul, fc and the layers of an attention, not ${layer.kind}`,
    );
  }
  if (kept === undefined) throw new Error(`layer "${layer.name}" has no mask of kept scores`);
  if (layer.kind !== "attention-prediction") return attentionOperation(layer, kept);
  const { heads, queries, keys, headWidth, causal } = attentionOf(layer);
  if (hardware.predictionBits === 0) return { kind: "prediction", heads: 0, rows: 0, columns: 0, depth: 1, causal };
  const outputs = { mask: kept, headStride: queries * keys, rowStride: keys, columnStride: 1 };
  return { kind: "prediction", heads, rows: queries, columns: keys, depth: headWidth, causal, outputs };
}

/** The attention that a layer is part of, with the scores that it keeps. */
export function attentionOperation(layer: Layer, kept: BitMask): AttentionOperation {
  const { heads, queries, keys, headWidth } = shapeOf(layer);
  return { kind: "attention", heads, rows: queries, columns: keys, depth: headWidth, kept };
}

function shapeOf(layer: Layer): AttentionDescription {
  if (!isAttention(layer)) throw new Error(`layer "${layer.name}" is not of an attention`);
  return attentionOf(layer);
}

function stageOf({ kind }: Layer): Stage {
  switch (kind) {
    case "attention-prediction":
      return "prediction";
    case "attention-scores":
      return "scores";
    case "softmax":
      return "softmax";
    case "attention-values":
      return "values";
    default:
      return "product";
  }
}

function bytesOf(
  counters: AttentionCounters,
  stage: Stage,
  operation: Operation,
  hardware: AttentionArray,
): AttentionBytes {
  const { rows, keys, values, weights, mask, outputs } = stageBits(counters, stage);
  const { reads, writes } = stageBuffer(counters, stage, operation, hardware);
  return {
    dramActivations: (rows + keys + values + mask) / 8,
    dramWeights: weights / 8,
    dramOutputs: outputs / 8,
    bufferActivations: (reads * hardware.wordBits) / 8,
    bufferPsums: (writes * hardware.wordBits) / 8,
    spad: 0,
    dramQueries: stage === "product" ? 0 : rows / 8,
    dramKeys: keys / 8,
    dramValues: values / 8,
    dramMask: mask / 8,
  };
}

/** The hardware's mechanisms in words. */
export function describeAttentionMapping({ splitting, packing, overlap, rows, slots }: AttentionArray): string {
  return `${rows} rows × ${slots} slots; splitting ${splitting}, packing ${packing}, overlap ${overlap}`;
}
