/** The sparse PE array as a machine among others. */
import type { MachineFacts } from "../machine.ts";
import { dramBitsPerCycle, type Hardware, peCount } from "./description.ts";

export function arrayFacts(hardware: Hardware): MachineFacts {
  const pes = peCount(hardware);
  return {
    name: hardware.name,
    clockHz: hardware.clockHz,
    peCount: pes,
    peakMacsPerCycle: pes * hardware.macsPerPe,
    dramBitsPerCycle: dramBitsPerCycle(hardware),
  };
}
