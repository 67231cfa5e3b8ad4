/** What a run of one operation counts. `stepped` and `counted` agree on every one of these. */
import { type CyclePart, cycleParts } from "../array/counters.ts";
import { type Stage, stages } from "./operation.ts";

const eventNames = [
  /** Multiply-accumulates in the array's own precision, and in that of the prediction. */
  "macs",
  "predictionMacs",
  /** Cycles in which a multiplier works, summed over the multipliers. */
  "busySlotCycles",
  /** Exponents taken: kept scores. */
  "exponents",
  "passes",
  /** Sub-rows that entered the array. */
  "subRows",
  /** Words fed into the array, and words of outputs added up in the buffer behind it. */
  "bufferReads",
  "bufferWrites",
  /** DRAM traffic in bits: left operands (queries, activations), right operands (keys and values, weights), masks. */
  "dramRowBits",
  "dramColumnBits",
  "dramMaskBits",
  "dramOutputBits",
  /** Of these, what the first pass waits for. */
  "firstLoadBits",
  /** Outputs written back, and the non-zeros among them: what a monitor sees. */
  "outputs",
  "outputNonZeros",
] as const;
type AttentionEvent = (typeof eventNames)[number];

/** Cycles of one stage, by part; the parts sum to `cycles`. */
type StageCycles = Record<CyclePart | "cycles", number>;

export interface AttentionCounters {
  readonly stages: Readonly<Record<Stage, StageCycles>>;
  readonly events: Record<AttentionEvent, number>;
}

export function zeroAttentionCounters(): AttentionCounters {
  const noCycles = () => Object.fromEntries(["cycles", ...cycleParts].map((part) => [part, 0])) as StageCycles;
  return {
    stages: Object.fromEntries(stages.map((stage) => [stage, noCycles()])) as Record<Stage, StageCycles>,
    events: Object.fromEntries(eventNames.map((name) => [name, 0])) as Record<AttentionEvent, number>,
  };
}

/** Books cycles of a stage under a part of them. */
export function book(counters: AttentionCounters, stage: Stage, part: CyclePart, cycles: number): void {
  counters.stages[stage][part] += cycles;
  counters.stages[stage].cycles += cycles;
}

/** Cycles of the whole operation. */
export function totalCycles({ stages: perStage }: AttentionCounters): number {
  return stages.reduce((sum, stage) => sum + perStage[stage].cycles, 0);
}
