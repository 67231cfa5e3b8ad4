/** Does the simulation of a netlist do what the circuit does? Tiny circuits against the same in TypeScript. */
import { beforeAll, describe, expect, it } from "vitest";
import { RtlError, runYosys } from "../../hw/synthesis/yosys.ts";
import { Dice } from "../hw/array/random-case.ts";
import { streamCount, transpose } from "./bit-slices.ts";
import { gateNetlist, type Netlist } from "./gates.ts";
import { NetlistSimulation } from "./netlist.ts";

const netlistOf = (text: string, parameters: Record<string, number> = {}) =>
  gateNetlist({ top: "dut", sources: { "dut.sv": text }, parameters });

const randomWords = (dice: Dice, bits = 32) =>
  Uint32Array.from({ length: streamCount }, () => Math.floor(dice.unit() * 2 ** bits));

function writeAll(simulation: NetlistSimulation, inputs: Record<string, Uint32Array>): void {
  for (const [name, values] of Object.entries(inputs)) simulation.write(name, values);
}

/** Calls `each` for every stream and expects what it gives. */
function expectStreams(values: ArrayLike<number | bigint>, each: (stream: number) => number | bigint): void {
  expect(Array.from(values)).toEqual(Array.from({ length: streamCount }, (_, stream) => each(stream)));
}

describe("slices", () => {
  it("are the transposed words", () => {
    const words = Int32Array.from(randomWords(new Dice(1)));
    const slices = words.slice();
    transpose(slices);
    for (let bit = 0; bit < 32; bit++) {
      for (let stream = 0; stream < 32; stream++) {
        expect((slices[bit] >>> stream) & 1).toBe((words[stream] >>> bit) & 1);
      }
    }
    transpose(slices);
    expect(slices).toEqual(words);
  });
});

describe("a counter with reset and enable", () => {
  const text = `
module dut #(parameter int WIDTH = 4) (input logic clock, reset, enable, output logic [WIDTH-1:0] count);
  logic [WIDTH-1:0] stored;
  always_ff @(posedge clock) if (reset) stored <= 3; else if (enable) stored <= stored + 1;
  assign count = stored;
endmodule`;

  it("counts as TypeScript does, from any power-up state", async () => {
    const dice = new Dice(2);
    const simulation = new NetlistSimulation(await netlistOf(text, { WIDTH: 5 }), () => dice.integer(0, 2 ** 31));
    const count = Array.from(simulation.read("count"));
    expect(new Set(count).size).toBeGreaterThan(5);
    for (let cycle = 0; cycle < 200; cycle++) {
      const reset = randomWords(dice, 1).map((bit) => (dice.chance(0.1) ? bit : 0));
      const enable = randomWords(dice, 1);
      simulation.write("reset", reset);
      simulation.write("enable", enable);
      simulation.clock();
      for (let s = 0; s < streamCount; s++) count[s] = reset[s] ? 3 : (count[s] + enable[s]) % 32;
      expectStreams(simulation.read("count"), (s) => count[s]);
      expectStreams(simulation.read("stored"), (s) => count[s]);
    }
  });

  it("has registers under hierarchical names", async () => {
    const outer = `${text.replaceAll("dut", "inner")}
module dut (input logic clock, reset, output logic [3:0] sum);
  logic [3:0] a, b;
  inner first (.clock, .reset, .enable(1'b1), .count(a));
  inner second (.clock, .reset, .enable(a[0]), .count(b));
  assign sum = a + b;
endmodule`;
    const simulation = new NetlistSimulation(await netlistOf(outer));
    simulation.write("reset", 1);
    simulation.clock();
    simulation.write("reset", 0);
    simulation.clock();
    expect(simulation.value("first.stored", 7)).toBe(4);
    expect(simulation.value("second.stored", 7)).toBe(4);
    expect(simulation.value("sum", 7)).toBe(8);
    simulation.clock();
    expect(simulation.value("second.stored", 0)).toBe(4);
    expect(simulation.has("third.stored")).toBe(false);
  });
});

describe("a shift register of 70 bits", () => {
  it("moves every bit, also beyond 32 and 64", async () => {
    const simulation = new NetlistSimulation(
      await netlistOf(`
module dut (input logic clock, d, output logic [69:0] q);
  logic [69:0] bits = 70'h3f_0000_0000_dead_beef;
  always_ff @(posedge clock) bits <= {bits[68:0], d};
  assign q = bits;
endmodule`),
    );
    const expected = new Array<bigint>(streamCount).fill(0x3f_0000_0000_dead_beefn);
    const dice = new Dice(3);
    for (let cycle = 0; cycle < 100; cycle++) {
      const d = randomWords(dice, 1);
      simulation.write("d", d);
      simulation.clock();
      for (let s = 0; s < streamCount; s++) expected[s] = ((expected[s] << 1n) | BigInt(d[s])) & (2n ** 70n - 1n);
      expectStreams(simulation.read("q", 38), (s) => Number((expected[s] >> 38n) & 0xffff_ffffn));
      expect(simulation.readSlices("q")[69]).toBe(
        expected.reduce((slice, value, s) => slice | (Number(value >> 69n) << s), 0),
      );
    }
  });
});

describe("ports of 64 bits", () => {
  it("add", async () => {
    const simulation = new NetlistSimulation(
      await netlistOf(`
module dut (input logic [63:0] a, b, output logic [63:0] sum, output logic less);
  assign sum = a + b;
  assign less = $signed(a) < $signed(b);
endmodule`),
    );
    const dice = new Dice(4);
    const wide = () => new BigUint64Array(Uint32Array.from([...randomWords(dice), ...randomWords(dice)]).buffer);
    for (let round = 0; round < 50; round++) {
      const [a, b] = [wide(), wide()];
      simulation.writeWide("a", a);
      simulation.writeWide("b", b);
      expectStreams(simulation.readWide("sum"), (s) => BigInt.asUintN(64, a[s] + b[s]));
      expectStreams(simulation.read("less"), (s) => (BigInt.asIntN(64, a[s]) < BigInt.asIntN(64, b[s]) ? 1 : 0));
    }
  });
});

/** Read during write: `q` gets what was there before, `now` what is there. Byte enables; an entry of 40 bits. */
const memoryText = `
module dut #(parameter int ENTRIES = 5) (
  input logic clock, input logic [4:0] we, input logic re, input logic [2:0] wa, ra, input logic [39:0] d,
  output logic [39:0] q, now
);
  logic [39:0] mem [ENTRIES];
  always_ff @(posedge clock) begin
    for (int i = 0; i < 5; i++) if (we[i]) mem[wa][8*i +: 8] <= d[8*i +: 8];
    if (re) q <= mem[ra];
  end
  assign now = mem[ra];
endmodule`;

describe("a memory", () => {
  it("is read before it is written, keeps what is not enabled, and reads zero beyond its end", async () => {
    const entries = 5;
    const dice = new Dice(5);
    const simulation = new NetlistSimulation(await netlistOf(memoryText));
    const mem = Array.from({ length: streamCount }, () => new Array<bigint>(entries).fill(0n));
    const q = new Array<bigint>(streamCount).fill(0n);
    for (let cycle = 0; cycle < 500; cycle++) {
      const [we, re, wa, ra] = [5, 1, 3, 3].map((bits) => randomWords(dice, bits));
      const d = new BigUint64Array(Uint32Array.from([...randomWords(dice), ...randomWords(dice)]).buffer);
      writeAll(simulation, { we, re, wa, ra });
      simulation.writeWide("d", d);
      expectStreams(simulation.readWide("now"), (s) => mem[s][ra[s]] ?? 0n);
      simulation.clock();
      for (let s = 0; s < streamCount; s++) {
        if (re[s] === 1) q[s] = mem[s][ra[s]] ?? 0n;
        if (wa[s] >= entries) continue;
        for (let byte = 0n; byte < 5n; byte++) {
          const mask = ((we[s] >> Number(byte)) & 1) === 1 ? 0xffn << (8n * byte) : 0n;
          mem[s][wa[s]] = (mem[s][wa[s]] & ~mask) | (d[s] & mask);
        }
      }
      expectStreams(simulation.readWide("q"), (s) => q[s]);
    }
  });

  it("of a FIFO gives what was pushed, in order", async () => {
    const simulation = new NetlistSimulation(
      await netlistOf(`
module dut (input logic clock, reset, push, pop, input logic [7:0] d, output logic [7:0] head, output logic [2:0] held);
  logic [7:0] mem [4];
  logic [1:0] read, write;
  always_ff @(posedge clock) begin
    if (push) begin mem[write] <= d; write <= write + 1; end
    if (pop) read <= read + 1;
    held <= held + 3'(push) - 3'(pop);
    if (reset) begin read <= 0; write <= 0; held <= 0; end
  end
  assign head = mem[read];
endmodule`),
    );
    const dice = new Dice(6);
    simulation.write("reset", 1);
    simulation.clock();
    simulation.write("reset", 0);
    const queues = Array.from({ length: streamCount }, () => [] as number[]);
    for (let cycle = 0; cycle < 500; cycle++) {
      expectStreams(simulation.read("held"), (s) => queues[s].length);
      const head = simulation.read("head");
      queues.forEach((queue, s) => void (queue.length > 0 && expect(head[s]).toBe(queue[0])));
      const d = randomWords(dice, 8);
      const push = d.map((_, s) => (queues[s].length < 4 && dice.chance(0.5) ? 1 : 0));
      const pop = d.map((_, s) => (queues[s].length > 0 && dice.chance(0.5) ? 1 : 0));
      writeAll(simulation, { d, push, pop });
      simulation.clock();
      queues.forEach((queue, s) => {
        if (push[s]) queue.push(d[s]);
        if (pop[s]) queue.shift();
      });
    }
    simulation.write("push", 1);
    simulation.write("d", 77);
    const at = simulation.value("write", 3);
    simulation.clock();
    expect(simulation.memory("mem").value(at, 3)).toBe(77);
  });

  it("keeps the initial value of a ROM", async () => {
    const simulation = new NetlistSimulation(
      await netlistOf(`
module dut (input logic clock, input logic [6:0] a, output logic [35:0] q);
  logic [35:0] rom [128];
  initial for (int i = 0; i < 128; i++) rom[i] = {4'(i), 32'(i * i * 2654435)};
  always_ff @(posedge clock) q <= rom[a];
endmodule`),
    );
    simulation.write(
      "a",
      Uint32Array.from({ length: streamCount }, (_, s) => 3 * s),
    );
    simulation.clock();
    const word = (i: number) => (BigInt(i % 16) << 32n) | BigInt.asUintN(32, BigInt(i * i * 2654435));
    expectStreams(simulation.readWide("q"), (s) => word(3 * s));
  });
});

describe("a netlist that cannot be simulated", () => {
  let netlist: Netlist;
  beforeAll(async () => {
    netlist = await netlistOf(
      "module dut (input logic a, b, clock, output logic y, q); assign y = a & b; always_ff @(posedge clock) q <= y; endmodule",
    );
  });
  const gate = () => Object.entries(netlist.cells).find(([, { type }]) => type === "$_AND_") as [string, never];

  it("is refused: a loop", () => {
    const [name, cell] = gate();
    const { connections } = netlist.cells[name];
    const looped = { ...(cell as object), type: "$_OR_", connections: { ...connections, A: connections.Y } } as never;
    expect(() => new NetlistSimulation({ ...netlist, cells: { ...netlist.cells, [name]: looped } })).toThrow(
      /combinational loop/,
    );
  });

  it("is refused: an unknown cell", () => {
    const cells = { ...netlist.cells, odd: { type: "$lut", parameters: {}, connections: { A: [2], Y: [99] } } };
    expect(() => new NetlistSimulation({ ...netlist, cells })).toThrow("cell odd: type $lut cannot be simulated");
  });

  it("is refused: two clocks, two drivers", () => {
    const second = (pins: object, type: string) =>
      ({ ...netlist, cells: { ...netlist.cells, second: { type, parameters: {}, connections: pins } } }) as Netlist;
    const y = netlist.ports.y.bits;
    expect(() => new NetlistSimulation(second({ D: y, C: netlist.ports.a.bits, Q: [99] }, "$_DFF_P_"))).toThrow(
      "2 clocks: only one can be simulated",
    );
    expect(() => new NetlistSimulation(second({ A: y, Y: y }, "$_NOT_"))).toThrow(/two drivers/);
  });

  it("has no name that it lacks", () => {
    const simulation = new NetlistSimulation(netlist);
    expect(() => simulation.read("z")).toThrow("no port or register z");
    expect(() => simulation.write("y", 1)).toThrow("y is not an input");
  });
});

describe("RTL with a mistake", () => {
  it("is an RtlError with Yosys's own line", async () => {
    await expect(
      netlistOf("module dut (input logic a, output logic y);\n assign y = a & ;\nendmodule"),
    ).rejects.toThrow("dut.sv:2: ERROR: syntax error");
    await expect(netlistOf("module dut; missing m(); endmodule")).rejects.toBeInstanceOf(RtlError);
    await expect(runYosys("no_such_command", {})).rejects.toThrow("ERROR: No such command: no_such_command");
  });

  it("may be a latch, a loop or an asynchronous reset", async () => {
    const bodies = [
      "always_latch if (c) y = a;",
      "assign y = y ^ a;",
      "always_ff @(posedge c, posedge a) if (a) y <= 0; else y <= ~y;",
    ];
    for (const body of bodies) {
      await expect(
        netlistOf(`module dut (input logic a, c, output logic y); ${body} endmodule`),
      ).rejects.toBeInstanceOf(RtlError);
    }
  });
});
