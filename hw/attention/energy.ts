/** Word accesses of a stage of an operation, for the same energy table as the PE array's. */
import type { Accesses } from "../array/energy.ts";
import type { AttentionCounters } from "./counters.ts";
import type { AttentionArray } from "./description.ts";
import type { Operation, Stage } from "./operation.ts";

/** Bits that a stage moves from and to DRAM. */
interface StageBits {
  /** Queries or activations, keys, values, weights, the mask, outputs. */
  readonly rows: number;
  readonly keys: number;
  readonly values: number;
  readonly weights: number;
  readonly mask: number;
  readonly outputs: number;
}

export function stageBits({ events }: AttentionCounters, stage: Stage): StageBits {
  const { dramRowBits, dramColumnBits, dramMaskBits, dramOutputBits } = events;
  const none = { rows: 0, keys: 0, values: 0, weights: 0, mask: 0, outputs: 0 };
  switch (stage) {
    case "product":
      return { ...none, rows: dramRowBits, weights: dramColumnBits, outputs: dramOutputBits };
    case "prediction":
      return { ...none, rows: dramRowBits, keys: dramColumnBits, outputs: dramOutputBits };
    case "scores":
      return { ...none, rows: dramRowBits, keys: dramColumnBits / 2, mask: dramMaskBits };
    case "softmax":
      return none;
    case "values":
      return { ...none, values: dramColumnBits / 2, outputs: dramOutputBits };
  }
}

/** Words that a stage reads from the operand buffer, and writes into the output buffer. */
export function stageBuffer(
  { events }: AttentionCounters,
  stage: Stage,
  { depth }: Operation,
  { tileColumns }: AttentionArray,
): { readonly reads: number; readonly writes: number } {
  const lanes = events.passes * tileColumns * depth;
  if (stage === "softmax") return { reads: 0, writes: 0 };
  if (stage === "scores") return { reads: events.subRows * depth + lanes, writes: 0 };
  if (stage === "values") return { reads: lanes, writes: events.bufferWrites };
  return { reads: events.bufferReads, writes: events.bufferWrites };
}

/** Multiply-accumulates of a stage in the array's own precision. */
export function stageMacs({ events }: AttentionCounters, stage: Stage): number {
  if (stage === "product") return events.macs;
  return stage === "scores" || stage === "values" ? events.macs / 2 : 0;
}

/**
 * Accesses of a stage. A multiplication of low precision counts as its share of the word's bits; operands that pass lanes
 * on which nobody uses them, exponents and divisions are not counted.
 */
export function stageAccesses(
  counters: AttentionCounters,
  stage: Stage,
  operation: Operation,
  hardware: AttentionArray,
): Accesses {
  const { wordBits, predictionBits } = hardware;
  const predicted = stage === "prediction" ? (counters.events.predictionMacs * predictionBits) / wordBits : 0;
  const mac = stageMacs(counters, stage) + predicted;
  const { reads, writes } = stageBuffer(counters, stage, operation, hardware);
  const bits = Object.values(stageBits(counters, stage)).reduce((sum, each) => sum + each, 0);
  // A sum that is added up in the output buffer is read and written; per multiplication two operands and a sum.
  return { mac, spad: 3 * mac, neighbour: 0, buffer: reads + 2 * writes, dram: bits / wordBits };
}
