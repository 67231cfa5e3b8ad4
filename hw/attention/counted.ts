/**
 * An operation on the attention array, counted: the cycles and counters of `stepped`, exactly, without walking anything.
 * Sub-rows come from popcounts; a slot takes the longest of its steps and its transfers.
 */
import { popcount, popcountRange } from "../../workloads/masks/bit-mask.ts";
import { type AttentionCounters, book, zeroAttentionCounters } from "./counters.ts";
import { type AttentionArray, attentionDramBits } from "./description.ts";
import { operandBits, type Pass, slotsOf } from "./mapping.ts";
import { endStages, type Operation, outputColumns } from "./operation.ts";
import { type Slot, scheduleOf } from "./schedule.ts";
import { countedPasses } from "./sub-rows.ts";

export function countOperation(operation: Operation, hardware: AttentionArray): AttentionCounters {
  const counters = zeroAttentionCounters();
  const list = countedPasses(operation, hardware);
  const { slots, firstLoadBits, lastStoreBits } = scheduleOf(list, operation, hardware);
  const { first, last } = endStages(operation);
  const bitsPerCycle = attentionDramBits(hardware);
  const cyclesOf = (bits: number) => Math.ceil(bits / bitsPerCycle);
  const latency = hardware.dram.latencyCycles;
  if (firstLoadBits > 0) book(counters, first, "prologue", latency + cyclesOf(firstLoadBits));
  for (const { steps, fetchBits, storeBits } of slots) {
    const array = bookSteps(steps, counters, operation, hardware);
    const waited = fetchBits > 0 ? latency : 0;
    const loaded = Math.max(array, waited + cyclesOf(fetchBits));
    const done = Math.max(loaded, waited + cyclesOf(fetchBits + storeBits));
    book(counters, first, "load", loaded - array);
    book(counters, last, "store", done - loaded);
  }
  book(counters, last, "store", cyclesOf(lastStoreBits));
  countEvents(list.passes, operation, hardware, counters);
  counters.events.firstLoadBits = firstLoadBits;
  return counters;
}

/** @returns the cycles of the steps. */
function bookSteps(
  steps: Slot["steps"],
  counters: AttentionCounters,
  operation: Operation,
  hardware: AttentionArray,
): number {
  let array = 0;
  for (const { stage, part, cycles, feeds } of steps) {
    array += cycles;
    if (feeds === undefined) book(counters, stage, part, cycles);
    else {
      const compute = evenCycles(feeds.pass, operation, hardware);
      book(counters, stage, "compute", compute);
      book(counters, stage, "imbalance", cycles - compute);
    }
  }
  return array;
}

/** Cycles that the work of one product of a pass would take if it were spread evenly over all multipliers. */
function evenCycles(pass: Pass, operation: Operation, hardware: AttentionArray): number {
  return Math.ceil((pass.totalEntries * operation.depth) / (hardware.rows * slotsOf(operation, hardware)));
}

function countEvents(
  passes: readonly Pass[],
  operation: Operation,
  hardware: AttentionArray,
  { events }: AttentionCounters,
): void {
  const { kind, depth, heads, rows } = operation;
  const bits = operandBits(operation, hardware);
  const products = kind === "attention" ? 2 : 1;
  for (const pass of passes) {
    const { totalEntries, feedCycles } = pass;
    events[kind === "prediction" ? "predictionMacs" : "macs"] += products * totalEntries * depth;
    events.busySlotCycles += products * totalEntries * feedCycles;
    if (kind === "attention") events.exponents += totalEntries;
    events.passes += 1;
    events.subRows += pass.entries.length;
    // Queries for every sub-row, keys on the lanes; then values on the lanes, and sums of every sub-row out.
    events.bufferReads += (pass.entries.length + products * hardware.tileColumns) * depth;
    events.bufferWrites += kind === "attention" ? pass.entries.length * depth : totalEntries;
    events.dramRowBits += pass.newRows * bits.row;
    events.dramColumnBits += pass.newColumns * bits.column;
    events.dramMaskBits += pass.maskBits;
  }
  events.outputs = heads * rows * outputColumns(operation);
  events.dramOutputBits = events.outputs * bits.output;
  events.outputNonZeros = nonZeroOutputs(operation, events.outputs);
}

function nonZeroOutputs({ outputs, kind, heads, rows, columns }: Operation, all: number): number {
  if (outputs === undefined) return all;
  const { mask } = outputs;
  // A prediction's mask may be that of all heads; others are as large as the outputs.
  return kind === "prediction" ? popcountRange(mask, 0, heads * rows * columns) : popcount(mask);
}
