/** Options that describe the scheduling unit, the same in every command that runs requests. */
import type { InferredOptionTypes, Options } from "yargs";
import { type UnitPolicy, unitPolicies } from "../../hw/scheduling-unit/description.ts";
import { didYouMean } from "../../workloads/input/errors.ts";
import type { UnitOverrides } from "../../workloads/scenarios/overrides.ts";
import { numberOption } from "./arguments.ts";
import { UsageError } from "./exit.ts";

/** What the unit is. */
export const unitOptions = {
  format: { type: "string", requiresArg: true, describe: "the unit's number format: fp16 (default), fp32, fp64" },
  "fifo-depth": numberOption("fifo-depth", "requests that the unit holds (default 64)"),
  variant: {
    type: "string",
    requiresArg: true,
    describe: "the unit's coefficient: shared (on the score's multipliers, default) or separate",
  },
  rescoring: {
    type: "string",
    requiresArg: true,
    describe: "the unit renews scores before-dispatch (default), or overlapped with the running layer",
  },
} as const satisfies Record<string, Options>;

/** The same, and who decides. */
export const dispatchOptions = {
  dispatch: {
    type: "string",
    requiresArg: true,
    describe: "who decides for dysta: software, or hardware (the scheduling unit)",
  },
  ...unitOptions,
  "decision-cost": {
    type: "string",
    requiresArg: true,
    describe: "the unit's decisions take cycles (modelled, default) or none (free)",
  },
} as const satisfies Record<string, Options>;

type UnitArguments = InferredOptionTypes<typeof unitOptions> & { readonly "decision-cost"?: string | undefined };

/** The options of the unit as keys of a scenario. */
export function unitOverrides(args: UnitArguments): UnitOverrides {
  const { format, variant, rescoring } = args;
  return { format, fifoDepth: args["fifo-depth"], variant, rescoring, decisionCost: args["decision-cost"] };
}

/**
 * Whom the unit of a command dispatches for: Dysta unless one is named.
 *
 * @param scheduler `--scheduler`.
 * @throws UsageError for a scheduler that no unit computes.
 */
export function unitScheduler(scheduler: string | undefined): UnitPolicy {
  if (scheduler === undefined) return "dysta";
  const policy = unitPolicies.find((each) => each === scheduler);
  if (policy !== undefined) return policy;
  throw new UsageError(
    `--scheduler: the scheduling unit dispatches for one of ${unitPolicies.join(", ")}, is ${scheduler}${didYouMean(scheduler, unitPolicies)}`,
  );
}

/** @throws UsageError for an option of the unit where the software dispatches. */
export function requireUnit(args: object, dispatch: "software" | "hardware"): void {
  const names = [...Object.keys(unitOptions), "decision-cost", "vcd"];
  const useless = names.find((name) => (args as Readonly<Record<string, unknown>>)[name] !== undefined);
  if (dispatch === "hardware" || useless === undefined) return;
  throw new UsageError(`--${useless} is for --dispatch hardware, dispatch is ${dispatch}`);
}
