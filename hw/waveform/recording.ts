/** Changes kept in memory, to be played onto a waveform at any time and as often as wanted. Whole numbers and reals only. */
import type { Changes, Signal } from "./changes.ts";

export class Recording implements Changes {
  private readonly maxChanges: number;
  /** By signal. */
  private readonly last: number[] = [];
  private count = 0;
  private signals = new Int32Array(1024);
  private values = new Float64Array(1024);
  /** Cycles in which something changes, and where the changes of each begin. */
  private readonly cycles: number[] = [];
  private readonly first: number[] = [];
  private cycle = 0;
  private played = 0;

  /** @param maxChanges what comes later is dropped. */
  constructor(maxChanges: number) {
    this.maxChanges = maxChanges;
  }

  at(cycle: number): void {
    this.cycle = cycle;
  }

  set(signal: Signal, value: number): void {
    if (this.last[signal] === value || this.count >= this.maxChanges) return;
    this.last[signal] = value;
    if (this.cycles[this.cycles.length - 1] !== this.cycle) {
      this.cycles.push(this.cycle);
      this.first.push(this.count);
    }
    this.grow();
    this.signals[this.count] = signal;
    this.values[this.count] = value;
    this.count += 1;
  }

  /** Playing begins again. */
  rewind(): void {
    this.played = 0;
  }

  /** Plays the cycles after those that were played, up to `lastCycle`. */
  play(onto: Changes, lastCycle: number): void {
    const { cycles, first, signals, values } = this;
    for (; this.played < cycles.length && cycles[this.played] <= lastCycle; this.played++) {
      onto.at(cycles[this.played]);
      const end = first[this.played + 1] ?? this.count;
      for (let k = first[this.played]; k < end; k++) onto.set(signals[k], values[k]);
    }
  }

  private grow(): void {
    if (this.count < this.signals.length) return;
    const [signals, values] = [new Int32Array(2 * this.count), new Float64Array(2 * this.count)];
    signals.set(this.signals);
    values.set(this.values);
    this.signals = signals;
    this.values = values;
  }
}
