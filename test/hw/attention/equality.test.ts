/** `stepped`, `counted` and the naive model give the same counts, on random small operations and arrays. */
import { describe, expect, it } from "vitest";
import { countOperation } from "../../../hw/attention/counted.ts";
import { totalCycles } from "../../../hw/attention/counters.ts";
import { type AttentionArray, attentionDramBits } from "../../../hw/attention/description.ts";
import { allowedColumns, type Operation } from "../../../hw/attention/operation.ts";
import { stepOperation } from "../../../hw/attention/stepped.ts";
import { getBit } from "../../../workloads/masks/bit-mask.ts";
import { type NaiveArray, type NaiveOperation, runNaively } from "../../models/naive-attention.ts";
import { randomAttention } from "./random-attention.ts";

const seeds = Array.from({ length: 700 }, (_, i) => i + 1);

function naiveArray(hardware: AttentionArray): NaiveArray {
  return {
    ...hardware,
    bufferBits: hardware.bufferBytes * 8,
    bitsPerCycle: attentionDramBits(hardware),
    latencyCycles: hardware.dram.latencyCycles,
  };
}

function naiveOperation(operation: Operation): NaiveOperation {
  const { kind, depth, heads, rows, columns } = operation;
  const isEntry = (head: number, row: number, column: number) => {
    if (operation.kind === "product") return 1;
    if (operation.kind === "prediction") return column < allowedColumns(operation, row) ? 1 : 0;
    return getBit(operation.kept, (head * rows + row) * columns + column);
  };
  const mask = Array.from({ length: heads }, (_, head) =>
    Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (_, column) => isEntry(head, row, column)),
    ),
  );
  return { kind, depth, mask };
}

describe("an operation on the attention array", () => {
  it("counts the same stepped and counted", () => {
    for (const seed of seeds) {
      const { operation, hardware } = randomAttention(seed);
      expect(stepOperation(operation, hardware), `seed ${seed}`).toEqual(countOperation(operation, hardware));
    }
  });

  it("takes the cycles and the traffic of the naive model", () => {
    for (const seed of seeds) {
      const { operation, hardware } = randomAttention(seed);
      const { events, ...counted } = countOperation(operation, hardware);
      const naive = runNaively(naiveOperation(operation), naiveArray(hardware));
      const same = {
        cycles: totalCycles({ events, ...counted }),
        macs: events.macs + events.predictionMacs,
        subRows: events.subRows,
        passes: events.passes,
        loadBits: events.dramRowBits + events.dramColumnBits + events.dramMaskBits,
        storeBits: events.dramOutputBits,
      };
      expect(same, `seed ${seed}`).toEqual(naive);
    }
  });

  it("was tried with every mechanism, and waited for memory in every way", () => {
    const seen = new Set<string>();
    for (const seed of seeds) {
      const { operation, hardware } = randomAttention(seed);
      const { stages } = countOperation(operation, hardware);
      for (const name of ["splitting", "packing", "overlap"] as const) seen.add(`${operation.kind} ${hardware[name]}`);
      for (const stage of Object.values(stages)) {
        for (const part of ["load", "store", "prologue", "imbalance"] as const) if (stage[part] > 0) seen.add(part);
      }
    }
    for (const kind of ["product", "prediction", "attention"]) {
      for (const value of ["row", "window", "fractional", "column-block", "tile", "none", "skew", "heads"]) {
        expect(seen).toContain(`${kind} ${value}`);
      }
    }
    for (const part of ["load", "store", "prologue", "imbalance"]) expect(seen).toContain(part);
  });
});
