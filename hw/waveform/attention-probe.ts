/**
 * The attention array on a waveform, while `stepped` runs an operation. What is shown in a cycle is what is done in it:
 * the step at hand, what of the slot has still to be moved; `busy_slots` are the multipliers that worked in the cycle before.
 */
import { type AttentionArray, slotCount } from "../attention/description.ts";
import { type Stage, stages } from "../attention/operation.ts";
import type { AttentionObserver, AttentionState } from "../attention/stepped.ts";
import { type Changes, setNamed } from "./changes.ts";
import { bitsFor, type VcdHeader } from "./vcd-header.ts";

/** The stages of operations by their place in this list; the first stands for waiting for the memory. */
const shownStages: readonly (Stage | "waiting")[] = ["waiting", ...stages];

type AttentionSignals = ReturnType<typeof declareAttentionArray>;

/** Declares the signals of any operation on the array in the scope `array`. */
export function declareAttentionArray(header: VcdHeader, hardware: AttentionArray) {
  return header.scope("array", () => {
    header.comment(
      `Attention array ${hardware.name}, ${hardware.rows} rows of ${hardware.slots} slots. sub_rows: in the pass that enters; ` +
        "product: 1 while operands of queries and keys enter, 2 while those of values do, 0 else.",
    );
    return {
      stage: header.named("stage", shownStages),
      passes: header.wire("passes_begun", 32),
      subRows: header.wire("sub_rows", bitsFor(hardware.rows)),
      product: header.wire("product", 2),
      busySlots: header.wire("busy_slots", bitsFor(slotCount(hardware))),
      dma: header.scope("dma", () => ({
        waitCycles: header.wire("latency_cycles_left", 24),
        loadBits: header.wire("load_bits_left", 48),
        storeBits: header.wire("store_bits_left", 48),
      })),
      outputs: header.scope("write_back", () => header.wire("outputs", 32)),
    };
  });
}

/** Observes one operation; cycles count from its beginning. */
export class AttentionProbe implements AttentionObserver {
  private readonly signals: AttentionSignals;
  private readonly changes: Changes;
  private passes = 0;

  constructor(signals: AttentionSignals, changes: Changes) {
    this.signals = signals;
    this.changes = changes;
  }

  stepBegins(_atCycle: number, { feeds }: NonNullable<AttentionState["step"]>): void {
    if (feeds?.product === 0) this.passes += 1;
  }

  cycleBegins({ cycle, step, busySlots, dma, writeBack }: AttentionState): void {
    const { changes, signals, passes } = this;
    changes.at(cycle);
    setNamed(changes, signals.stage, shownStages.indexOf(step?.stage ?? "waiting"));
    changes.set(signals.passes, passes);
    changes.set(signals.subRows, step?.feeds?.pass.entries.length ?? 0);
    changes.set(signals.product, step?.feeds === undefined ? 0 : step.feeds.product + 1);
    changes.set(signals.busySlots, busySlots);
    changes.set(signals.dma.waitCycles, dma.waitCycles);
    changes.set(signals.dma.loadBits, dma.loadBits);
    changes.set(signals.dma.storeBits, dma.storeBits);
    changes.set(signals.outputs, writeBack.outputs);
  }
}
