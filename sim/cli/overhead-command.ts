/** `dysta overhead`: what monitor and scheduling unit cost, and whether the unit decides as the software does. */

import type { InferredOptionTypes } from "yargs";
import { requirePositiveInteger } from "../../workloads/input/positive-integer.ts";
import { type Scenario, scenarioYaml } from "../../workloads/scenarios/scenario.ts";
import { cacheFolder } from "../results/cache.ts";
import { overheadScenario, wholeOverhead } from "../study/overhead/ask.ts";
import { type Overhead, overheadDocument } from "../study/overhead/overhead-document.ts";
import { provenance } from "../study/run/provenance.ts";
import type { Figure } from "../view/plots/figure.ts";
import { writeFigures } from "../view/plots/figure-files.ts";
import { monitorFigure } from "../view/report/overhead/monitor-figure.ts";
import { overheadFigures } from "../view/report/overhead/overhead-figures.ts";
import { overheadReport } from "../view/report/overhead/overhead-report.ts";
import { resourcesFigure } from "../view/report/overhead/resources-figure.ts";
import { overheadText } from "../view/text/overhead-render.ts";
import { namesIn } from "./arguments.ts";
import { exitStatus } from "./exit.ts";
import { openFolder } from "./folder.ts";
import { monitorOverrides } from "./monitor-options.ts";
import type { overheadOptions } from "./overhead-options.ts";
import { withProgress } from "./progress.ts";
import { unitOverrides, unitScheduler } from "./unit-options.ts";

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
  const { prepared, overhead } = await wholeOverhead(scenario, { workers, cache, withProgress });
  const document = overheadDocument(prepared, overhead);
  if (folder !== undefined) {
    folder.writeJson("overhead.json", document);
    const figures = figuresOf(overhead);
    await writeFigures(folder.path, figures);
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

function scenarioOf(args: OverheadArguments): Promise<Scenario> {
  const { scenario, pattern, sparsity, rate, slo, requests, hardware, seed, seeds } = args;
  const named = { scenario, models: namesIn(args.models), pattern, sparsity };
  const scheduler = unitScheduler(args.scheduler);
  const described = { unit: unitOverrides(args), monitor: monitorOverrides(args) };
  return overheadScenario({ ...named, scheduler, rate, slo, requests, hardware, seed, seeds, ...described });
}
