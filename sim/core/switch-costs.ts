/** The price of a run's preemptions: what each request leaves in the global buffer, what of it is displaced. */

import {
  demandedBytes,
  heldBytes,
  type LayerUse,
  refetchPrice,
  reloadPrice,
  type SwitchMemory,
  type SwitchPrice,
  spillPrice,
} from "../../hw/array/preemption.ts";
import { BufferResidency } from "../../hw/memory/buffer-residency.ts";
import { ConfigError } from "../../workloads/input/errors.ts";
import { hasWholeTicks } from "../../workloads/requests/time.ts";
import type { BufferUse, Profile } from "../../workloads/tables/profile.ts";
import type { Workload } from "./workload.ts";

/** What all switches of a run came to. */
export interface SwitchTotals {
  /** Of the array's clock; `ticks` is the same in the workload's time unit. */
  readonly cycles: number;
  readonly ticks: number;
  readonly bytes: number;
  readonly energyPj: number;
  /** Preemptions that left something in the buffer, and how often such a thing was displaced. */
  readonly held: number;
  readonly spills: number;
}

/** The array that switches are priced on. */
export interface SwitchHardware {
  readonly memory: SwitchMemory;
  readonly clockHz: number;
}

export class SwitchCosts {
  private readonly workload: Workload;
  private readonly memory: SwitchMemory;
  private readonly uses: readonly BufferUse[];
  private readonly residency: BufferResidency;
  private readonly secondsPerCycle: number;
  /** The layer that was about to begin when its request was put aside. */
  private dropped: LayerUse | undefined;
  private cycles = 0;
  private ticks = 0;
  private bytes = 0;
  private energyPj = 0;
  private held = 0;
  private spills = 0;

  /** @throws ConfigError naming a network of which it is not known what its layers hold. */
  constructor(workload: Workload, { memory, clockHz }: SwitchHardware) {
    this.workload = workload;
    this.memory = memory;
    this.uses = workload.profiles.map(requireBufferUse);
    this.residency = new BufferResidency(memory.bufferBytes);
    this.secondsPerCycle = 1 / clockHz;
  }

  /** An unfinished request is put aside before its layer `next`. */
  preempt(request: number, next: number): void {
    const bytes = heldBytes(this.useOf(request, next - 1), this.memory);
    this.residency.keep(request, bytes);
    if (bytes > 0) this.held += 1;
    this.dropped = this.useOf(request, next);
  }

  /** A layer is about to begin. @returns how long it has to wait for data to be moved, in the workload's time unit. */
  layerBegins(request: number, layer: number): number {
    const { memory, dropped } = this;
    if (dropped === undefined && this.residency.isUntouched) return 0;
    const use = this.useOf(request, layer);
    const { spilledBytes, reloadedBytes } = this.residency.begin(request, demandedBytes(use, memory));
    this.spills += spilledBytes.length;
    let cycles = this.book(reloadPrice(reloadedBytes, memory));
    for (const bytes of spilledBytes) cycles += this.book(spillPrice(bytes, memory));
    if (dropped !== undefined) cycles += this.book(refetchPrice(dropped, use, memory));
    this.dropped = undefined;
    const ticks = this.ticksOf(cycles);
    this.ticks += ticks;
    return ticks;
  }

  totals(): SwitchTotals {
    const { cycles, ticks, bytes, energyPj, held, spills } = this;
    return { cycles, ticks, bytes, energyPj, held, spills };
  }

  /** Counts a price. @returns its cycles. */
  private book({ cycles, bytes, energyPj }: SwitchPrice): number {
    this.cycles += cycles;
    this.bytes += bytes;
    this.energyPj += energyPj;
    return cycles;
  }

  /** Cycles of the array in the workload's time: exactly these where it counts in them, else rounded up to a whole tick. */
  private ticksOf(cycles: number): number {
    const { secondsPerTick } = this.workload;
    if (!hasWholeTicks(this.workload)) return cycles * this.secondsPerCycle;
    return secondsPerTick === this.secondsPerCycle
      ? cycles
      : Math.ceil((cycles * this.secondsPerCycle) / secondsPerTick);
  }

  private useOf(request: number, layer: number): LayerUse {
    const { profile: profileOf, sample } = this.workload.requests;
    const profile = profileOf[request];
    const { inputBytes, forwardedBytes, prefetchedBytes } = this.uses[profile];
    const index = sample[request] * this.workload.profiles[profile].layerCount + layer;
    return {
      inputBytes: inputBytes[index],
      forwardedBytes: forwardedBytes[index],
      prefetchedBytes: prefetchedBytes?.[index] ?? 0,
    };
  }
}

/** @throws ConfigError naming a network of which it is not known what its layers hold. */
export function requireBufferUse({ model, pattern, bufferUse }: Profile): BufferUse {
  if (bufferUse !== undefined) return bufferUse;
  throw new ConfigError(
    `preemption modelled: ${model}/${pattern} does not say what its layers hold in the global buffer (columns input_bytes, handed_bytes)`,
  );
}
