import { layerMonitor } from "../monitor.ts";
import { eyerissV2 } from "../presets.ts";
import { optFp16, unitPreset } from "../scheduling-unit/description.ts";
import { monitorDesign, peDesign } from "./designs.ts";
import { schedulingUnitDesign } from "./scheduling-unit.ts";
import type { Design } from "./yosys.ts";

/** The designs whose resources the project quotes, by what they are called there; hw/rtl/resources.json holds them. */
export function quotedDesigns(): Readonly<Record<string, Design>> {
  const oneMac = { macsPerPe: 1, mechanisms: { ...eyerissV2.mechanisms, weightsLoadedPerCycle: 1 } };
  const units = [optFp16, unitPreset("opt-fp16-512"), unitPreset("opt-fp32-64"), unitPreset("non-opt-fp32-64")];
  return {
    monitor: monitorDesign(layerMonitor),
    "monitor, 8 channel groups": monitorDesign({ ...layerMonitor, channelGroups: 8 }),
    "monitor, 16 lanes and 16 words of buffer": monitorDesign({ ...layerMonitor, lanes: 16, bufferOutputs: 16 }),
    PE: peDesign(eyerissV2),
    "PE, one MAC": peDesign({ ...eyerissV2, ...oneMac }),
    ...Object.fromEntries(units.map((unit) => [`scheduling unit ${unit.name}`, schedulingUnitDesign(unit)])),
  };
}
