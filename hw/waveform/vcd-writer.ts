/**
 * Writes a waveform as a VCD file (IEEE 1364), piece by piece. Only changes cost anything. The clock, high in the first
 * half of a cycle, is drawn in the cycles in which a signal changes and stays low between them. A file that has
 * grown to its limit ends with a comment; what comes later is dropped.
 */
import type { Changes, Signal } from "./changes.ts";
import { timescaleOf } from "./timescale.ts";
import { type DeclaredSignal, VcdHeader } from "./vcd-header.ts";

export interface VcdOptions {
  /** What wrote the file. */
  readonly producer: string;
  readonly secondsPerCycle: number;
  readonly limitBytes: number;
}

export class VcdWriter<S> implements Changes {
  /** What `declare` returned. */
  readonly signals: S;
  /** All signals, as viewers find them. */
  readonly declared: readonly DeclaredSignal[];
  bytes = 0;
  /** The first cycle that did not fit into the file. */
  cutAtCycle: number | undefined;
  private readonly limitBytes: number;
  private readonly write: (text: string) => void;
  private readonly unitsPerCycle: number;
  private readonly clock: (level: number) => string;
  private readonly lines: readonly ((value: number | bigint) => string)[];
  private readonly value: (number | bigint)[];
  private readonly written: (number | bigint | undefined)[];
  private readonly isChanged: Uint8Array;
  private changed: Signal[] = [];
  private cycle = 0;

  /**
   * @param declare declares the signals, which begin as 0.
   * @param write takes the text of the file; ASCII.
   */
  constructor(options: VcdOptions, declare: (header: VcdHeader) => S, write: (text: string) => void) {
    const { unit, unitsPerCycle, remark } = timescaleOf(options.secondsPerCycle);
    const header = new VcdHeader();
    this.limitBytes = options.limitBytes;
    this.write = write;
    this.unitsPerCycle = unitsPerCycle;
    const { clock, signals } = header.scope("dysta", () => ({
      clock: header.wire("clock", 1),
      signals: declare(header),
    }));
    this.signals = signals;
    this.declared = header.declared;
    this.clock = header.lines[clock];
    this.lines = header.lines;
    this.value = header.lines.map(() => 0);
    this.written = header.lines.map(() => undefined);
    this.isChanged = new Uint8Array(header.lines.length);
    header.comment(`${remark} The clock is drawn in cycles in which a signal changes and is low between them.`);
    this.put(`$version ${options.producer} $end\n$timescale ${unit} $end\n${header}$enddefinitions $end\n`);
    for (let signal = clock + 1; signal < this.lines.length; signal++) this.change(signal);
  }

  at(cycle: number): void {
    if (cycle < this.cycle) throw new Error(`the waveform is at cycle ${this.cycle}, not back at ${cycle}`);
    if (cycle === this.cycle) return;
    this.flush();
    this.cycle = cycle;
  }

  set(signal: Signal, value: number | bigint): void {
    if (Object.is(this.value[signal], value)) return;
    this.value[signal] = value;
    if (this.isChanged[signal] === 0) this.change(signal);
  }

  /** Nothing changes any more; the waveform ends with the cycle that it is at. */
  finish(): void {
    this.flush();
    if (this.cutAtCycle === undefined) this.put(`#${(this.cycle + 1) * this.unitsPerCycle}\n`);
    else this.put(`$comment The file ends here, at its limit of ${this.limitBytes} bytes. $end\n`);
  }

  get signalCount(): number {
    return this.lines.length;
  }

  private change(signal: Signal): void {
    this.isChanged[signal] = 1;
    this.changed.push(signal);
  }

  /** Writes what has changed in the cycle. */
  private flush(): void {
    const { changed, value, written, lines, isChanged } = this;
    let text = "";
    for (const signal of changed) {
      isChanged[signal] = 0;
      if (Object.is(value[signal], written[signal])) continue;
      written[signal] = value[signal];
      text += lines[signal](value[signal]);
    }
    this.changed = [];
    if (text !== "" && this.cutAtCycle === undefined) this.putCycle(text);
  }

  private putCycle(text: string): void {
    if (this.bytes >= this.limitBytes) {
      this.cutAtCycle = this.cycle;
      return;
    }
    const { clock, cycle, unitsPerCycle } = this;
    const begin = cycle * unitsPerCycle;
    const values = cycle === 0 ? `$dumpvars\n${clock(1)}${text}$end\n` : `${clock(1)}${text}`;
    this.put(`#${begin}\n${values}#${begin + Math.floor(unitsPerCycle / 2)}\n${clock(0)}`);
  }

  private put(text: string): void {
    this.bytes += text.length;
    this.write(text);
  }
}
