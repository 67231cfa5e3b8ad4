/**
 * The public artifact's model of Sanger: a closed formula for the projections and the attention of one block, which takes
 * the load balance as a number (`workloads/tables/sanger.ts`). Beside it, the array's own mechanisms are in `hw/attention`.
 *
 * As the artifact applies it: the balance is that of 32 slots a row, the length that of the input. Feed-forward layers,
 * prediction and softmax are not in it.
 */
import { sangerClockHz, sangerLatencySeconds } from "../../workloads/tables/sanger.ts";
import { maskFacts } from "../attention/balance.ts";
import { slotCount } from "../attention/description.ts";
import type { AttentionOperation } from "../attention/operation.ts";
import { sanger } from "../attention/presets.ts";
import type { MachineFacts } from "../machine.ts";

export const artifactSangerName = "artifact-sanger";

/** The formula knows no DRAM. */
export const artifactSanger: MachineFacts = {
  name: artifactSangerName,
  clockHz: sangerClockHz,
  peCount: slotCount(sanger),
  peakMacsPerCycle: slotCount(sanger),
  dramBitsPerCycle: null,
};

/** Slots a row for which the artifact takes the load balance. */
const balanceSlots = 32;

/** Seconds of one block whose attention keeps these scores. A mask without any takes no time. */
export function artifactSangerSeconds(operation: AttentionOperation): number {
  const { keptDensity, loadBalance } = maskFacts(operation, { ...sanger, slots: balanceSlots });
  return keptDensity === 0 ? 0 : sangerLatencySeconds(keptDensity, loadBalance.row, operation.rows);
}
