/** Is what the writer writes VCD, and does it say what it was told? */
import { describe, expect, it } from "vitest";
import { numberFormat } from "../../../hw/scheduling-unit/number-format.ts";
import type { Signal } from "../../../hw/waveform/changes.ts";
import { timescaleOf } from "../../../hw/waveform/timescale.ts";
import type { VcdHeader } from "../../../hw/waveform/vcd-header.ts";
import { VcdWriter } from "../../../hw/waveform/vcd-writer.ts";
import { bitsAt, readVcd, risesOf, textAt, valueAt } from "../../models/vcd-reader.ts";
import { Dice } from "../array/random-case.ts";

const defaults = { producer: "test", secondsPerCycle: 5e-9, limitBytes: 1e9 };

function written<S>(declare: (header: VcdHeader) => S, change: (vcd: VcdWriter<S>) => void, options = {}): string {
  let text = "";
  change(new VcdWriter({ ...defaults, ...options }, declare, (piece) => (text += piece)));
  return text;
}

describe("the file", () => {
  it("is this, for two changes", () => {
    const text = written(
      (header) => header.scope("unit", () => header.wire("level", 3)),
      (vcd) => {
        vcd.at(2);
        vcd.set(vcd.signals, 5);
        vcd.at(3);
        vcd.set(vcd.signals, 6);
        vcd.set(vcd.signals, 5);
        vcd.finish();
      },
    );
    expect(text.split("\n")).toEqual([
      "$version test $end",
      "$timescale 100 ps $end",
      "$scope module dysta $end",
      "$var wire 1 ! clock $end",
      "$scope module unit $end",
      '$var wire 3 " level [2:0] $end',
      "$upscope $end",
      "$upscope $end",
      "$comment A cycle is 50 units of time. The clock is drawn in cycles in which a signal changes and is low between them. $end",
      "$enddefinitions $end",
      ...["#0", "$dumpvars", "1!", 'b0 "', "$end", "#25", "0!"],
      ...["#100", "1!", 'b101 "', "#125", "0!", "#200", ""],
    ]);
  });

  it("gives back random values of every kind of signal, cycle by cycle", () => {
    const dice = new Dice(1);
    const declare = (header: VcdHeader) => ({
      wires: Array.from({ length: 200 }, (_, k) => header.wire(`wire_${k}`, 1 + (k % 40))),
      real: header.real("real"),
      half: header.pattern("half", numberFormat("fp16")),
      double: header.pattern("double", numberFormat("fp64")),
      wide: header.wire("wide", 64),
      named: header.named("state", ["idle", "a longer one"]),
    });
    const expected: { cycle: number; wires: number[]; real: number; named: number }[] = [];
    const text = written(declare, (vcd) => {
      const { wires, real, half, double, wide, named } = vcd.signals;
      const values = wires.map(() => 0);
      for (let cycle = 0; cycle < 3000; cycle += dice.integer(1, 9)) {
        vcd.at(cycle);
        for (let k = dice.integer(0, 3); k > 0; k--) {
          const wire = dice.integer(0, wires.length - 1);
          values[wire] = dice.integer(0, 2 ** (1 + (wire % 40)) - 1);
          vcd.set(wires[wire], values[wire]);
        }
        const value = dice.pick([
          0,
          -0,
          1.5,
          -(2 ** -14),
          Number.POSITIVE_INFINITY,
          Number.NEGATIVE_INFINITY,
          Number.NaN,
          1e-7,
          65504,
        ]);
        vcd.set(real, value);
        vcd.set(half, numberFormat("fp16").round(value));
        vcd.set(double, value);
        vcd.set(wide, 2n ** 63n + BigInt(cycle));
        const state = dice.integer(0, 1);
        for (const signal of [named.code, named.name]) vcd.set(signal, state);
        expected.push({ cycle, wires: [...values], real: value, named: state });
      }
      vcd.at(3010);
      vcd.finish();
    });
    const file = readVcd(text);
    for (const { cycle, wires, real, named } of expected) {
      const time = cycle * 50;
      expect(wires.map((_, k) => valueAt(file, `dysta.wire_${k}`, time + 49))).toEqual(wires);
      expect(valueAt(file, "dysta.real", time)).toBe(real);
      expect(BigInt(`0b${bitsAt(file, "dysta.wide", time)}`)).toBe(2n ** 63n + BigInt(cycle));
      expect(valueAt(file, "dysta.state", time)).toBe(named);
      expect(textAt(file, "dysta.state_text", time)).toBe(["idle", "a longer one"][named]);
    }
    const patterns = (path: string) => new Set(file.signals.get(path)?.values.map((bits) => BigInt(`0b${bits}`)));
    expect(patterns("dysta.half")).toEqual(
      new Set([0n, 0x8000n, 0x3e00n, 0x8400n, 0x7c00n, 0xfc00n, 0x7e00n, 0x7bffn]),
    );
    expect(patterns("dysta.double").has(0x3ff8000000000000n)).toBe(true);
    expect(risesOf(file, "dysta.clock")).toHaveLength(expected.length);
    expect(file.times.at(-1)).toBe(3011 * 50);
    expect(file.comments.join()).toContain("state: 0 idle, 1 a longer one");
  });

  it("says nothing that would end a comment, or that is not ASCII", () => {
    const text = written(
      (header) => header.comment("rate $end $var × 2\n"),
      (vcd) => vcd.finish(),
    );
    expect(readVcd(text).comments[0]).toBe("rate ?end ?var ? 2?");
  });

  it("cannot go back in time", () => {
    const back = (vcd: VcdWriter<Signal>) => {
      vcd.at(5);
      vcd.at(4);
    };
    expect(() => written((header) => header.wire("a", 1), back)).toThrow("the waveform is at cycle 5, not back at 4");
  });
});

describe("a file that has reached its limit", () => {
  const text = written(
    (header) => header.wire("count", 20),
    (vcd) => {
      for (let cycle = 0; cycle < 10_000; cycle++) {
        vcd.at(cycle);
        vcd.set(vcd.signals, cycle);
      }
      vcd.finish();
      expect(vcd.cutAtCycle).toBeLessThan(1000);
    },
    { limitBytes: 20_000 },
  );

  it("ends there, says so and is still a waveform of what came before", () => {
    const file = readVcd(text);
    expect(text.length).toBeLessThan(20_200);
    expect(text.length).toBeGreaterThan(20_000);
    expect(file.comments.at(-1)).toBe("The file ends here, at its limit of 20000 bytes.");
    for (let cycle = 0; cycle < 300; cycle++) expect(valueAt(file, "dysta.count", cycle * 50)).toBe(cycle);
  });
});

describe("the timescale makes a cycle a whole number of units", () => {
  it.each([
    [200e6, "100 ps", 50],
    [1e9, "100 ps", 10],
    [400e6, "10 ps", 250],
    [1.6e9, "1 ps", 625],
    [1000, "100 us", 10],
    [1, "100 ms", 10],
    [0.001, "100 s", 10],
    [150e6, "1 ns", 2],
    [5e12, "1 ns", 2],
  ])("at %d Hz: %s, %d a cycle", (clockHz, unit, unitsPerCycle) => {
    const { remark, ...scale } = timescaleOf(1 / clockHz);
    expect(scale).toEqual({ unit, unitsPerCycle });
    expect(remark.startsWith(`A cycle is ${unitsPerCycle} units of time`)).toBe(true);
  });

  it("and says where the times are not real", () => {
    expect(timescaleOf(1 / 150e6).remark).toBe(
      "A cycle is 2 units of time here, not its 6.666666666666667e-9 s, which are no whole number of picoseconds.",
    );
  });
});
