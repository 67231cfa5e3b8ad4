/**
 * Simulates a gate netlist of one clock, cycle by cycle, for 32 independent streams at once: a net is one Int32, stream
 * s its bit s.
 *
 * `write` sets inputs, `read` gives ports and registers (evaluating the gates if an input has changed), `clock` is the
 * rising edge. Constants of value x are 0. Registers and memories without an initial value start as `powerUp` says.
 */

import { Dice } from "../hw/array/random-case.ts";
import { streamCount, transpose } from "./bit-slices.ts";
import type { NetBit, Netlist } from "./gates.ts";
import { type GateCode, gateCode } from "./netlist-code.ts";
import { NetlistMemory } from "./netlist-memory.ts";
import { flipFlop, gatesOf, inOrder, type MemoryRead, memoryCell } from "./netlist-order.ts";

/** Where the constants lie among the net values; Yosys numbers nets from 2. */
const zeroNet = 0;
const oneNet = 1;

export class NetlistSimulation {
  private readonly nets: Int32Array;
  private readonly stages: readonly { readonly code: readonly GateCode[]; readonly reads: readonly MemoryRead[] }[];
  private readonly memories = new Map<string, NetlistMemory>();
  /** Nets at the inputs and outputs of the flip-flops. */
  private readonly nextState: Int32Array;
  private readonly state: Int32Array;
  private readonly sampled: Int32Array;
  /** Net indices of ports and registers by name. */
  private readonly names = new Map<string, Int32Array>();
  private readonly inputs = new Set<string>();
  private readonly block = new Int32Array(32);
  private isEvaluated = false;

  /**
   * @param powerUp 32 bits per call for what the RTL does not initialise.
   * @throws Error for a cell that cannot be simulated, a combinational loop, or more than one clock.
   */
  constructor(netlist: Netlist, powerUp: () => number = () => 0) {
    this.nets = new Int32Array(netCount(netlist));
    this.nets[oneNet] = -1;
    const cells = Object.values(netlist.cells);
    for (const cell of cells.filter(({ type }) => type === memoryCell)) {
      const memory = new NetlistMemory(cell, indexOf, powerUp);
      this.memories.set(memory.name, memory);
    }
    const flipFlops = cells.filter(({ type }) => type === flipFlop);
    this.nextState = Int32Array.from(flipFlops, ({ connections }) => indexOf(connections.D[0]));
    this.state = Int32Array.from(flipFlops, ({ connections }) => indexOf(connections.Q[0]));
    this.sampled = new Int32Array(this.state.length);
    for (const net of this.state) this.nets[net] = powerUp();
    this.initialise(netlist);
    checkOneClock(netlist);
    const gates = gatesOf(netlist, indexOf);
    this.stages = inOrder(gates, [...this.memories.values()]).map(({ gates, reads }) => ({
      code: gateCode(gates),
      reads,
    }));
    this.nameNets(netlist, new Set([...gates.map(({ output }) => output), ...this.state]));
  }

  /** Bits of a port or register. */
  widthOf(name: string): number {
    return this.netsOf(name).length;
  }

  /** Whether there is a port or register of this name; synthesis may have removed it. */
  has(name: string): boolean {
    return this.names.has(name);
  }

  /**
   * Sets an input, or `width` of its bits from `lowBit` on (up to 32 at a time).
   *
   * @param values one per stream, or one for all.
   */
  write(
    name: string,
    values: ArrayLike<number> | number,
    lowBit = 0,
    width = Math.min(32, this.widthOf(name) - lowBit),
  ): void {
    if (!this.inputs.has(name)) throw new Error(`${name} is not an input`);
    const nets = this.netsOf(name);
    const { block } = this;
    for (let stream = 0; stream < streamCount; stream++) {
      block[stream] = typeof values === "number" ? values : values[stream];
    }
    transpose(block);
    for (let bit = 0; bit < width; bit++) this.nets[nets[lowBit + bit]] = block[bit];
    this.isEvaluated = false;
  }

  /** Sets an input of any width from slices: for every bit one Int32 with the 32 streams. */
  writeSlices(name: string, slices: ArrayLike<number>): void {
    if (!this.inputs.has(name)) throw new Error(`${name} is not an input`);
    const nets = this.netsOf(name);
    for (let bit = 0; bit < nets.length; bit++) this.nets[nets[bit]] = slices[bit];
    this.isEvaluated = false;
  }

  /** Sets an input of up to 64 bits; one value per stream. */
  writeWide(name: string, values: BigUint64Array | BigInt64Array): void {
    const halves = new Int32Array(values.buffer, values.byteOffset, 2 * streamCount);
    const width = this.widthOf(name);
    for (let half = 0; half * 32 < width; half++) {
      const words = Int32Array.from({ length: streamCount }, (_, stream) => halves[2 * stream + half]);
      this.write(name, words, half * 32);
    }
  }

  /** Values of a port or register, unsigned, one per stream; or `width` bits of it from `lowBit` on (up to 32). */
  read(name: string, lowBit = 0, width = Math.min(32, this.widthOf(name) - lowBit)): Uint32Array {
    this.evaluate();
    const nets = this.netsOf(name);
    const { block } = this;
    for (let bit = 0; bit < 32; bit++) block[bit] = bit < width ? this.nets[nets[lowBit + bit]] : 0;
    transpose(block);
    return Uint32Array.from(block);
  }

  /** Value of one stream, unsigned, up to 32 bits. */
  value(name: string, stream: number): number {
    if (this.widthOf(name) > 32) throw new Error(`${name} is wider than 32 bits`);
    return this.read(name)[stream];
  }

  /** Values of a port or register of up to 64 bits, unsigned, one per stream. */
  readWide(name: string): BigUint64Array {
    const values = new BigUint64Array(streamCount);
    const halves = new Uint32Array(values.buffer);
    const width = this.widthOf(name);
    for (let half = 0; half * 32 < width; half++) {
      this.read(name, half * 32).forEach((word, stream) => {
        halves[2 * stream + half] = word;
      });
    }
    return values;
  }

  /** Slices of a port or register: for every bit one Int32 with the 32 streams. */
  readSlices(name: string): Int32Array {
    this.evaluate();
    return this.netsOf(name).map((net) => this.nets[net]);
  }

  memory(name: string): NetlistMemory {
    const memory = this.memories.get(name);
    if (memory === undefined) throw new Error(`no memory ${name} (there are: ${[...this.memories.keys()].join(", ")})`);
    return memory;
  }

  /** Works out every net from inputs, registers and memories, if something has changed. */
  evaluate(): void {
    if (this.isEvaluated) return;
    const { nets } = this;
    for (const { code, reads } of this.stages) {
      for (const each of code) each(nets);
      for (const { memory, port } of reads) memory.read(port, nets);
    }
    this.isEvaluated = true;
  }

  /** The rising edge: registers and memories take their next values. */
  clock(): void {
    this.evaluate();
    const { nets, nextState, state, sampled } = this;
    for (let i = 0; i < state.length; i++) sampled[i] = nets[nextState[i]];
    for (const memory of this.memories.values()) memory.clock(nets);
    for (let i = 0; i < state.length; i++) nets[state[i]] = sampled[i];
    this.isEvaluated = false;
  }

  private netsOf(name: string): Int32Array {
    const nets = this.names.get(name);
    if (nets === undefined) throw new Error(`no port or register ${name}`);
    return nets;
  }

  /** Initial values that the RTL gives to registers: an attribute, most significant bit first. */
  private initialise(netlist: Netlist): void {
    for (const { bits, attributes } of Object.values(netlist.netnames)) {
      const init = attributes?.init;
      if (init === undefined) continue;
      bits.forEach((bit, i) => {
        const digit = init[init.length - 1 - i];
        if (digit !== "x" && typeof bit === "number") this.nets[bit] = digit === "1" ? -1 : 0;
      });
    }
  }

  private nameNets(netlist: Netlist, driven: ReadonlySet<number>): void {
    for (const [name, { bits }] of Object.entries(netlist.netnames)) {
      if (bits.every((bit) => typeof bit === "string" || driven.has(bit)))
        this.names.set(name, Int32Array.from(bits, indexOf));
    }
    for (const [name, { direction, bits }] of Object.entries(netlist.ports)) {
      this.names.set(name, Int32Array.from(bits, indexOf));
      if (direction === "input") this.inputs.add(name);
    }
  }
}

/** Random contents of registers and memories, so that nothing that must be reset is reset by chance. */
export function randomPowerUp(seed: number): () => number {
  const dice = new Dice(seed);
  return () => Math.floor(dice.unit() * 2 ** 32) | 0;
}

function indexOf(bit: NetBit): number {
  if (typeof bit === "number") return bit;
  return bit === "1" ? oneNet : zeroNet;
}

function netCount({ cells, ports }: Netlist): number {
  let last = oneNet;
  const see = (bit: NetBit) => {
    if (typeof bit === "number" && bit > last) last = bit;
  };
  for (const { bits } of Object.values(ports)) bits.forEach(see);
  for (const { connections } of Object.values(cells))
    Object.values(connections).forEach((bits) => void bits.forEach(see));
  return last + 1;
}

function checkOneClock({ cells }: Netlist): void {
  const clocks = new Set<NetBit>();
  for (const { type, connections } of Object.values(cells)) {
    if (type === flipFlop) clocks.add(connections.C[0]);
    if (type === memoryCell) for (const bit of connections.WR_CLK) if (bit !== "x") clocks.add(bit);
  }
  if (clocks.size > 1) throw new Error(`${clocks.size} clocks: only one can be simulated`);
}
