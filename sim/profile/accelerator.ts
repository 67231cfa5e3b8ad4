/** What `--hardware` names: a modelled array, or the public artifact's analytic model of one. */

import { basename } from "node:path";
import type { Hardware } from "../../hw/array/description.ts";
import { arrayFacts } from "../../hw/array/machine.ts";
import { artifactEyerissV2 } from "../../hw/artifact/eyeriss.ts";
import { artifactFacts, artifactName } from "../../hw/artifact/machine.ts";
import { artifactSanger, artifactSangerName } from "../../hw/artifact/sanger.ts";
import type { AttentionArray } from "../../hw/attention/description.ts";
import { attentionArrayFrom, describesAttentionArray } from "../../hw/attention/description-file.ts";
import { attentionFacts } from "../../hw/attention/machine.ts";
import { attentionPresets } from "../../hw/attention/presets.ts";
import type { MachineFacts } from "../../hw/machine.ts";
import { hardwareFrom, loadHardware } from "../../hw/presets/description-file.ts";
import { monitorFrom } from "../../hw/presets/monitor.ts";
import { hardwarePresets } from "../../hw/presets/presets.ts";
import { ConfigError, didYouMean } from "../../workloads/input/errors.ts";
import { readYamlFile } from "../../workloads/input/yaml-file.ts";
import type { MonitorKeys } from "../../workloads/scenarios/monitor-keys.ts";
import { type HardwareChoice, isHardwareFile } from "../../workloads/scenarios/scenario.ts";

/** How the cycles of a layer are found; `table` replays a profile instead and needs no accelerator. */
const fidelities = ["counted", "stepped", "expected"] as const;
type Fidelity = (typeof fidelities)[number];

export interface ArrayAccelerator {
  readonly kind: "array";
  readonly hardware: Hardware;
  readonly fidelity: Fidelity;
}

export interface AttentionAccelerator {
  readonly kind: "attention";
  readonly hardware: AttentionArray;
  readonly fidelity: Exclude<Fidelity, "expected">;
}

export type Accelerator =
  | ArrayAccelerator
  | AttentionAccelerator
  | { readonly kind: "artifact"; readonly hardware: typeof artifactEyerissV2 }
  | { readonly kind: "artifact-sanger"; readonly hardware: typeof artifactSanger };

export const acceleratorNames: readonly string[] = [
  ...hardwarePresets.keys(),
  ...attentionPresets.keys(),
  artifactName,
  artifactSangerName,
];

/**
 * The accelerator of this name, of a hardware file, or of the keys of one.
 *
 * @param monitor in the path of an array's outputs, over what the hardware says of it; other accelerators have none.
 * @throws ConfigError for an unknown name or fidelity, or a file or keys that do not describe hardware.
 */
export async function loadAccelerator(
  choice: HardwareChoice,
  fidelityName = "counted",
  monitor?: MonitorKeys,
): Promise<Accelerator> {
  const fidelity = fidelities.find((known) => known === fidelityName);
  if (fidelity === undefined) {
    throw new ConfigError(`unknown fidelity "${fidelityName}"${didYouMean(fidelityName, fidelities)}`);
  }
  if (choice === artifactName || choice === artifactSangerName) {
    if (fidelity !== "counted") {
      throw new ConfigError(`hardware ${choice} is one analytic model: fidelity ${fidelity} is not one of its`);
    }
    if (choice === artifactSangerName) return { kind: "artifact-sanger", hardware: artifactSanger };
    return { kind: "artifact", hardware: artifactEyerissV2 };
  }
  const attention = await attentionArrayOf(choice);
  if (attention === undefined) return { kind: "array", hardware: await loadArray(choice, monitor), fidelity };
  if (fidelity !== "expected") return { kind: "attention", hardware: attention, fidelity };
  throw new ConfigError(`hardware ${attention.name} needs masks: fidelity expected knows only densities`);
}

/** Undefined for hardware of another kind. */
async function attentionArrayOf(choice: HardwareChoice): Promise<AttentionArray | undefined> {
  if (typeof choice !== "string") {
    return describesAttentionArray(choice) ? attentionArrayFrom(choice, "hardware") : undefined;
  }
  if (!isHardwareFile(choice)) return attentionPresets.get(choice);
  const where = `hardware file ${choice}`;
  const data = readYamlFile(choice, where);
  if (!describesAttentionArray(data)) return undefined;
  return attentionArrayFrom(data, where, basename(choice).replace(/\.[^.]*$/, ""));
}

async function loadArray(choice: HardwareChoice, monitor: MonitorKeys | undefined): Promise<Hardware> {
  const hardware = await loadHardwareOf(choice);
  if (monitor === undefined) return hardware;
  return { ...hardware, monitor: monitorFrom(hardware.monitor, monitor, "monitor") };
}

async function loadHardwareOf(choice: HardwareChoice): Promise<Hardware> {
  if (typeof choice !== "string") return hardwareFrom(choice, "hardware");
  if (isHardwareFile(choice) || hardwarePresets.has(choice)) return loadHardware(choice);
  throw new ConfigError(`unknown hardware "${choice}"${didYouMean(choice, acceleratorNames)}`);
}

/**
 * One of `count` identical accelerators that share a DRAM channel: as it is, with its part of the bandwidth.
 *
 * @throws ConfigError for hardware without a channel to share, and where less than a bit per cycle is left.
 */
export function withShareOfBandwidth(accelerator: Accelerator, count: number): Accelerator {
  if (count === 1) return accelerator;
  if (accelerator.kind !== "array" && accelerator.kind !== "attention") {
    throw new ConfigError(`accelerators: hardware ${machineFacts(accelerator).name} has no DRAM channel to be shared`);
  }
  const { name, dram, clockHz } = accelerator.hardware;
  const shared = {
    name: `${name} (1/${count} of the DRAM bandwidth)`,
    dram: { ...dram, bytesPerSecond: dram.bytesPerSecond / count },
  };
  if ((shared.dram.bytesPerSecond * 8) / clockHz < 1) {
    throw new ConfigError(`accelerators: count ${count} leaves hardware ${name} less than 1 bit of DRAM per cycle`);
  }
  if (accelerator.kind === "array") return { ...accelerator, hardware: { ...accelerator.hardware, ...shared } };
  return { ...accelerator, hardware: { ...accelerator.hardware, ...shared } };
}

export function machineFacts(accelerator: Accelerator): MachineFacts {
  switch (accelerator.kind) {
    case "array":
      return arrayFacts(accelerator.hardware);
    case "attention":
      return attentionFacts(accelerator.hardware);
    case "artifact":
      return artifactFacts(accelerator.hardware);
    case "artifact-sanger":
      return accelerator.hardware;
  }
}

/** One sentence on where the cycles come from. */
export function acceleratorSource(accelerator: Accelerator): string {
  if (accelerator.kind === "artifact") return "the public artifact's analytic model of Eyeriss v2 at 200 MHz";
  if (accelerator.kind === "artifact-sanger") return "the public artifact's closed formula of Sanger at 1 GHz";
  const { hardware, fidelity } = accelerator;
  const how = {
    counted: "counted exactly from masks",
    stepped: "stepped cycle by cycle from masks",
    expected: "estimated from densities",
  }[fidelity];
  return `cycles of ${hardware.name} at ${hardware.clockHz / 1e6} MHz, ${how}`;
}
