/** `dysta explore`: array shapes for a mix of networks. */

import type { InferredOptionTypes } from "yargs";
import { requirePositiveInteger } from "../../workloads/input/positive-integer.ts";
import { scenarioYaml } from "../../workloads/scenarios/scenario.ts";
import { cacheFolder } from "../results/cache.ts";
import { tableColumns } from "../results/columns.ts";
import type { ResultsFolder } from "../results/folder.ts";
import { type Exploration, explore, profileArrays } from "../study/explore/explore.ts";
import { exploreDocument, exploreRows } from "../study/explore/explore-document.ts";
import { type ExploreWords, exploreQuestion } from "../study/explore/question.ts";
import { provenanceOf } from "../study/run/provenance.ts";
import { writeFigures } from "../view/plots/figure-files.ts";
import { exploreFigures } from "../view/report/explore/explore-figures.ts";
import { exploreReport } from "../view/report/explore/explore-report.ts";
import { exploreText } from "../view/text/explore-render.ts";
import { terminalColumns } from "../view/text/terminal.ts";
import { type LogLevel, namesIn } from "./arguments.ts";
import { exitStatus } from "./exit.ts";
import type { exploreOptions } from "./explore-options.ts";
import { markFailedOnError, openFolder, resultOptions } from "./folder.ts";
import { createLog } from "./log.ts";
import { type OnDone, withProgress } from "./progress.ts";
import { requireUnit, unitOverrides } from "./unit-options.ts";

type ExploreArguments = InferredOptionTypes<typeof exploreOptions> & {
  readonly scenario?: string | undefined;
  readonly json: boolean;
  readonly workers?: number | undefined;
  readonly logLevel: LogLevel;
};

export async function exploreCommand(args: ExploreArguments): Promise<number> {
  const startedAt = new Date();
  const workers = requirePositiveInteger("--workers", args.workers);
  const cache = cacheFolder(args.cache);
  const { question, candidateCount } = await exploreQuestion(wordsOf(args));
  requireUnit(args, question.scenario.dispatch);
  const folder = openFolder("explore", args, [resultOptions(args), scenarioYaml(question.scenario, args.out ?? ".")]);
  const log = createLog(args.logLevel);
  const logged = (what: string, onDone: OnDone) => (done: number, total: number) => {
    onDone(done, total);
    log.info({ done, total }, what);
  };
  const exploration = await markFailedOnError(folder, async () => {
    const profiled = await withProgress("layers", (onDone) =>
      profileArrays(question, { workers, cache, onDone: logged("layers", onDone) }),
    );
    return withProgress("arrays", (onDone) =>
      explore(question, profiled, { workers, cache, onDone: logged("arrays", onDone) }),
    );
  });
  if (folder !== undefined) {
    await writeFolder(folder, exploration);
    folder.markEnded(provenanceOf({ startedAt, workers, state: { state: "complete" } }));
  }
  const text = args.json
    ? JSON.stringify(exploreDocument(exploration))
    : exploreText(exploration, candidateCount, terminalColumns());
  process.stdout.write(`${text}\n`);
  return exitStatus.done;
}

function wordsOf(args: ExploreArguments): ExploreWords {
  const { scenario, pattern, sparsity, samples, shapes, pes, limit, objectives, deadlines, area } = args;
  const { rate, slo, requests, seed, seeds, hardware, fidelity, preemption, dispatch } = args;
  return {
    ...{ scenario, models: namesIn(args.models), pattern, sparsity, samples },
    ...{ shapes, pes, macsPerPe: args["macs-per-pe"], limit, objectives, deadlines, area },
    ...{ target: args.target, axis: args.axis, maxPes: args["max-pes"], maxSram: args["max-sram"] },
    ...{ maxArea: args["max-area"], maxEnergy: args["max-energy"] },
    ...{ rate, slo, requests, seed, seeds, hardware, fidelity, preemption, dispatch },
    ...{ schedulers: namesIn(args.scheduler), unit: unitOverrides(args) },
  };
}

async function writeFolder(folder: ResultsFolder, exploration: Exploration): Promise<void> {
  const { header, rows } = exploreRows(exploration);
  folder.writeText("config.yaml", scenarioYaml(exploration.scenario, folder.path));
  folder.writeJson("explore.json", exploreDocument(exploration));
  folder.writeCsv("explore.csv", header, rows);
  const columns = tableColumns("explore.csv", header).map((column) =>
    column.meaning === "" ? { ...column, meaning: `axis: the hardware's key ${column.name}` } : column,
  );
  folder.describe("explore.csv", columns);
  const figures = exploreFigures(exploration);
  await writeFigures(folder.path, figures);
  folder.writeText("report.html", await exploreReport(exploration, figures));
}
