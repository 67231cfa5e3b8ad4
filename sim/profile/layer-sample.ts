/** What is known of a layer that was run: sample by sample, with its mapping. */
import type { CyclePart } from "../../hw/array/counters.ts";
import type { LayerFloors } from "../../hw/array/floors.ts";
import type { Mapping } from "../../hw/array/mapping.ts";
import type { MemoryBytes } from "../../hw/array/run-layer.ts";
import type { MaskFacts } from "../../hw/attention/balance.ts";
import type { LayerOutcome } from "../../hw/machine.ts";

/** One sample of a layer. What the fidelity does not know is absent. */
export interface LayerSample extends LayerOutcome {
  /** Only where the time is known in seconds to the last bit, of which `cycles` are a product. */
  readonly seconds?: number;
  /** Where the cycles went; they sum to `cycles`. */
  readonly stalls?: Readonly<Record<CyclePart, number>>;
  /** What no mapping is faster than. */
  readonly floors?: LayerFloors;
  readonly bytes?: MemoryBytes;
  readonly dramBytes?: number;
  /** What the first pass waits for. */
  readonly firstLoadBytes?: number;
  readonly energyPj?: number;
  /** Of the mask, for the scores of an attention on an attention array. */
  readonly mask?: Pick<MaskFacts, "loadBalance" | "keptDensity" | "subRows">;
}

/**
 * Cycles here are of the mapper's stand-in activations: comparable with each other, not with a sample's. With the
 * fidelity `expected` they are the estimate's, which knows no energy and names no others.
 */
export interface MappingAlternatives {
  readonly candidateCount: number;
  readonly cycles: number;
  readonly energyPj: number | null;
  /** Each in words. */
  readonly runnersUp: readonly RunnerUp[];
}

interface RunnerUp {
  readonly mapping: string;
  readonly cycles: number;
  readonly energyPj: number;
  readonly lostBy: string;
}

export interface LayerProfile {
  readonly name: string;
  readonly weightDensity: number;
  readonly mapping?: Mapping;
  /** The mapping in words. */
  readonly mappingText?: string;
  /** What the mapper weighed against it; absent where the mapping was given. */
  readonly alternatives?: MappingAlternatives;
  readonly samples: readonly LayerSample[];
}

export interface LayerRun {
  readonly mapped: Pick<LayerProfile, "weightDensity" | "mapping" | "mappingText" | "alternatives">;
  sample(index: number): LayerSample;
}
