/** `dysta run`: compares schedulers on a scenario. */
import pc from "picocolors";
import type { InferredOptionTypes } from "yargs";
import { schedulerNames } from "../../sched/registry.ts";
import { applyOverrides, type UnitOverrides } from "../../workloads/overrides.ts";
import { loadScenario, type Scenario } from "../../workloads/scenario.ts";
import { provenance } from "../provenance.ts";
import { ResultsFolder } from "../results-folder.ts";
import { type Comparison, type PreparedRun, prepareRun, runComparison } from "../run.ts";
import { runDocument } from "../run-document.ts";
import { writeRunFolder } from "../run-folder.ts";
import { requireWaveformFile } from "../waveform-file.ts";
import { waveformOrder } from "../waveform-order.ts";
import { type LogLevel, requirePositiveInteger } from "./arguments.ts";
import { exitStatus, UsageError } from "./exit.ts";
import { hardwareText } from "./hardware-render.ts";
import { createLog } from "./log.ts";
import { preemptionText } from "./preemption-render.ts";
import { cacheFolder } from "./profile-command.ts";
import { progressBar } from "./progress.ts";
import { comparisonTable, differenceTable, perModelTable } from "./render.ts";
import { type runOptions, unitOptions } from "./run-options.ts";
import { cutWarning, waveformLine } from "./waveform-render.ts";

export type RunArguments = InferredOptionTypes<typeof runOptions> & {
  readonly scenario: string;
  readonly json: boolean;
  readonly workers?: number | undefined;
  readonly logLevel: LogLevel;
};

export async function runCommand(args: RunArguments): Promise<number> {
  const startedAt = new Date();
  const workers = requirePositiveInteger("--workers", args.workers);
  const log = createLog(args.logLevel);
  const scenario = await scenarioOf(args);
  const layers = progressBar("layers");
  const prepared = await prepareRun(scenario, {
    workers,
    cache: cacheFolder(args.cache),
    onDone: layers.update,
  }).finally(() => layers.stop());
  log.info(
    {
      networks: prepared.setup.networks.profiles.map(({ name }) => name),
      schedulers: prepared.schedulers.map(({ name }) => name),
      seeds: prepared.seeds,
    },
    "prepared",
  );
  const folder = args.out === undefined ? undefined : new ResultsFolder(args.out);
  const waveform =
    args.vcd === undefined ? undefined : await waveformOrder(prepared, args.vcd, cacheFolder(args.cache));
  if (waveform !== undefined) requireWaveformFile(waveform.file);
  const bar = progressBar("runs");
  const comparison = await runComparison(prepared, {
    workers,
    onDone: bar.update,
    keepSchedules: folder !== undefined,
    waveform,
  }).finally(() => bar.stop());
  log.info({ runs: comparison.runs.length, seconds: (Date.now() - startedAt.getTime()) / 1000 }, "done");
  if (folder !== undefined) {
    writeRunFolder(folder, prepared, comparison);
    folder.writeJson(
      "provenance.json",
      provenance(prepared, { startedAt, workers, failure: comparison.mistake?.message }),
    );
  }
  if (comparison.summaries.length === 0 && comparison.mistake !== undefined) throw comparison.mistake;
  const document = args.json ? JSON.stringify(runDocument(prepared, comparison)) : readable(args, prepared, comparison);
  process.stdout.write(`${document}\n`);
  const drawn = drawnRun(comparison);
  if (drawn !== undefined) {
    process.stderr.write(cutWarning(args.vcd ?? "", drawn.report, "fewer --requests make it shorter"));
  }
  if (comparison.mistake !== undefined) throw comparison.mistake;
  return exitStatus.done;
}

async function scenarioOf(args: RunArguments): Promise<Scenario> {
  const { rate, slo, requests, semantics, hardware, fidelity, seed, seeds, dispatch, preemption } = args;
  const scenario = applyOverrides(
    await loadScenario(args.scenario, schedulerNames),
    {
      ...{ rate, slo, requests, semantics, hardware, fidelity, seed, seeds, dispatch, preemption },
      unit: unitOverrides(args),
      schedulers: listOf(args.scheduler),
      faults: listOf(args.fault),
    },
    schedulerNames,
  );
  requireUnit(args, scenario);
  return scenario;
}

/** Refuses options that need a scheduling unit where there is none. */
function requireUnit(args: RunArguments, { dispatch, unit }: Scenario): void {
  const names = [...Object.keys(unitOptions), "vcd"] as const;
  const useless = names.find((name) => args[name as keyof RunArguments] !== undefined);
  if (dispatch !== "hardware" && useless !== undefined) {
    throw new UsageError(`--${useless} is for --dispatch hardware, dispatch is ${dispatch}`);
  }
  if (args.vcd !== undefined && unit.decisionCost === "free") {
    throw new UsageError(
      "--vcd is for --decision-cost modelled, it is free: decisions that take no cycle have no waveform",
    );
  }
}

/** The run that was drawn, if one was. */
function drawnRun({ runs }: Comparison) {
  for (const { seed, result } of runs) if (result.waveform !== undefined) return { seed, report: result.waveform };
  return undefined;
}

/** The options of the scheduling unit as keys of the scenario. */
export function unitOverrides(args: InferredOptionTypes<typeof unitOptions>): UnitOverrides {
  const { format, variant, rescoring } = args;
  return { format, depth: args["fifo-depth"], computeUnit: variant, rescoring, decisionCost: args["decision-cost"] };
}

function listOf(text: string | undefined): string[] | undefined {
  return text?.split(",").map((name) => name.trim());
}

function readable(args: RunArguments, prepared: PreparedRun, comparison: Comparison): string {
  const { scenario, seeds } = prepared;
  const { summaries, differences } = comparison;
  const parts = [`${pc.bold(scenario.name)}  ${scenario.description}`.trimEnd()];
  if (summaries.length > 0) {
    parts.push(comparisonTable(summaries), legend(seeds.length));
    parts.push(perModelTable(summaries));
  }
  if (differences.length > 0) {
    parts.push(`${differenceTable(differences)}\non the same requests; ! = the 95 % interval excludes 0`);
  }
  parts.push(...hardwareText(prepared, comparison), ...preemptionText(prepared, comparison));
  const drawn = drawnRun(comparison);
  if (drawn !== undefined) parts.push(waveformLine(args.vcd ?? "", `dysta, seed ${drawn.seed}`, drawn.report));
  parts.push(whatWasRun(prepared), howToRepeat(args));
  return parts.join("\n\n");
}

function legend(seedCount: number): string {
  const interval = seedCount > 1 ? `mean over ${seedCount} seeds ± 95 % interval; ` : "one seed, no interval; ";
  return (
    `${interval}* = best of its column. ANTT, p50 … max: turnaround / time alone. req/s: first arrival to last finish.\n` +
    "STP: Eyerman–Eeckhout, sum of time alone / turnaround. Jain: fairness of that share, 1 = equal."
  );
}

function whatWasRun({ scenario, setup, seeds, requestCount }: PreparedRun): string {
  const sources = setup.networks.profiles.map(({ source }) => source);
  const { arrivals } = scenario;
  const when = arrivals.kind === "trace" ? `arrivals from ${arrivals.file}` : `${arrivals.kind} at ${arrivals.rate}/s`;
  const faults = scenario.faults.length === 0 ? "" : ` with ${scenario.faults.join(", ")}`;
  return [
    `${requestCount} requests per seed, ${when}, SLO ${scenario.slo} × isolated latency, ` +
      `seeds ${seeds[0]}..${seeds[seeds.length - 1]}, ${scenario.semantics} semantics${faults}.`,
    ...[...new Set(sources)].map((source) => `Latencies: ${source}.`),
  ].join("\n");
}

function howToRepeat({ scenario }: RunArguments): string {
  const words = process.argv.slice(2);
  const command = words.includes(scenario) ? words : [...words.slice(0, 1), scenario, ...words.slice(1)];
  return `Repeat: dysta ${command.map(shellWord).join(" ")}`;
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
