/** `dysta run`: compares schedulers on a scenario. */

import { schedulerNames } from "../../sched/registry.ts";
import { didYouMean } from "../../workloads/input/errors.ts";
import { requirePositiveInteger } from "../../workloads/input/positive-integer.ts";
import { applyOverrides } from "../../workloads/scenarios/overrides.ts";
import { type Scenario, scenarioYaml } from "../../workloads/scenarios/scenario.ts";
import { cacheFolder } from "../results/cache.ts";
import type { ResultsFolder } from "../results/folder.ts";
import { defaultWorkload, namedWorkload } from "../study/run/named-scenario.ts";
import { type Comparison, type PreparedRun, prepareRun, runComparison } from "../study/run/run.ts";
import { completion, runDocument } from "../study/run/run-document.ts";
import { waveformOrder } from "../study/run/waveform-order.ts";
import { requireWaveformFile } from "../trace/waveform/waveform-file.ts";
import { runText } from "../view/text/run-text.ts";
import { terminalColumns } from "../view/text/terminal.ts";
import { cutWarning, waveformRun } from "../view/text/waveform-render.ts";
import { namesIn } from "./arguments.ts";
import { exitStatus, UsageError } from "./exit.ts";
import { markFailedOnError, openFolder } from "./folder.ts";
import { interruptSignal } from "./interrupt.ts";
import { createLog } from "./log.ts";
import { monitorOverrides } from "./monitor-options.ts";
import { withProgress } from "./progress.ts";
import type { RunArguments } from "./run-options.ts";
import { writeResults } from "./run-results.ts";
import { requireUnit, unitOverrides } from "./unit-options.ts";

export async function runCommand(args: RunArguments): Promise<number> {
  const startedAt = new Date();
  const workers = requirePositiveInteger("--workers", args.workers);
  const dispatchSeeds = requirePositiveInteger("--dispatch-seeds", args["dispatch-seeds"]);
  const log = createLog(args.logLevel);
  const scenario = await scenarioOf(args);
  requireFolderFor(args);
  const folder = openFolder("run", args, scenarioYaml(scenario, args.out ?? "."));
  const prepared = await markFailedOnError(folder, () => prepare(args, scenario, workers));
  log.info(
    {
      networks: prepared.setup.networks.profiles.map(({ name }) => name),
      schedulers: prepared.schedulers.map(({ name }) => name),
      seeds: prepared.seeds,
    },
    "prepared",
  );
  const waveform = args.vcd === undefined ? undefined : waveformOrder(prepared, args.vcd, cacheFolder(args.cache));
  if (waveform !== undefined) requireWaveformFile(waveform.file);
  const comparison = await withProgress("runs", (onDone) =>
    runComparison(prepared, {
      workers,
      keepSchedules: folder !== undefined,
      timelineOf: prepared.timelineOf,
      waveform,
      bounds: args.bounds ?? "auto",
      signal: folder === undefined ? undefined : interruptSignal(),
      onDone: (done, total) => {
        onDone(done, total);
        log.info({ done, total }, "runs");
      },
    }),
  );
  log.info({ seconds: (Date.now() - startedAt.getTime()) / 1000 }, "done");
  const everyLayer = args["timeline-layers"] === true;
  const kept = { everyLayer, dispatchSeeds };
  const unwritten =
    folder === undefined ? undefined : await writeResults(folder, prepared, comparison, { startedAt, workers, kept });
  if (comparison.isInterrupted && unwritten === undefined) return interruptedStatus(folder, prepared, comparison);
  const mistake = comparison.mistake ?? unwritten;
  if (comparison.summaries.length > 0 || mistake === undefined) {
    const text = args.json
      ? JSON.stringify(runDocument(prepared, comparison))
      : runText(args, prepared, comparison, terminalColumns());
    process.stdout.write(`${text}\n`);
  }
  const drawn = waveformRun(comparison);
  if (drawn !== undefined) {
    process.stderr.write(cutWarning(args.vcd ?? "", drawn.report, "fewer --requests make it shorter"));
  }
  if (mistake !== undefined) throw mistake;
  return exitStatus.done;
}

async function prepare(
  args: RunArguments,
  scenario: Scenario,
  workers: number | undefined,
): Promise<PreparedRun & { readonly timelineOf: string | undefined }> {
  const cache = cacheFolder(args.cache);
  const prepared = await withProgress("layers", (onDone) => prepareRun(scenario, { workers, cache, onDone }));
  return { ...prepared, timelineOf: timelineScheduler(args, prepared) };
}

function interruptedStatus(folder: ResultsFolder | undefined, prepared: PreparedRun, comparison: Comparison): number {
  const { finishedRuns, runs } = completion(prepared, comparison);
  const says = folder?.hasPreviousResult
    ? "holds an older result"
    : finishedRuns === 0
      ? "says so"
      : "has what finished";
  process.stderr.write(`interrupted: ${finishedRuns} of ${runs} runs finished; ${folder?.path} ${says}\n`);
  return exitStatus.interrupted;
}

async function scenarioOf(args: RunArguments): Promise<Scenario> {
  const { rate, slo, requests, semantics, hardware, fidelity, seed, seeds, dispatch, preemption } = args;
  const scenario = applyOverrides(
    await namedWorkload({ ...args, models: namesIn(args.models) }, defaultWorkload),
    {
      ...{ rate, slo, requests, semantics, hardware, fidelity, seed, seeds, dispatch, preemption },
      unit: unitOverrides(args),
      monitor: monitorOverrides(args),
      schedulers: namesIn(args.scheduler),
      faults: namesIn(args.fault),
    },
    schedulerNames,
  );
  requireUnit(args, scenario.dispatch);
  requireCycles(args, scenario);
  return scenario;
}

/** @throws UsageError for a waveform of decisions that take no cycle. */
function requireCycles(args: RunArguments, { unit }: Scenario): void {
  if (args.vcd !== undefined && unit.decisionCost === "free") {
    throw new UsageError(
      "--vcd is for --decision-cost modelled, it is free: decisions that take no cycle have no waveform",
    );
  }
}

const folderOptions = {
  timeline: "the timeline",
  "timeline-layers": "the timeline",
  "dispatch-seeds": "the turns",
} as const satisfies Partial<Record<keyof RunArguments, string>>;

function requireFolderFor(args: RunArguments): void {
  if (args.out !== undefined) return;
  for (const [name, what] of Object.entries(folderOptions)) {
    if (args[name as keyof typeof folderOptions] === undefined) continue;
    throw new UsageError(`--${name} is for ${what} in a result folder: name one with --out`);
  }
}

/** The scheduler whose timeline is drawn, if there is a folder for it. */
function timelineScheduler({ timeline, out }: RunArguments, { schedulers, setup }: PreparedRun): string | undefined {
  if (out === undefined) return undefined;
  const names = schedulers.map(({ name }) => name);
  if (timeline !== undefined && setup.arrays > 1) {
    throw new UsageError(`--timeline ${timeline}: a timeline is of one array, the scenario has ${setup.arrays}`);
  }
  if (timeline !== undefined && !names.includes(timeline)) {
    throw new UsageError(`--timeline ${timeline}: not a scheduler of this run${didYouMean(timeline, names)}`);
  }
  return timeline ?? (names.includes("dysta") ? "dysta" : names[0]);
}
