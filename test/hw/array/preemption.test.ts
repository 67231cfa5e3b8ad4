/** What a switch moves and costs: on paper, and laws of it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eyerissEnergy } from "../../../hw/array/energy.ts";
import {
  demandedBytes,
  heldBytes,
  refetchPrice,
  reloadPrice,
  type SwitchMemory,
  spillPrice,
  switchMemory,
} from "../../../hw/array/preemption.ts";
import { BufferResidency } from "../../../hw/memory/buffer-residency.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { singlePe } from "../../../hw/presets/single-pe.ts";

/** 16 clusters of 4.5 KiB; 128 bytes per cycle; 1.5 bytes per access of 200 + 6 MAC energies. */
const eyeriss = switchMemory(eyerissV2, eyerissEnergy);
const layer = (inputBytes: number, forwardedBytes: number, prefetchedBytes = 0) => ({
  inputBytes,
  forwardedBytes,
  prefetchedBytes,
});

describe("on Eyeriss v2", () => {
  it("the buffer is 72 KiB, the channel moves 1024 bits per cycle, an entry takes 12 bits", () => {
    expect(eyeriss).toEqual({
      bufferBytes: 73_728,
      dramBitsPerCycle: 1024,
      dramLatencyCycles: 0,
      dramPjPerByte: 200 / 1.5,
      bufferPjPerByte: 6 / 1.5,
    });
  });

  it("20,000 non-zeros take 30,000 bytes: 235 cycles and 20,000 accesses of both levels, each way", () => {
    const price = { cycles: 235, bytes: 30_000, energyPj: expect.closeTo(20_000 * 206, 4) };
    expect(spillPrice(30_000, eyeriss)).toEqual(price);
    expect(reloadPrice(30_000, eyeriss)).toEqual(price);
    expect(reloadPrice(30_000, { ...eyeriss, dramLatencyCycles: 40 }).cycles).toBe(275);
    expect(reloadPrice(0, { ...eyeriss, dramLatencyCycles: 40 })).toEqual({ cycles: 0, bytes: 0, energyPj: 0 });
  });

  it("an output stays for the next layer if it fits beside the whole input, to the byte", () => {
    expect(heldBytes(layer(43_728, 30_000), eyeriss)).toBe(30_000);
    expect(heldBytes(layer(43_729.5, 30_000), eyeriss)).toBe(0);
    expect(demandedBytes(layer(43_728, 30_000), eyeriss)).toBe(73_728);
    expect(demandedBytes(layer(43_729.5, 30_000), eyeriss)).toBe(43_729.5);
    expect(demandedBytes(layer(90_000, 3), eyeriss)).toBe(73_728);
  });

  it("what was fetched ahead is fetched again, without the buffer; what begins waits for its own", () => {
    expect(refetchPrice(layer(0, 0, 300), layer(0, 0, 1000), eyeriss)).toEqual({
      cycles: 8,
      bytes: 300,
      energyPj: expect.closeTo(200 * 200, 6),
    });
  });

  it("unlimited memory holds everything, and takes no cycles", () => {
    const unlimited = switchMemory(singlePe, eyerissEnergy);
    expect(heldBytes(layer(1e9, 1e9), unlimited)).toBe(1e9);
    expect(spillPrice(1e9, unlimited).cycles).toBe(0);
  });
});

describe("the buffer", () => {
  it("keeps what fits beside the running layer, else lets go of the longest put aside first, and of no more than needed", () => {
    const buffer = new BufferResidency(100);
    buffer.keep(1, 30);
    expect(buffer.begin(2, 70)).toEqual({ spilledBytes: [], reloadedBytes: 0 });
    buffer.keep(2, 20);
    expect(buffer.begin(3, 50)).toEqual({ spilledBytes: [], reloadedBytes: 0 });
    expect(buffer.begin(3, 51)).toEqual({ spilledBytes: [30], reloadedBytes: 0 });
    expect(buffer.begin(2, 100)).toEqual({ spilledBytes: [], reloadedBytes: 0 });
    expect(buffer.begin(1, 100)).toEqual({ spilledBytes: [], reloadedBytes: 30 });
    expect(buffer.isUntouched).toBe(true);
  });
});

describe("larger memory", () => {
  const bytes = fc.integer({ min: 0, max: 200_000 }).map((entries) => entries * 1.5);
  const factor = fc.constantFrom(1, 1.25, 2, 16, Infinity);

  it("never raises the cycles or bytes of a move, nor displaces what a smaller one kept", () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, factor, factor, (held, input, handed, wider, larger) => {
        const grown: SwitchMemory = {
          ...eyeriss,
          dramBitsPerCycle: eyeriss.dramBitsPerCycle * wider,
          bufferBytes: eyeriss.bufferBytes * larger,
        };
        expect(spillPrice(held, grown).cycles).toBeLessThanOrEqual(spillPrice(held, eyeriss).cycles);
        expect(reloadPrice(held, grown).cycles).toBeLessThanOrEqual(reloadPrice(held, eyeriss).cycles);
        const kept = Math.min(held, eyeriss.bufferBytes);
        const demand = Math.min(eyeriss.bufferBytes, input + handed);
        const spilled = (memory: SwitchMemory) => {
          const buffer = new BufferResidency(memory.bufferBytes);
          buffer.keep(1, kept);
          return buffer.begin(2, demand).spilledBytes.length;
        };
        expect(spilled(grown)).toBeLessThanOrEqual(spilled(eyeriss));
      }),
    );
  });

  it("hands on whatever a smaller one handed on", () => {
    fc.assert(
      fc.property(bytes, bytes, factor, (input, handed, larger) => {
        const grown = { ...eyeriss, bufferBytes: eyeriss.bufferBytes * larger };
        expect(heldBytes(layer(input, handed), grown)).toBeGreaterThanOrEqual(heldBytes(layer(input, handed), eyeriss));
      }),
    );
  });
});
