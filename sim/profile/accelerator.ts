/** What `--hardware` names: a modelled array, or the public artifact's analytic model of one. */

import type { Hardware } from "../../hw/array/description.ts";
import { arrayFacts } from "../../hw/array/machine.ts";
import { artifactEyerissV2 } from "../../hw/artifact/eyeriss.ts";
import { artifactFacts, artifactName } from "../../hw/artifact/machine.ts";
import type { MachineFacts } from "../../hw/machine.ts";
import { hardwareFrom, loadHardware } from "../../hw/presets/description-file.ts";
import { hardwarePresets } from "../../hw/presets/presets.ts";
import { ConfigError, didYouMean } from "../../workloads/input/errors.ts";
import { type HardwareChoice, isHardwareFile } from "../../workloads/scenarios/scenario.ts";

/** How the cycles of a layer are found; `table` replays a profile instead and needs no accelerator. */
export const fidelities = ["counted", "stepped", "expected"] as const;
export type Fidelity = (typeof fidelities)[number];

export interface ArrayAccelerator {
  readonly kind: "array";
  readonly hardware: Hardware;
  readonly fidelity: Fidelity;
}

export type Accelerator = ArrayAccelerator | { readonly kind: "artifact"; readonly hardware: typeof artifactEyerissV2 };

export const acceleratorNames: readonly string[] = [...hardwarePresets.keys(), artifactName];

/**
 * The accelerator of this name, of a hardware file, or of the keys of one.
 *
 * @throws ConfigError for an unknown name or fidelity, or a file or keys that do not describe hardware.
 */
export async function loadAccelerator(choice: HardwareChoice, fidelityName = "counted"): Promise<Accelerator> {
  const fidelity = fidelities.find((known) => known === fidelityName);
  if (fidelity === undefined) {
    throw new ConfigError(`unknown fidelity "${fidelityName}"${didYouMean(fidelityName, fidelities)}`);
  }
  if (choice === artifactName) {
    if (fidelity === "counted") return { kind: "artifact", hardware: artifactEyerissV2 };
    throw new ConfigError(`hardware ${artifactName} is one analytic model: fidelity ${fidelity} is not one of its`);
  }
  return { kind: "array", hardware: await loadArray(choice), fidelity };
}

async function loadArray(choice: HardwareChoice): Promise<Hardware> {
  if (typeof choice !== "string") return hardwareFrom(choice, "hardware");
  if (isHardwareFile(choice) || hardwarePresets.has(choice)) return loadHardware(choice);
  throw new ConfigError(`unknown hardware "${choice}"${didYouMean(choice, acceleratorNames)}`);
}

export function machineFacts(accelerator: Accelerator): MachineFacts {
  return accelerator.kind === "artifact" ? artifactFacts(accelerator.hardware) : arrayFacts(accelerator.hardware);
}

/** One sentence on where the cycles come from. */
export function acceleratorSource(accelerator: Accelerator): string {
  if (accelerator.kind === "artifact") return "the public artifact's analytic model of Eyeriss v2 at 200 MHz";
  const { hardware, fidelity } = accelerator;
  const how = {
    counted: "counted exactly from masks",
    stepped: "stepped cycle by cycle from masks",
    expected: "estimated from densities",
  }[fidelity];
  return `cycles of ${hardware.name} at ${hardware.clockHz / 1e6} MHz, ${how}`;
}
