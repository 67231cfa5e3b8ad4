import { layerMonitor } from "../monitor/monitor.ts";
import { eyerissV2 } from "../presets/eyeriss-v2.ts";
import { optFp16, paperDesigns } from "../scheduling-unit/description.ts";
import { monitorDesign, peDesign } from "./designs.ts";
import { schedulingUnitDesign } from "./scheduling-unit.ts";
import type { Design } from "./yosys.ts";

/** The designs whose resources the project quotes, by what they are called there; hw/rtl/resources.json holds them. */
export function quotedDesigns(): Readonly<Record<string, Design>> {
  const oneMac = { macsPerPe: 1, mechanisms: { ...eyerissV2.mechanisms, weightsLoadedPerCycle: 1 } };
  return {
    monitor: monitorDesign(layerMonitor),
    "monitor, zeros promised": monitorDesign({ ...layerMonitor, zerosPromised: true }),
    "monitor, 8 channel groups": monitorDesign({ ...layerMonitor, channelGroups: 8 }),
    "monitor, 16 lanes and 16 words of buffer": monitorDesign({ ...layerMonitor, lanes: 16, bufferOutputs: 16 }),
    PE: peDesign(eyerissV2),
    "PE, one MAC": peDesign({ ...eyerissV2, ...oneMac }),
    ...Object.fromEntries(paperDesigns.map((unit) => [`scheduling unit ${unit.name}`, schedulingUnitDesign(unit)])),
    ...Object.fromEntries(
      // That of Dysta is among the paper's.
      (["swp", "swp_plus"] as const).map((policy) => [
        `scheduling unit of ${policy}`,
        schedulingUnitDesign({ ...optFp16, policy }),
      ]),
    ),
  };
}
