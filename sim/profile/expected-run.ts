/** One layer on the PE array by the estimate: from densities alone, so that no layer is too large. */
import type { Hardware } from "../../hw/array/description.ts";
import type { EnergyTable } from "../../hw/array/energy.ts";
import { estimateMapping } from "../../hw/array/estimated-mapper.ts";
import { expectedBlock } from "../../hw/array/expected.ts";
import { loopNest } from "../../hw/array/loop-nest.ts";
import { checkMapping, describeMapping, type Mapping } from "../../hw/array/mapping.ts";
import type { Objective } from "../../hw/array/objective.ts";
import { estimateLayer } from "../../hw/array/run-layer.ts";
import { denseMacs } from "../../workloads/layers/layer.ts";
import type { LayerProfile, LayerRun } from "./layer-sample.ts";
import type { TargetLayer } from "./profile-target.ts";

interface ExpectedJob {
  /** Used instead of the choice by the estimate. */
  readonly mapping?: Mapping | undefined;
  readonly objective?: Objective;
  readonly energy?: EnergyTable;
}

/** From the densities alone: no mask is drawn, neither to choose the mapping nor for a sample. */
export function expectedRun(job: ExpectedJob, hardware: Hardware, target: TargetLayer): LayerRun {
  const { mapping: given } = job;
  const nest = loopNest(target.layer, hardware);
  const choice = given === undefined ? estimatedChoice(job, hardware, target) : { mapping: given };
  const { mapping } = choice;
  if (given !== undefined) {
    // Whether every block of the weights fits is not known: on average they must.
    checkMapping(nest, given, hardware, expectedBlock(nest, given, hardware, target.expected.weight).mean);
  }
  return {
    mapped: {
      weightDensity: target.expected.weight,
      ...choice,
      mappingText: describeMapping(nest, mapping, hardware),
    },
    sample(index) {
      const layer = target.layerOf(index);
      const densities = target.densities(index);
      const { cycles, effectualMacs, dramBits } = estimateLayer(layer, densities, hardware, mapping);
      const { input: inputDensity, output: outputDensity } = densities;
      return {
        cycles,
        denseMacs: denseMacs(layer),
        effectualMacs,
        inputDensity,
        outputDensity,
        dramBytes: dramBits / 8,
      };
    },
  };
}

function estimatedChoice(
  { objective, energy }: ExpectedJob,
  hardware: Hardware,
  target: TargetLayer,
): Pick<LayerProfile, "alternatives"> & { readonly mapping: Mapping } {
  const { layer, largest, expected } = target;
  const { mapping, cycles, candidateCount } = estimateMapping({
    nests: [loopNest(layer, hardware), ...(largest === undefined ? [] : [loopNest(largest.layer, hardware)])],
    hardware,
    densities: expected,
    ...(objective === undefined ? {} : { objective }),
    ...(energy === undefined ? {} : { energy }),
  });
  return { mapping, alternatives: { candidateCount, cycles, energyPj: null, runnersUp: [] } };
}
