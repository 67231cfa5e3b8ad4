/**
 * What a switch between two requests moves over DRAM, and what that costs.
 *
 * Between two layers of one request the global buffer holds one thing worth keeping: the compressed output of the layer
 * that ended, if the next layer reads it and it found room beside the input it was computed from. A request that is put
 * aside leaves it there while it fits beside what the running layer needs; otherwise it is spilled, and reloaded before
 * the request goes on. Both take the channel while nothing else runs. Weights have no buffer and every layer loads its
 * own; only what was fetched ahead (`layerOverlap`) is dropped, and the layer that begins instead shows its first load.
 *
 * Answers the criticism of layer-temporal schedulers that they ignore this traffic (the paper charges nothing for a
 * preemption). Not modelled: moving part of a tensor, spilling behind a running layer, tensors that later layers read
 * again (residual additions), row activations of the DRAM.
 */
import { clusterCount, dramBitsPerCycle, entryBits, type Hardware } from "./description.ts";
import type { EnergyTable } from "./energy.ts";

/** What of the hardware a switch depends on. */
export interface SwitchMemory {
  /** Activation buffers of all clusters together. */
  readonly bufferBytes: number;
  readonly dramBitsPerCycle: number;
  /** Before the first word of a load. */
  readonly dramLatencyCycles: number;
  /** Of compressed activations. */
  readonly dramPjPerByte: number;
  readonly bufferPjPerByte: number;
}

/** One layer of one sample, in bytes of compressed data; see `BufferUse` (workloads/tables/profile.ts). */
export interface LayerUse {
  readonly inputBytes: number;
  readonly forwardedBytes: number;
  readonly prefetchedBytes: number;
}

export interface SwitchPrice {
  /** Of the array's clock, during which no layer runs. */
  readonly cycles: number;
  /** Over the DRAM channel. */
  readonly bytes: number;
  readonly energyPj: number;
}

/** @param energy picojoules per access; an access moves one compressed entry. */
export function switchMemory(hardware: Hardware, { picojoules }: EnergyTable): SwitchMemory {
  const bytesPerEntry = entryBits(hardware, "activation") / 8;
  return {
    bufferBytes: clusterCount(hardware) * hardware.buffer.activationBytes,
    dramBitsPerCycle: dramBitsPerCycle(hardware),
    dramLatencyCycles: hardware.dram.latencyCycles,
    dramPjPerByte: picojoules.dram / bytesPerEntry,
    bufferPjPerByte: picojoules.buffer / bytesPerEntry,
  };
}

/** What a layer leaves in the buffer for the next: its whole output, or nothing. */
export function heldBytes({ inputBytes, forwardedBytes }: LayerUse, { bufferBytes }: SwitchMemory): number {
  return inputBytes + forwardedBytes <= bufferBytes ? forwardedBytes : 0;
}

/** The buffer that a running layer needs: its input and the output it holds; a layer too large for it takes all. */
export function demandedBytes(layer: LayerUse, memory: SwitchMemory): number {
  return Math.min(memory.bufferBytes, layer.inputBytes + heldBytes(layer, memory));
}

/** Buffer to DRAM. */
export function spillPrice(bytes: number, memory: SwitchMemory): SwitchPrice {
  const energyPj = bytes * (memory.dramPjPerByte + memory.bufferPjPerByte);
  return { cycles: Math.ceil((bytes * 8) / memory.dramBitsPerCycle), bytes, energyPj };
}

/** DRAM to buffer. */
export function reloadPrice(bytes: number, memory: SwitchMemory): SwitchPrice {
  const { cycles, energyPj } = spillPrice(bytes, memory);
  return { cycles: (bytes > 0 ? memory.dramLatencyCycles : 0) + cycles, bytes, energyPj };
}

/**
 * What was fetched ahead for the layer that does not begin is fetched again in its time; the layer that begins instead
 * waits for its own.
 */
export function refetchPrice(dropped: LayerUse, begun: LayerUse, memory: SwitchMemory): SwitchPrice {
  const bytes = dropped.prefetchedBytes;
  return { cycles: reloadPrice(begun.prefetchedBytes, memory).cycles, bytes, energyPj: bytes * memory.dramPjPerByte };
}
