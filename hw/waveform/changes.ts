/** What probes write: values of signals over cycles. Into a file (`vcd-writer.ts`) or a recording (`recording.ts`). */

/** A signal of a waveform: its number, as `VcdHeader` gave it. */
export type Signal = number;

/** A small number with names for its values, in two signals: the number, and its name in ASCII. */
export interface NamedSignal {
  readonly code: Signal;
  readonly name: Signal;
}

export interface Changes {
  /** The values that follow hold from the beginning of this cycle on; it is never before an earlier one. */
  at(cycle: number): void;
  /** A whole number, or for a real any; the last of a cycle counts. */
  set(signal: Signal, value: number | bigint): void;
}

export function setNamed(changes: Changes, { code, name }: NamedSignal, value: number): void {
  changes.set(code, value);
  changes.set(name, value);
}

/** The same changes, `offsetCycles` later. */
export class Shifted implements Changes {
  private readonly changes: Changes;
  private readonly offsetCycles: number;

  constructor(changes: Changes, offsetCycles: number) {
    this.changes = changes;
    this.offsetCycles = offsetCycles;
  }

  at(cycle: number): void {
    this.changes.at(cycle + this.offsetCycles);
  }

  set(signal: Signal, value: number | bigint): void {
    this.changes.set(signal, value);
  }
}
