/**
 * The steps of an operation in time: what the array does in which order, and what the memory moves beside it.
 *
 * A slot is what lies between two points at which the memory meets the array. While a slot's steps run, the channel
 * fetches what later passes need and takes outputs that are final; the slot ends when the slowest is done. The operands
 * of a block of columns are fetched in equal parts during the passes of the block before it, a pass's own new rows
 * during the pass before it.
 *
 * `overlap` decides how the two products of a pass (SDDMM, then SpMM) follow each other:
 * - `none`: clear, SDDMM and its skew, exponents, SpMM and its skew, sums of the rows; then the next pass.
 * - `skew`: the passes of one head are pipelined: an SDDMM enters while the exponents of the pass before it are taken, its
 *   SpMM enters after it. Clearing, exponents, skew and sums are paid once, at the head's ends.
 * - `heads`: as `skew`, with the ends of the layer.
 */
import type { CyclePart } from "../array/counters.ts";
import { type AttentionArray, clearCycles, exponentCycles, rowSumCycles, skewCycles } from "./description.ts";
import { operandBits, type Pass, slotsOf } from "./mapping.ts";
import { endStages, type Operation, type Stage } from "./operation.ts";
import type { PassList } from "./sub-rows.ts";

/** Cycles in which the array does one thing. */
export interface Step {
  readonly stage: Stage;
  /** What the cycles are booked under; a feeding step is part compute, part imbalance. */
  readonly part: CyclePart;
  readonly cycles: number;
  /** The pass whose operands enter, for the first product (SDDMM) or the second (SpMM). */
  readonly feeds?: { readonly pass: Pass; readonly product: 0 | 1 };
}

export interface Slot {
  readonly steps: readonly Step[];
  fetchBits: number;
  /** Outputs that leave, in bits. */
  storeBits: number;
}

export interface Schedule {
  readonly slots: readonly Slot[];
  readonly firstLoadBits: number;
  readonly lastStoreBits: number;
}

/** The slots of an operation. */
export function scheduleOf(
  { passes, storeBitsWithoutPass }: PassList,
  operation: Operation,
  hardware: AttentionArray,
): Schedule {
  const { slots, slotOfPass } = new SlotList(operation, hardware).fill(passes);
  const firstLoadBits = planFetches(slots, slotOfPass, passes, operation, hardware);
  const lastStoreBits = planStores(slots, slotOfPass, passes, operation, hardware);
  return { slots, firstLoadBits, lastStoreBits: lastStoreBits + storeBitsWithoutPass };
}

class SlotList {
  private readonly operation: Operation;
  private readonly hardware: AttentionArray;
  private readonly first: Stage;
  private readonly last: Stage;
  readonly slots: Slot[] = [];
  /** The slot in which the first product of each pass enters. */
  readonly slotOfPass: number[] = [];

  constructor(operation: Operation, hardware: AttentionArray) {
    this.operation = operation;
    this.hardware = hardware;
    const { first, last } = endStages(operation);
    this.first = first;
    this.last = last;
  }

  fill(passes: readonly Pass[]): this {
    const { overlap } = this.hardware;
    for (const [index, pass] of passes.entries()) {
      const isFirst = overlap === "heads" ? index === 0 : pass.head !== passes[index - 1]?.head;
      const isLast = overlap === "heads" ? index + 1 === passes.length : pass.head !== passes[index + 1]?.head;
      this.slotOfPass.push(this.slots.length);
      if (overlap === "none") this.addAlone(pass);
      else this.addPipelined(pass, isFirst ? undefined : passes[index - 1], isLast);
    }
    return this;
  }

  private addAlone(pass: Pass): void {
    const { operation, first, last } = this;
    const steps = [this.clear(), this.feed(first, pass, 0), this.skew(first)];
    if (operation.kind === "attention") steps.push(this.exponents(), this.feed(last, pass, 1), this.skew(last));
    this.add([...steps, this.ending()]);
  }

  private addPipelined(pass: Pass, before: Pass | undefined, isLast: boolean): void {
    const { operation, first, last } = this;
    const steps = [...(before === undefined ? [this.clear()] : []), this.feed(first, pass, 0)];
    if (operation.kind !== "attention") {
      // The bits of a prediction leave through the registers that hold its sums: nothing can enter beside them.
      if (operation.kind === "prediction") steps.push(this.ending());
      if (isLast) steps.push(this.skew(first));
      if (isLast && operation.kind === "product") steps.push(this.ending());
      this.add(steps);
      return;
    }
    if (before !== undefined) {
      const exposed = Math.max(0, exponentCycles - pass.feedCycles);
      if (exposed > 0) steps.push({ ...this.exponents(), cycles: exposed });
      steps.push(this.feed(last, before, 1));
    }
    this.add(steps);
    if (isLast) this.add([this.exponents(), this.feed(last, pass, 1), this.skew(last), this.ending()]);
  }

  private add(steps: readonly Step[]): void {
    this.slots.push({ steps, fetchBits: 0, storeBits: 0 });
  }

  private clear(): Step {
    return { stage: this.first, part: "fill", cycles: clearCycles };
  }

  private feed(stage: Stage, pass: Pass, product: 0 | 1): Step {
    return { stage, part: "compute", cycles: pass.feedCycles, feeds: { pass, product } };
  }

  private skew(stage: Stage): Step {
    return { stage, part: "fill", cycles: skewCycles(this.hardware) };
  }

  private exponents(): Step {
    return { stage: "softmax", part: "compute", cycles: exponentCycles };
  }

  /** What follows the last product: the sums of the rows; where there are none, outputs move out through the slots. */
  private ending(): Step {
    const { operation, hardware } = this;
    if (operation.kind === "attention") {
      return { stage: "softmax", part: "compute", cycles: rowSumCycles(hardware) };
    }
    return { stage: operation.kind, part: "drain", cycles: slotsOf(operation, hardware) };
  }
}

/** Puts loads into the slots before those that need them. @returns the bits that the first pass waits for. */
function planFetches(
  slots: readonly Slot[],
  slotOfPass: readonly number[],
  passes: readonly Pass[],
  operation: Operation,
  hardware: AttentionArray,
): number {
  const bits = operandBits(operation, hardware);
  let firstLoadBits = 0;
  let blockStart = 0;
  for (const [index, pass] of passes.entries()) {
    const rowBits = pass.newRows * bits.row;
    const columnBits = pass.newColumns * bits.column + pass.maskBits;
    if (index === 0) firstLoadBits = rowBits + columnBits;
    else {
      slots[slotOfPass[index - 1]].fetchBits += rowBits;
      const from = pass.opensBlock ? blockStart : index - 1;
      const count = index - from;
      for (let i = 0; i < count; i++) {
        const share = Math.floor((columnBits * (i + 1)) / count) - Math.floor((columnBits * i) / count);
        slots[slotOfPass[from + i]].fetchBits += share;
      }
    }
    if (pass.opensBlock) blockStart = index;
  }
  return firstLoadBits;
}

/** Lets outputs leave in the first slot that begins after they are final. @returns the bits that are left at the end. */
function planStores(
  slots: readonly Slot[],
  slotOfPass: readonly number[],
  passes: readonly Pass[],
  operation: Operation,
  hardware: AttentionArray,
): number {
  let lastStoreBits = 0;
  // The slot before which the array has been drained after the pass at hand.
  let drained = slots.length;
  for (let index = passes.length - 1; index >= 0; index--) {
    if (hardware.overlap === "skew" && passes[index + 1] !== undefined) {
      if (passes[index + 1].head !== passes[index].head) drained = slotOfPass[index + 1];
    }
    const slot = slots[Math.min(finalSlot(slotOfPass[index], operation, hardware), drained)];
    if (slot === undefined) lastStoreBits += passes[index].storeBits;
    else slot.storeBits += passes[index].storeBits;
  }
  return lastStoreBits;
}

/** The first slot after the outputs of a pass, which enters in slot `begun`, have passed the skew and the sums. */
function finalSlot(begun: number, operation: Operation, hardware: AttentionArray): number {
  if (hardware.overlap === "none") return begun + 1;
  const products = operation.kind === "attention" ? 2 : 1;
  const slotCycles = products * operation.depth;
  const tail = skewCycles(hardware) + (operation.kind === "prediction" ? 0 : hardware.slots);
  return begun + products + Math.ceil(tail / slotCycles);
}
