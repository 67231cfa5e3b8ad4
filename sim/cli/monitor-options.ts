/** Options that describe the monitor in the path of the outputs, the same in every command that models an array. */
import type { InferredOptionTypes, Options } from "yargs";
import type { MonitorOverrides } from "../../workloads/scenarios/overrides.ts";
import { numberOption } from "./arguments.ts";

export const monitorOptions = {
  "monitor-lanes": {
    type: "string",
    requiresArg: true,
    describe: "outputs that the monitor looks at per cycle, unlimited or none (default: 128 where the unit dispatches)",
  },
  "monitor-buffer": numberOption("monitor-buffer", "outputs that can wait for the monitor (default 0)"),
  "monitor-tap": {
    type: "string",
    requiresArg: true,
    describe: "where the monitor looks: at the partial-sum ports, or the DRAM channel (default)",
  },
} as const satisfies Record<string, Options>;

/** The options of the monitor as keys of a scenario. */
export function monitorOverrides(args: InferredOptionTypes<typeof monitorOptions>): MonitorOverrides {
  return { lanes: args["monitor-lanes"], bufferOutputs: args["monitor-buffer"], tap: args["monitor-tap"] };
}
