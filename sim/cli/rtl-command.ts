/** `dysta rtl`: a block of the hardware as a folder of SystemVerilog that stands by itself, with a test bench. */

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { InferredOptionTypes } from "yargs";
import { checkMonitor, layerMonitor, type MonitorDescription } from "../../hw/monitor/monitor.ts";
import { schedulerNames } from "../../sched/registry.ts";
import { ConfigError, didYouMean } from "../../workloads/input/errors.ts";
import { makeFolder } from "../../workloads/input/make-folder.ts";
import { requirePositiveInteger } from "../../workloads/input/positive-integer.ts";
import { applyOverrides } from "../../workloads/scenarios/overrides.ts";
import { loadScenario, type Scenario } from "../../workloads/scenarios/scenario.ts";
import { cacheFolder } from "../results/cache.ts";
import { packageVersion } from "../results/version.ts";
import { bundle } from "../study/rtl/bundle.ts";
import { rtlExport } from "../study/rtl/export.ts";
import { withFittedTables } from "../study/rtl/fitted-tables.ts";
import { type RtlTop, rtlTops } from "../study/rtl/tops.ts";
import { prepareRun } from "../study/run/run.ts";
import { exitStatus, UsageError } from "./exit.ts";
import { withProgress } from "./progress.ts";
import type { rtlOptions } from "./rtl-options.ts";
import { unitScheduler } from "./unit-options.ts";

type RtlArguments = InferredOptionTypes<typeof rtlOptions> & {
  readonly scenario: string;
  readonly json: boolean;
  readonly workers?: number | undefined;
};

const defaultCycles = 20_000;
/** Of the scenario's: enough for the default number of cycles. */
const defaultRequests = 20;
/** The monitor's port says in 16 bits how many outputs wait. */
const maxWords = 2 ** 16 - 1;

export async function rtlCommand(args: RtlArguments): Promise<number> {
  const workers = requirePositiveInteger("--workers", args.workers);
  const cycles = requirePositiveInteger("--cycles", args.cycles) ?? defaultCycles;
  const top = topOf(args.top ?? "dysta_top");
  const monitor = monitorOf(args);
  requireNewFolder(args.out);
  const scenario = await scenarioOf(args);
  const cache = cacheFolder(args.cache);
  const whole = await withProgress("layers", (onDone) => prepareRun(scenario, { workers, cache, onDone }));
  const prepared = args["fit-tables"] === true ? withFittedTables(whole) : whole;
  const { design, vectors, description } = rtlExport(top, prepared, monitor, cycles);
  const command = ["dysta rtl", ...process.argv.slice(3)].join(" ");
  const files = bundle(design, vectors, { command, version: packageVersion(), vectors: description });
  write(args.out, files);
  const document = { top, parameters: design.parameters, cycles: vectors.rows.length, files: Object.keys(files) };
  process.stdout.write(args.json ? `${JSON.stringify(document)}\n` : rtlText(args.out, top, vectors.rows.length));
  for (const [program, target, packageName] of simulators) {
    if (spawnSync(program, ["-V"]).error === undefined) continue;
    process.stderr.write(`make ${target} was not tried: there is no ${program} on the PATH (Debian: ${packageName})\n`);
  }
  return exitStatus.done;
}

const simulators = [
  ["iverilog", "icarus", "iverilog"],
  ["verilator", "verilator", "verilator"],
] as const;

function rtlText(out: string, top: RtlTop, cycles: number): string {
  return `${out}: ${top} and a test bench of ${cycles} cycles; make -C ${out} icarus verilator\n`;
}

function topOf(name: string): RtlTop {
  const top = rtlTops.find((each) => each === name);
  if (top === undefined) {
    throw new UsageError(`--top must be one of ${rtlTops.join(", ")}, is "${name}"${didYouMean(name, rtlTops)}`);
  }
  return top;
}

function monitorOf(args: RtlArguments): MonitorDescription {
  const lanes = requirePositiveInteger("--monitor-lanes", args["monitor-lanes"]) ?? layerMonitor.lanes;
  const bufferOutputs = args["monitor-buffer"] ?? layerMonitor.bufferOutputs;
  if (!(Number.isInteger(bufferOutputs) && bufferOutputs >= 0)) {
    throw new UsageError(`--monitor-buffer must be a whole number, 0 or more, is ${bufferOutputs}`);
  }
  if (lanes + bufferOutputs > maxWords) {
    throw new UsageError(
      `--monitor-lanes and --monitor-buffer together must be at most ${maxWords}, what the monitor's port can count, are ${lanes + bufferOutputs}`,
    );
  }
  const monitor = { ...layerMonitor, lanes, bufferOutputs, zerosPromised: args["monitor-lean"] === true };
  checkMonitor(monitor);
  return monitor;
}

function requireNewFolder(out: string): void {
  try {
    if (existsSync(out) && readdirSync(out).length > 0) {
      throw new UsageError(`--out ${out}: the folder must be new or empty, it holds files`);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOTDIR") throw error;
    throw new UsageError(`--out ${out}: must be a folder, is a file`);
  }
}

function write(out: string, files: Readonly<Record<string, string>>): void {
  try {
    makeFolder(resolve(out));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(out, name), text);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`--out ${out}: cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

async function scenarioOf(args: RtlArguments): Promise<Scenario> {
  const { rate, slo, requests, hardware, seed, format, variant, rescoring } = args;
  return applyOverrides(
    await loadScenario(args.scenario, schedulerNames),
    {
      ...{ rate, slo, requests: requests ?? defaultRequests, hardware, seed, seeds: 1 },
      dispatch: "hardware",
      unit: { format, variant, rescoring, fifoDepth: args["fifo-depth"] },
      schedulers: [unitScheduler(args.scheduler)],
    },
    schedulerNames,
  );
}
