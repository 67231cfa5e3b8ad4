/** `dysta overhead` from its words to all that it says. */
import type { Hardware } from "../../../hw/array/description.ts";
import { attentionPresets } from "../../../hw/attention/presets.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { schedulerNames } from "../../../sched/registry.ts";
import { applyOverrides, type Overrides } from "../../../workloads/scenarios/overrides.ts";
import type { Scenario } from "../../../workloads/scenarios/scenario.ts";
import { acceleratorOf } from "../../profile/modelled-networks.ts";
import { predictionReport } from "../prediction/prediction-report.ts";
import { mixSeeds, namedWorkload, type ScenarioWords } from "../run/named-scenario.ts";
import { type PreparedRun, prepareRun } from "../run/run.ts";
import { attentionMonitor } from "./attention-monitor.ts";
import { monitorReport } from "./monitor-report.ts";
import { decisionsReport } from "./overhead.ts";
import type { Overhead } from "./overhead-document.ts";
import { resourcesReport } from "./overhead-resources.ts";
import { timingReport } from "./timing-report.ts";

/** The words of `dysta overhead`; what is left out has the command's default, a scenario one on the hardware's networks. */
export interface OverheadWords
  extends ScenarioWords,
    Pick<Overrides, "rate" | "slo" | "requests" | "hardware" | "seed" | "seeds" | "unit" | "monitor"> {
  /** Whom the unit dispatches for: `dysta` (default), `swp` or `swp_plus`. */
  readonly scheduler?: string | undefined;
}

/** The scenario that the unit dispatches. @throws ConfigError for anything in it or in the words that is wrong */
export async function overheadScenario({ scheduler = "dysta", ...words }: OverheadWords): Promise<Scenario> {
  const isAttention = words.hardware !== undefined && attentionPresets.has(words.hardware);
  const fallback = { scenario: isAttention ? "multi-attnn-modelled" : "ar-vr-measured", seeds: mixSeeds };
  const overrides = { ...words, dispatch: "hardware", schedulers: [scheduler] };
  return applyOverrides(await namedWorkload(words, fallback), overrides, schedulerNames);
}

interface OverheadWork {
  readonly workers: number | undefined;
  /** Folder of kept results, if any. */
  readonly cache: string | undefined;
  /** Does a part of the work, telling someone how far it is; `what` is counted. */
  readonly withProgress: <T>(
    what: string,
    work: (onDone: (done: number, total: number) => void) => Promise<T>,
  ) => Promise<T>;
}

/** Everything that `dysta overhead` says of a scenario, and the run that it is said of. */
export async function wholeOverhead(
  scenario: Scenario,
  { workers, cache, withProgress }: OverheadWork,
): Promise<{ readonly prepared: PreparedRun; readonly overhead: Overhead }> {
  // First of all: it draws every layer once for all numbers of lanes, and what follows finds its profiles kept.
  const monitor = await withProgress("layers", (onDone) => monitorReport(scenario, { workers, cache, onDone }));
  const [prepared, bare] = await withProgress("layers", async (onDone) => [
    await prepareRun(scenario, { workers, cache, onDone }),
    await prepareRun({ ...scenario, monitor: { lanes: "none" } }, { workers, cache, onDone }),
  ]);
  const decisions = await withProgress("runs", (onDone) => decisionsReport(prepared, bare, { workers, onDone }));
  const hardware = await arrayOf(scenario);
  const overhead = {
    decisions,
    resources: await withProgress("designs", (onDone) =>
      resourcesReport(decisions.unit, hardware, cache, { workers, onDone }),
    ),
    prediction: await withProgress("layers", (onDone) => predictionReport(scenario, { workers, cache, onDone })),
    attentionMonitor: await attentionMonitor(scenario),
    monitor,
    timing: timingReport(),
  };
  return { prepared, overhead };
}

/** The array that the unit stands beside: the scenario's, or Eyeriss v2 where its cycles do not come from a modelled one. */
async function arrayOf(scenario: Scenario): Promise<Hardware> {
  const accelerator = await acceleratorOf(scenario);
  return accelerator?.kind === "array" ? accelerator.hardware : eyerissV2;
}
