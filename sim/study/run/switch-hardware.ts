/** The array that a scenario's preemptions are priced on. */
import { eyerissEnergy } from "../../../hw/array/energy.ts";
import { switchMemory } from "../../../hw/array/preemption.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import type { Scenario } from "../../../workloads/scenarios/scenario.ts";
import type { Profile } from "../../../workloads/tables/profile.ts";
import { requireBufferUse, type SwitchHardware } from "../../core/switch-costs.ts";
import { type Accelerator, machineFacts } from "../../profile/accelerator.ts";

/**
 * Undefined where switches are free.
 *
 * @throws ConfigError without hardware, on hardware without a buffer, and for a network of which it is not known what its
 * layers hold there.
 */
export function switchHardware(
  { file, preemption }: Scenario,
  accelerator: Accelerator | undefined,
  profiles: readonly Profile[],
): SwitchHardware | undefined {
  if (preemption === "free") return undefined;
  if (accelerator === undefined) {
    throw new ConfigError(`scenario ${file}: preemption modelled needs hardware, whose buffer and DRAM a switch uses`);
  }
  if (accelerator.kind === "attention") {
    throw new ConfigError(
      `scenario ${file}: preemption modelled needs a PE array, ${machineFacts(accelerator).name} is none`,
    );
  }
  if (accelerator.kind !== "array") {
    throw new ConfigError(
      `scenario ${file}: preemption modelled needs hardware with a buffer, ${machineFacts(accelerator).name} has none`,
    );
  }
  for (const profile of profiles) requireBufferUse(profile);
  const { hardware } = accelerator;
  return { memory: switchMemory(hardware, eyerissEnergy), clockHz: hardware.clockHz };
}
