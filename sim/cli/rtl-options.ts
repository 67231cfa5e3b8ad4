import type { Options } from "yargs";
import { rtlTops } from "../study/rtl/tops.ts";
import { numberOption } from "./arguments.ts";
import { runOptions } from "./run-options.ts";

const { scheduler, rate, slo, requests, seed, hardware, format, variant, rescoring, cache } = runOptions;

/** Options of `dysta rtl` besides those of every command. */
export const rtlOptions = {
  ...{ hardware, format, variant, rescoring, rate, slo, requests, seed, cache },
  scheduler: { ...scheduler, describe: "whom the unit dispatches for: dysta (default), swp, swp_plus" },
  "fifo-depth": runOptions["fifo-depth"],
  "monitor-lanes": numberOption("monitor-lanes", "outputs that the monitor looks at per cycle (default 128)"),
  "monitor-buffer": numberOption("monitor-buffer", "outputs that can wait for the monitor (default 0)"),
  "monitor-lean": {
    type: "boolean",
    describe: "a monitor without a mask: its ports have zeros beyond the outputs that are offered",
  },
  "fit-tables": { type: "boolean", describe: "tables of the unit as large as the scenario's networks need" },
  top: { type: "string", requiresArg: true, describe: `the module: ${rtlTops.join(", ")} (default dysta_top)` },
  cycles: numberOption("cycles", "cycles that the test bench runs at most (default 20000)"),
  out: { type: "string", requiresArg: true, demandOption: true, describe: "folder to write; must be new or empty" },
} as const satisfies Record<string, Options>;
