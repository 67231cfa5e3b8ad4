/** A memory cell ($mem_v2) of a netlist for 32 streams: asynchronous reads, writes at the clock edge, bit by bit. */

import { streamCount, transpose } from "./bit-slices.ts";
import type { NetBit, NetlistCell } from "./gates.ts";

/** A port with its nets as indices into the net values. */
interface MemoryPort {
  readonly address: Int32Array;
  readonly data: Int32Array;
}

interface WritePort extends MemoryPort {
  readonly enable: Int32Array;
}

export class NetlistMemory {
  /** As the RTL names it, with the instances it lies in. */
  readonly name: string;
  readonly entries: number;
  readonly width: number;
  readonly readPorts: readonly MemoryPort[];
  private readonly writePorts: readonly WritePort[];
  private readonly wordsPerEntry: number;
  /** [stream, entry, word of 32 bits]. */
  private readonly words: Int32Array;
  private readonly addresses = new Int32Array(streamCount);
  private readonly block = new Int32Array(32);
  private readonly enabled = new Int32Array(32);

  /**
   * @param indexOf index of a net or constant among the net values.
   * @param powerUp contents of entries that the RTL does not initialise, 32 bits per call.
   */
  constructor(cell: NetlistCell, indexOf: (bit: NetBit) => number, powerUp: () => number) {
    const number = (name: string) => Number.parseInt(cell.parameters[name], 2);
    this.name = cell.parameters.MEMID.replace(/^\\/, "").trim();
    this.entries = number("SIZE");
    this.width = number("WIDTH");
    this.wordsPerEntry = Math.ceil(this.width / 32);
    const require = (condition: boolean, what: string) => {
      if (!condition) throw new Error(`memory ${this.name}: ${what} is not supported`);
    };
    require(!/1/.test(cell.parameters.RD_CLK_ENABLE), "a synchronous read port");
    const writePorts = number("WR_PORTS");
    require(writePorts === 0 || /^1*$/.test(cell.parameters.WR_CLK_ENABLE), "an asynchronous write port");
    require(writePorts === 0 || /^1*$/.test(cell.parameters.WR_CLK_POLARITY), "a falling clock edge");
    require(!/1/.test(`${cell.parameters.RD_WIDE_CONTINUATION}${cell.parameters.WR_WIDE_CONTINUATION}`), "a wide port");
    require(number("OFFSET") === 0, "an address offset");
    const indices = (pin: string, port: number, width: number) =>
      Int32Array.from(cell.connections[pin].slice(port * width, (port + 1) * width), indexOf);
    const addressBits = number("ABITS");
    const portsOf = (prefix: "RD" | "WR") =>
      Array.from({ length: number(`${prefix}_PORTS`) }, (_, port) => ({
        address: indices(`${prefix}_ADDR`, port, addressBits),
        data: indices(`${prefix}_DATA`, port, this.width),
      }));
    this.readPorts = portsOf("RD");
    this.writePorts = portsOf("WR").map((port, i) => ({ ...port, enable: indices("WR_EN", i, this.width) }));
    this.words = Int32Array.from({ length: streamCount * this.entries * this.wordsPerEntry }, powerUp);
    this.initialise(cell.parameters.INIT);
  }

  /** Sets the data nets of a read port; an address that does not exist reads as zero. */
  read(port: MemoryPort, nets: Int32Array): void {
    const { block, addresses, entries, wordsPerEntry, words } = this;
    this.takeAddresses(port, nets);
    for (let word = 0; word < wordsPerEntry; word++) {
      for (let stream = 0; stream < streamCount; stream++) {
        const address = addresses[stream];
        block[stream] = address < entries ? words[(stream * entries + address) * wordsPerEntry + word] : 0;
      }
      transpose(block);
      const bits = Math.min(32, this.width - word * 32);
      for (let bit = 0; bit < bits; bit++) nets[port.data[word * 32 + bit]] = block[bit];
    }
  }

  /** Writes through every port; of two ports that write the same entry the later one wins. */
  clock(nets: Int32Array): void {
    for (const port of this.writePorts) if (this.isEnabled(port, nets)) this.write(port, nets);
  }

  /** An entry of a stream, unsigned; no more than 53 bits wide. */
  value(entry: number, stream: number): number {
    if (this.width > 53) throw new Error(`memory ${this.name} is wider than 53 bits`);
    const at = (stream * this.entries + entry) * this.wordsPerEntry;
    const bits = (word: number, count: number) => (this.words[at + word] << (32 - count)) >>> (32 - count);
    if (this.width <= 32) return bits(0, this.width);
    return bits(1, this.width - 32) * 2 ** 32 + bits(0, 32);
  }

  /** @param digits the contents as one binary number, the last entry first; x leaves the bit as it is. */
  private initialise(digits: string): void {
    for (let at = 0; at < digits.length; at++) {
      const digit = digits[digits.length - 1 - at];
      if (digit === "x") continue;
      const bit = at % this.width;
      const word = Math.floor(at / this.width) * this.wordsPerEntry + (bit >> 5);
      for (let stream = 0; stream < streamCount; stream++) {
        const index = stream * this.entries * this.wordsPerEntry + word;
        this.words[index] = digit === "1" ? this.words[index] | (1 << bit) : this.words[index] & ~(1 << bit);
      }
    }
  }

  private isEnabled(port: WritePort, nets: Int32Array): boolean {
    let any = 0;
    for (const index of port.enable) any |= nets[index];
    return any !== 0;
  }

  private write(port: WritePort, nets: Int32Array): void {
    const { block, enabled, addresses, entries, wordsPerEntry, words, width } = this;
    this.takeAddresses(port, nets);
    for (let word = 0; word < wordsPerEntry; word++) {
      const bits = Math.min(32, width - word * 32);
      for (let bit = 0; bit < 32; bit++) {
        block[bit] = bit < bits ? nets[port.data[word * 32 + bit]] : 0;
        enabled[bit] = bit < bits ? nets[port.enable[word * 32 + bit]] : 0;
      }
      transpose(block);
      transpose(enabled);
      for (let stream = 0; stream < streamCount; stream++) {
        if (enabled[stream] === 0 || addresses[stream] >= entries) continue;
        const at = (stream * entries + addresses[stream]) * wordsPerEntry + word;
        words[at] = (words[at] & ~enabled[stream]) | (block[stream] & enabled[stream]);
      }
    }
  }

  private takeAddresses(port: MemoryPort, nets: Int32Array): void {
    const { addresses } = this;
    for (let bit = 0; bit < 32; bit++) addresses[bit] = bit < port.address.length ? nets[port.address[bit]] : 0;
    transpose(addresses);
  }
}
