/** The monitor's pins, and a layer's outputs as they stand on them. */
import type { MonitorDescription } from "../../../hw/monitor/monitor.ts";
import { MonitorPort, type MonitorPortInputs } from "../../../hw/monitor/monitor-port.ts";
import type { VectorPort } from "./vectors.ts";

const offeredBits = 16;
const statusBits = 32;

const port = (name: string, width: number): VectorPort => ({ name, width });

export function monitorPort(monitor: MonitorDescription): MonitorPort {
  return new MonitorPort({ ...monitor, statusBits });
}

export function writeBackPorts({ lanes, bufferOutputs, wordBits }: MonitorDescription): VectorPort[] {
  return [port("offered", offeredBits), port("words", (lanes + bufferOutputs) * wordBits)];
}

/** Outputs that a write-back with as many ports as the monitor has words answers with. */
export function acceptancePorts({ lanes, bufferOutputs }: MonitorDescription): VectorPort[] {
  return [port("accepted", Math.ceil(Math.log2(lanes + bufferOutputs + 1))), port("is_held", 1)];
}

export function counterPorts({ channelGroups, counterBits }: MonitorDescription): VectorPort[] {
  return [
    port("non_zeros", channelGroups * counterBits),
    port("saturated", statusBits),
    port("stall_cycles", statusBits),
  ];
}

export function writeBackPins({ wordBits }: MonitorDescription, { offered, words }: MonitorPortInputs): bigint[] {
  let pins = 0n;
  for (let i = words.length - 1; i >= 0; i--) pins = (pins << BigInt(wordBits)) | BigInt(words[i]);
  return [BigInt(offered), pins];
}

export function acceptancePins(model: MonitorPort, inputs: MonitorPortInputs): bigint[] {
  return [BigInt(model.accepted(inputs)), BigInt(model.isHeld(inputs))];
}

export function counterPins({ counterBits }: MonitorDescription, model: MonitorPort): bigint[] {
  const nonZeros = model.nonZeros.reduceRight((pins, count) => (pins << BigInt(counterBits)) | BigInt(count), 0n);
  return [nonZeros, BigInt(model.saturated), BigInt(model.stallCycles)];
}
