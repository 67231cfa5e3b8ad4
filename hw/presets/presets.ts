/** Every preset by its name. A chip is one file of this folder, with its sources and what is not modelled. */
import { ConfigError, didYouMean } from "../../workloads/input/errors.ts";
import type { Hardware } from "../array/description.ts";
import { eyerissV1 } from "./eyeriss-v1.ts";
import { eyerissGrid, eyerissV2, scaledGrids } from "./eyeriss-v2.ts";
import { singlePe } from "./single-pe.ts";

/** `eyeriss-v2-192` is `eyeriss-v2` under a second name. */
export const hardwarePresets: ReadonlyMap<string, Hardware> = new Map(
  [eyerissV2, eyerissV1, singlePe, ...scaledGrids.map(([rows, columns]) => eyerissGrid(rows, columns))].map(
    (hardware) => [hardware.name, hardware],
  ),
);

/** @throws ConfigError for a name that is not a preset. */
export function hardwarePreset(name: string): Hardware {
  const preset = hardwarePresets.get(name);
  if (preset === undefined) {
    throw new ConfigError(`hardware "${name}": no such preset${didYouMean(name, [...hardwarePresets.keys()])}`);
  }
  return preset;
}
