import { schedulerNames } from "../../sched/registry.ts";
import { applyOverrides, type Overrides } from "../../workloads/scenarios/overrides.ts";
import { defaultWorkload, namedWorkload, type ScenarioWords } from "../study/run/named-scenario.ts";
import { prepareRun, runComparison } from "../study/run/run.ts";
import { type RunDocument, runDocument } from "../study/run/run-document.ts";
import { type WorkOptions, workOf } from "./work.ts";

/** A scenario (default `ar-vr-measured`) or a mix of networks, keys of it that are given anew, and how the work is done. */
export interface RunOptions extends ScenarioWords, Overrides, WorkOptions {
  /** Whether the bounds of violations and ANTT are computed; default: where they hold and are cheap. */
  readonly bounds?: boolean | undefined;
}

/**
 * Compares schedulers on a scenario: what `dysta run --json` prints.
 *
 * @throws DystaError, one line: the thing, the rule, the value; also where a scheduler of the user's fails
 */
export async function run({ bounds, ...options }: RunOptions = {}): Promise<RunDocument> {
  const { counted, cache } = workOf(options);
  const asked = applyOverrides(await namedWorkload(options, defaultWorkload), options, schedulerNames);
  const prepared = await prepareRun(asked, { ...counted("layers"), cache });
  const comparison = await runComparison(prepared, {
    ...counted("runs"),
    keepSchedules: false,
    bounds: bounds ?? "auto",
  });
  if (comparison.mistake !== undefined) throw comparison.mistake;
  return runDocument(prepared, comparison);
}
