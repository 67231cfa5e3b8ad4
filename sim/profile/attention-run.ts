/** One layer on an attention array, or by the artifact's formula for one, sample by sample. */
import { type EnergyTable, eyerissEnergy } from "../../hw/array/energy.ts";
import { artifactSangerSeconds } from "../../hw/artifact/sanger.ts";
import { totalCycles } from "../../hw/attention/counters.ts";
import type { AttentionArray } from "../../hw/attention/description.ts";
import { checkOperation } from "../../hw/attention/mapping.ts";
import {
  attentionOperation,
  describeAttentionMapping,
  operationOf,
  runAttentionLayer,
} from "../../hw/attention/run-layer.ts";
import { type AttentionObserver, stepOperation } from "../../hw/attention/stepped.ts";
import { sangerClockHz } from "../../workloads/tables/sanger.ts";
import type { AttentionAccelerator } from "./accelerator.ts";
import type { DrawnLayer } from "./drawn-layer.ts";
import type { LayerRun, LayerSample } from "./layer-sample.ts";

/** @throws ConfigError, at the first sample, for a layer that the array cannot run. */
export function attentionRun(
  drawn: DrawnLayer,
  { hardware, fidelity }: AttentionAccelerator,
  energy: EnergyTable = eyerissEnergy,
): LayerRun {
  return {
    mapped: { weightDensity: drawn.target.expected.weight, mappingText: describeAttentionMapping(hardware) },
    sample: (index) => {
      const kept = drawn.target.kept?.(index);
      return attentionSample(drawn.target.layerOf(index), kept, hardware, fidelity, energy);
    },
  };
}

function attentionSample(
  layer: Parameters<typeof runAttentionLayer>[0],
  kept: Parameters<typeof runAttentionLayer>[1],
  hardware: AttentionArray,
  fidelity: AttentionAccelerator["fidelity"],
  energy: EnergyTable,
): LayerSample {
  const { mask, bytes, ...result } = runAttentionLayer(layer, kept, hardware, fidelity, { energy });
  const dramBytes = bytes.dramActivations + bytes.dramWeights + bytes.dramOutputs;
  if (mask === undefined) return { ...result, bytes, dramBytes };
  const { loadBalance, keptDensity, subRows } = mask;
  return { ...result, bytes, dramBytes, mask: { loadBalance, keptDensity, subRows } };
}

/**
 * Steps one sample of what the array does for a layer while an observer looks on. Scores, softmax and values are one
 * operation, which is that of the scores.
 *
 * @returns its cycles; 0 for the softmax and the values
 * @throws ConfigError for a layer that the array cannot run
 */
export function observeAttentionLayer(
  drawn: DrawnLayer,
  hardware: AttentionArray,
  index: number,
  arrayObserver: AttentionObserver,
): number {
  const layer = drawn.target.layerOf(index);
  if (layer.kind === "softmax" || layer.kind === "attention-values") return 0;
  const operation = operationOf(layer, drawn.target.kept?.(index), hardware);
  checkOperation(layer.name, operation, hardware);
  return totalCycles(stepOperation(operation, hardware, { arrayObserver }));
}

/** The formula is for a whole block; its time is booked under the block's scores. */
export function artifactSangerRun(drawn: DrawnLayer): LayerRun {
  return {
    mapped: { weightDensity: drawn.target.expected.weight, mappingText: "closed formula" },
    sample: (index) => {
      const layer = drawn.target.layerOf(index);
      const kept = drawn.target.kept?.(index);
      const { input: inputDensity, output: outputDensity } = drawn.target.densities(index);
      const densities = { denseMacs: 0, effectualMacs: 0, inputDensity, outputDensity };
      if (kept === undefined || layer.kind !== "attention-scores") return { cycles: 0, seconds: 0, ...densities };
      const seconds = artifactSangerSeconds(attentionOperation(layer, kept));
      return { cycles: seconds * sangerClockHz, seconds, ...densities };
    },
  };
}

/** On an array that runs an attention as matrix products, nothing is predicted and the softmax takes no time. */
export function freeSample(drawn: DrawnLayer, index: number): LayerSample {
  const { input: inputDensity, output: outputDensity } = drawn.target.densities(index);
  return { cycles: 0, denseMacs: 0, effectualMacs: 0, inputDensity, outputDensity };
}
