/** Does the waveform of the attention array, read back, say what the array did? */
import { expect, it } from "vitest";
import { totalCycles } from "../../../hw/attention/counters.ts";
import { type AttentionState, stepOperation } from "../../../hw/attention/stepped.ts";
import { AttentionProbe, declareAttentionArray } from "../../../hw/waveform/attention-probe.ts";
import { VcdWriter } from "../../../hw/waveform/vcd-writer.ts";
import { readVcd, textAt, valueAt } from "../../models/vcd-reader.ts";
import { randomAttention } from "../attention/random-attention.ts";

/** A cycle is 10 units of time. */
const units = 10;

it("shows stage, slots at work and transfers of every cycle, on random operations and arrays", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const { operation, hardware } = randomAttention(seed);
    let text = "";
    const vcd = new VcdWriter(
      { producer: "test", secondsPerCycle: 1e-9, limitBytes: 1e9 },
      (header) => declareAttentionArray(header, hardware),
      (piece) => (text += piece),
    );
    const probe = new AttentionProbe(vcd.signals, vcd);
    const seen: { stage: string; busySlots: number; loadBits: number; storeBits: number; outputs: number }[] = [];
    const counters = stepOperation(operation, hardware, {
      arrayObserver: {
        stepBegins: (atCycle, step) => probe.stepBegins(atCycle, step),
        cycleBegins: (array: AttentionState) => {
          probe.cycleBegins(array);
          const { step, busySlots, dma, writeBack } = array;
          const { loadBits, storeBits } = dma;
          seen.push({ stage: step?.stage ?? "waiting", busySlots, loadBits, storeBits, outputs: writeBack.outputs });
        },
      },
    });
    vcd.finish();
    const file = readVcd(text);
    const at = (path: string, cycle: number) => valueAt(file, `dysta.array.${path}`, cycle * units);
    const drawn = seen.map((_, cycle) => ({
      stage: textAt(file, "dysta.array.stage_text", cycle * units),
      busySlots: at("busy_slots", cycle),
      loadBits: at("dma.load_bits_left", cycle),
      storeBits: at("dma.store_bits_left", cycle),
      outputs: at("write_back.outputs", cycle),
    }));
    expect(drawn, `seed ${seed}`).toEqual(seen);
    expect(seen.length, `seed ${seed}`).toBe(totalCycles(counters) + 1);
    const end = totalCycles(counters);
    expect(at("passes_begun", end), `seed ${seed}`).toBe(counters.events.passes);
    const busy = drawn.reduce((sum, { busySlots }) => sum + busySlots, 0);
    expect(busy, `seed ${seed}`).toBe(counters.events.busySlotCycles);
  }
});
