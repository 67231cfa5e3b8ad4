/**
 * The price of preemptions a second time, from the sequence of layers alone: a list of who has something in the buffer,
 * searched from the start, and prices written out. Shares nothing with hw/array/preemption.ts but the description of memory.
 */
import type { SwitchMemory } from "../../hw/array/preemption.ts";
import type { Workload } from "../../sim/core/workload.ts";

export interface NaiveTotals {
  cycles: number;
  bytes: number;
  energyPj: number;
  held: number;
  spills: number;
}

export class NaiveBuffer {
  readonly totals: NaiveTotals = { cycles: 0, bytes: 0, energyPj: 0, held: 0, spills: 0 };
  private tenants: { id: number; bytes: number; inside: boolean }[] = [];
  private readonly workload: Workload;
  private readonly memory: SwitchMemory;

  constructor(workload: Workload, memory: SwitchMemory) {
    this.workload = workload;
    this.memory = memory;
  }

  /** @returns cycles before layer `layer` of `id`; `stopped` is the unfinished request put aside for it, if one is. */
  before(id: number, layer: number, stopped?: { readonly id: number; readonly next: number }): number {
    const before = this.totals.cycles;
    if (stopped !== undefined) {
      const { fits, output } = this.need(stopped.id, stopped.next - 1);
      if (fits && output > 0) {
        this.tenants.push({ id: stopped.id, bytes: output, inside: true });
        this.totals.held += 1;
      }
    }
    const own = this.tenants.find((tenant) => tenant.id === id);
    this.tenants = this.tenants.filter((tenant) => tenant !== own);
    if (own !== undefined && !own.inside) this.move(own.bytes, this.memory.dramLatencyCycles);
    const { input, output, fits } = this.need(id, layer);
    const wanted = Math.min(this.memory.bufferBytes, fits ? input + output : input);
    for (;;) {
      const inside = this.tenants.filter((tenant) => tenant.inside);
      const taken = inside.reduce((sum, { bytes }) => sum + bytes, 0);
      if (inside.length === 0 || taken + wanted <= this.memory.bufferBytes) break;
      inside[0].inside = false;
      this.totals.spills += 1;
      this.move(inside[0].bytes, 0);
    }
    if (stopped !== undefined) this.fetchAgain(this.ahead(stopped.id, stopped.next), this.ahead(id, layer));
    return this.totals.cycles - before;
  }

  private move(bytes: number, latencyCycles: number): void {
    this.totals.cycles += latencyCycles + Math.ceil((bytes * 8) / this.memory.dramBitsPerCycle);
    this.totals.bytes += bytes;
    this.totals.energyPj += bytes * (this.memory.dramPjPerByte + this.memory.bufferPjPerByte);
  }

  private fetchAgain(dropped: number, waitedFor: number): void {
    const { dramBitsPerCycle, dramLatencyCycles, dramPjPerByte } = this.memory;
    if (waitedFor > 0) this.totals.cycles += dramLatencyCycles + Math.ceil((waitedFor * 8) / dramBitsPerCycle);
    this.totals.bytes += dropped;
    this.totals.energyPj += dropped * dramPjPerByte;
  }

  private need(id: number, layer: number) {
    const { use, at } = this.place(id, layer);
    const [input, output] = [use.inputBytes[at], use.forwardedBytes[at]];
    return { input, output, fits: input + output <= this.memory.bufferBytes };
  }

  private ahead(id: number, layer: number): number {
    const { use, at } = this.place(id, layer);
    return use.prefetchedBytes === undefined ? 0 : use.prefetchedBytes[at];
  }

  private place(id: number, layer: number) {
    const { requests, profiles } = this.workload;
    const { bufferUse: use, layerCount } = profiles[requests.profile[id]];
    if (use === undefined) throw new Error("the workload does not say what its layers hold");
    return { use, at: requests.sample[id] * layerCount + layer };
  }
}
