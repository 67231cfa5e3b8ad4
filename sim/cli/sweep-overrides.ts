/** Options of `dysta sweep` that give keys of its scenario anew. */
import { schedulerNames } from "../../sched/registry.ts";
import { checkedOverrides } from "../../workloads/scenarios/overrides.ts";
import { resolveScheduler } from "../../workloads/scenarios/scenario.ts";
import type { SweepOverrides } from "../study/sweep/sweep-file.ts";
import { namesIn } from "./arguments.ts";
import { type SweepArguments, sweptScenarioOptions } from "./sweep-options.ts";
import { unitOverrides } from "./unit-options.ts";

/** @throws ConfigError naming the option whose value does not fit. */
export function sweepOverrides(args: SweepArguments): SweepOverrides {
  const { rate, slo, requests, seed, seeds } = args;
  const schedulers = namesIn(args.scheduler);
  checkedOverrides({ rate, slo, requests, seed, seeds, schedulers, unit: unitOverrides(args) }, schedulerNames);
  const keys = {
    "arrivals.rate": { option: "--rate", value: rate },
    slo: { option: "--slo", value: slo },
    requests: { option: "--requests", value: requests },
    "unit.format": { option: "--format", value: args.format },
    "unit.fifoDepth": { option: "--fifo-depth", value: args["fifo-depth"] },
    "unit.variant": { option: "--variant", value: args.variant },
    "unit.rescoring": { option: "--rescoring", value: args.rescoring },
  };
  return {
    keys: Object.entries(keys).flatMap(([key, { option, value }]) =>
      value === undefined ? [] : { key, option, value },
    ),
    ...(schedulers === undefined
      ? {}
      : { schedulers: schedulers.map((entry) => resolveScheduler(process.cwd(), entry)) }),
    ...(seed === undefined ? {} : { seed }),
    ...(seeds === undefined ? {} : { seeds }),
  };
}

/** The same options as words of a command line. */
export function overridingWords(args: SweepArguments): string[] {
  return Object.keys(sweptScenarioOptions).flatMap((name) => {
    const value = args[name as keyof typeof sweptScenarioOptions];
    return value === undefined ? [] : [`--${name}=${value}`];
  });
}
