/** Monitor and scheduling unit as one block: `hw/rtl/dysta_top.sv`, with their files and parameters. */
import { ConfigError } from "../../workloads/input/errors.ts";
import type { MonitorDescription } from "../monitor/monitor.ts";
import type { SchedulingUnit } from "../scheduling-unit/description.ts";
import { monitorDesign, rtlDesign } from "./designs.ts";
import { nonZeroBits, schedulingUnitDesign } from "./scheduling-unit.ts";
import type { Design } from "./yosys.ts";

/**
 * @param rangeCountBits of the unit's range counters.
 * @throws ConfigError for a unit that cannot work, one of FP64, and a monitor whose count is not the unit's.
 */
export function dystaTopDesign(unit: SchedulingUnit, monitor: MonitorDescription, rangeCountBits = 16): Design {
  if (monitor.channelGroups !== 1) {
    throw new ConfigError(
      `monitor: dysta_top counts a layer as one: channelGroups must be 1, not ${monitor.channelGroups}`,
    );
  }
  if (monitor.counterBits !== nonZeroBits) {
    throw new ConfigError(
      `monitor: the scheduling unit takes counts of ${nonZeroBits} bits: counterBits must be that, not ${monitor.counterBits}`,
    );
  }
  const unitDesign = schedulingUnitDesign(unit, rangeCountBits);
  const { COUNTER_BITS: _, GROUPS: __, ...monitorParameters } = monitorDesign(monitor).parameters;
  const isSwp = unit.policy !== "dysta";
  const parameters = { ...unitDesign.parameters, ...monitorParameters, IS_SWP: isSwp ? 1 : 0 };
  const top = rtlDesign("dysta_top", ["monitor.sv", "dysta_top.sv"], parameters);
  return { ...top, sources: { ...unitDesign.sources, ...top.sources } };
}
