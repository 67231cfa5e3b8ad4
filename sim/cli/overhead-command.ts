/** `dysta overhead`: what monitor and scheduling unit cost, and whether the unit decides as the software does. */
import type { InferredOptionTypes } from "yargs";
import type { Hardware } from "../../hw/array/description.ts";
import { attentionPresets } from "../../hw/attention/presets.ts";
import { eyerissV2 } from "../../hw/presets/eyeriss-v2.ts";
import { unitPolicies } from "../../hw/scheduling-unit/description.ts";
import { schedulerNames } from "../../sched/registry.ts";
import { didYouMean } from "../../workloads/input/errors.ts";
import { applyOverrides } from "../../workloads/scenarios/overrides.ts";
import { loadScenario, type Scenario, scenarioYaml } from "../../workloads/scenarios/scenario.ts";
import { acceleratorOf } from "../profile/modelled-networks.ts";
import { attentionMonitor } from "../study/overhead/attention-monitor.ts";
import { monitorReport } from "../study/overhead/monitor-report.ts";
import { decisionsReport } from "../study/overhead/overhead.ts";
import { type Overhead, overheadDocument } from "../study/overhead/overhead-document.ts";
import { resourcesReport } from "../study/overhead/overhead-resources.ts";
import { timingReport } from "../study/overhead/timing-report.ts";
import { predictionReport } from "../study/prediction/prediction-report.ts";
import { provenance } from "../study/run/provenance.ts";
import { prepareRun } from "../study/run/run.ts";
import type { Figure } from "../view/plots/figure.ts";
import { writeFigures } from "../view/plots/figure-files.ts";
import { monitorFigure } from "../view/report/overhead/monitor-figure.ts";
import { overheadFigures } from "../view/report/overhead/overhead-figures.ts";
import { overheadReport } from "../view/report/overhead/overhead-report.ts";
import { resourcesFigure } from "../view/report/overhead/resources-figure.ts";
import { overheadText } from "../view/text/overhead-render.ts";
import { requirePositiveInteger } from "./arguments.ts";
import { exitStatus, UsageError } from "./exit.ts";
import { openFolder } from "./folder.ts";
import { monitorOverrides } from "./monitor-options.ts";
import type { overheadOptions } from "./overhead-options.ts";
import { cacheFolder } from "./profile-command.ts";
import { withProgress } from "./progress.ts";
import { unitOverrides } from "./unit-options.ts";

type OverheadArguments = InferredOptionTypes<typeof overheadOptions> & {
  readonly scenario?: string | undefined;
  readonly json: boolean;
  readonly workers?: number | undefined;
};

export async function overheadCommand(args: OverheadArguments): Promise<number> {
  const startedAt = new Date();
  const workers = requirePositiveInteger("--workers", args.workers);
  const cache = cacheFolder(args.cache);
  const scenario = await scenarioOf(args);
  const folder = openFolder("overhead", args, scenarioYaml(scenario, args.out ?? "."));
  // First of all: it draws every layer once for all numbers of lanes, and what follows finds its profiles kept.
  const monitor = await withProgress("layers", (onDone) => monitorReport(scenario, { workers, cache, onDone }));
  const [prepared, bare] = await withProgress("layers", async (onDone) => [
    await prepareRun(scenario, { workers, cache, onDone }),
    await prepareRun({ ...scenario, monitor: { lanes: "none" } }, { workers, cache, onDone }),
  ]);
  const decisions = await withProgress("runs", (onDone) => decisionsReport(prepared, bare, { workers, onDone }));
  const hardware = await arrayOf(scenario);
  const overhead: Overhead = {
    decisions,
    resources: await withProgress("designs", (onDone) =>
      resourcesReport(decisions.unit, hardware, cache, { workers, onDone }),
    ),
    prediction: await withProgress("layers", (onDone) => predictionReport(scenario, { workers, cache, onDone })),
    attentionMonitor: await attentionMonitor(scenario),
    monitor,
    timing: timingReport(),
  };
  const document = overheadDocument(prepared, overhead);
  if (folder !== undefined) {
    folder.writeJson("overhead.json", document);
    const figures = figuresOf(overhead);
    await writeFigures(folder, figures);
    folder.writeText("report.html", await overheadReport(scenario.name, overhead, figures));
    folder.markEnded(provenance(prepared, { startedAt, workers, state: { state: "complete" } }));
  }
  process.stdout.write(`${args.json ? JSON.stringify(document) : overheadText(overhead)}\n`);
  return exitStatus.done;
}

function figuresOf({ decisions, resources, prediction, monitor }: Overhead): Figure[] {
  return [
    ...(monitor === undefined ? [] : [monitorFigure(monitor)]),
    ...overheadFigures(decisions, prediction),
    ...("unavailable" in resources ? [] : [resourcesFigure(resources)]),
  ];
}

async function scenarioOf(args: OverheadArguments): Promise<Scenario> {
  const { rate, slo, requests, hardware, seed, seeds } = args;
  return applyOverrides(
    await loadScenario(scenarioName(args), schedulerNames),
    {
      ...{ rate, slo, requests, hardware, seed, seeds },
      dispatch: "hardware",
      unit: unitOverrides(args),
      monitor: monitorOverrides(args),
      schedulers: [unitScheduler(args.scheduler)],
    },
    schedulerNames,
  );
}

/** Without a scenario: one whose networks can run on the hardware. */
function scenarioName({ scenario, hardware }: OverheadArguments): string {
  if (scenario !== undefined) return scenario;
  return hardware !== undefined && attentionPresets.has(hardware) ? "multi-attnn-modelled" : "ar-vr-measured";
}

/** Whom the unit dispatches for. */
function unitScheduler(scheduler: string | undefined): string {
  if (scheduler === undefined) return "dysta";
  if (unitPolicies.some((policy) => policy === scheduler)) return scheduler;
  throw new UsageError(
    `--scheduler: overhead is that of the scheduling unit, which dispatches for one of ${unitPolicies.join(", ")}, is ${scheduler}${didYouMean(scheduler, unitPolicies)}`,
  );
}

/** The array that the unit stands beside: the scenario's, or Eyeriss v2 where its cycles do not come from a modelled one. */
async function arrayOf(scenario: Scenario): Promise<Hardware> {
  const accelerator = await acceleratorOf(scenario);
  return accelerator?.kind === "array" ? accelerator.hardware : eyerissV2;
}
