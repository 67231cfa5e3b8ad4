/** The receiving end of the request port: collects the words of a request, and writes table entries. */

import type { Compute } from "./compute-unit.ts";
import { tagBits } from "./description.ts";
import type { RequestMemory } from "./request-memory.ts";
import type { Tables } from "./tables.ts";
import { commands, type Word } from "./words.ts";

export class RequestPort {
  private readonly requests: RequestMemory;
  private readonly tables: Tables;
  private readonly compute: Compute;
  private tag = 0;
  private row = 0;
  private deadlineTicks = 0;
  private atTicks = 0;
  private address = 0;

  constructor(requests: RequestMemory, tables: Tables, compute: Compute) {
    this.requests = requests;
    this.tables = tables;
    this.compute = compute;
  }

  /** Takes a word; the caller has seen that the memory is not full. */
  take({ command, data }: Word, clockTicks: number): void {
    switch (command) {
      case commands.none:
        break;
      case commands.tag:
        this.tag = data % 2 ** tagBits;
        this.row = Math.floor(data / 2 ** tagBits);
        this.atTicks = clockTicks;
        break;
      case commands.deadline:
        this.deadlineTicks = data;
        break;
      case commands.score: {
        const { tag, row, deadlineTicks } = this;
        this.requests.push({ tag, row, deadlineTicks, initialScore: data }, this.atTicks);
        this.compute.admitted(this.requests.count - 1);
        break;
      }
      case commands.address:
        this.address = data;
        break;
      case commands.remaining:
        this.tables.remaining[this.address] = data;
        break;
      case commands.density:
        this.tables.reciprocalDensity[this.address] = data;
        break;
      case commands.shape:
        this.tables.reciprocalOutputs[this.address] = data;
        break;
      case commands.isolated:
        this.tables.reciprocalIsolatedSeconds[this.address] = data;
        break;
    }
  }
}
