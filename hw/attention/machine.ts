/** The attention array as a machine. */
import type { MachineFacts } from "../machine.ts";
import { type AttentionArray, attentionDramBits, slotCount } from "./description.ts";

export function attentionFacts(hardware: AttentionArray): MachineFacts {
  const { name, clockHz } = hardware;
  const peCount = slotCount(hardware);
  return { name, clockHz, peCount, peakMacsPerCycle: peCount, dramBitsPerCycle: attentionDramBits(hardware) };
}
