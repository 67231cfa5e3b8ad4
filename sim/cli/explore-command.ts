/** `dysta explore`: array shapes for a mix of networks. */
import type { InferredOptionTypes } from "yargs";
import { schedulerNames } from "../../sched/registry.ts";
import { applyOverrides } from "../../workloads/scenarios/overrides.ts";
import { loadScenario, type Scenario, scenarioYaml } from "../../workloads/scenarios/scenario.ts";
import { readAreaTable } from "../profile/cost-tables.ts";
import type { ResultsFolder } from "../results/folder.ts";
import { type BudgetShapes, budgetShapes } from "../study/explore/budget-shapes.ts";
import { baseArray, type Exploration, type ExploreQuestion, explore, profileArrays } from "../study/explore/explore.ts";
import { exploreDocument, exploreRows } from "../study/explore/explore-document.ts";
import { mixScenario } from "../study/explore/mix.ts";
import { defaultObjectives, parseObjectives } from "../study/explore/objectives.ts";
import { parseBudget, parseMacs, parseShapes, type Shape, shapeOf } from "../study/explore/shape.ts";
import { provenanceOf } from "../study/run/provenance.ts";
import { writeFigures } from "../view/plots/figure-files.ts";
import { exploreFigures } from "../view/report/explore/explore-figures.ts";
import { exploreReport } from "../view/report/explore/explore-report.ts";
import { exploreText } from "../view/text/explore-render.ts";
import { terminalColumns } from "../view/text/terminal.ts";
import { type LogLevel, namesIn, requirePositiveInteger } from "./arguments.ts";
import { exitStatus, UsageError } from "./exit.ts";
import type { exploreOptions } from "./explore-options.ts";
import { openFolder, orMarkFailed, resultOptions } from "./folder.ts";
import { createLog } from "./log.ts";
import { cacheFolder } from "./profile-command.ts";
import { type OnDone, withProgress } from "./progress.ts";
import { requireUnit, unitOverrides } from "./unit-options.ts";

type ExploreArguments = InferredOptionTypes<typeof exploreOptions> & {
  readonly scenario?: string | undefined;
  readonly json: boolean;
  readonly workers?: number | undefined;
  readonly logLevel: LogLevel;
};

/** Share of the time that the base array is busy where nobody gives an arrival rate. */
const defaultLoad = 0.8;
const defaultLimit = 5;
const defaultSamples = 1;

export async function exploreCommand(args: ExploreArguments): Promise<number> {
  const startedAt = new Date();
  const workers = requirePositiveInteger("--workers", args.workers);
  const cache = cacheFolder(args.cache);
  const { question, candidateCount } = await questionOf(args);
  const folder = openFolder("explore", args, [resultOptions(args), scenarioYaml(question.scenario, args.out ?? ".")]);
  const log = createLog(args.logLevel);
  const logged = (what: string, onDone: OnDone) => (done: number, total: number) => {
    onDone(done, total);
    log.info({ done, total }, what);
  };
  const exploration = await orMarkFailed(folder, async () => {
    const profiled = await withProgress("layers", (onDone) =>
      profileArrays(question, { workers, cache, onDone: logged("layers", onDone) }),
    );
    return withProgress("arrays", (onDone) =>
      explore(question, profiled, { workers, onDone: logged("arrays", onDone) }),
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

interface AskedQuestion {
  readonly question: ExploreQuestion;
  /** Shapes there are by the rules of `budgetShapes`; undefined where the user named them. */
  readonly candidateCount: number | undefined;
}

async function questionOf(args: ExploreArguments): Promise<AskedQuestion> {
  const area = args.area === undefined ? undefined : readAreaTable(args.area);
  const objectives =
    args.objectives === undefined ? defaultObjectives(area !== undefined) : parseObjectives(args.objectives);
  const scenario = await scenarioOf(args);
  const base = shapeOf((await baseArray(scenario)).hardware);
  const { shapes, candidateCount } = shapesOf(args, base);
  const loadOnBase = args.models !== undefined && args.rate === undefined ? defaultLoad : undefined;
  return { question: { scenario, shapes, objectives, deadlines: args.deadlines, loadOnBase, area }, candidateCount };
}

async function scenarioOf(args: ExploreArguments): Promise<Scenario> {
  const { rate, slo, requests, seed, seeds, hardware, fidelity, preemption, dispatch } = args;
  const samples = requirePositiveInteger("--samples", args.samples) ?? defaultSamples;
  const overrides = { rate, slo, requests, seed, seeds, hardware, fidelity, preemption, dispatch };
  const scenario = applyOverrides(
    await namedScenario(args),
    { ...overrides, unit: unitOverrides(args), schedulers: namesIn(args.scheduler) ?? ["dysta"] },
    schedulerNames,
  );
  requireUnit(args, scenario.dispatch);
  return { ...scenario, samples };
}

function namedScenario({
  scenario,
  models,
  pattern,
  sparsity,
  hardware = "eyeriss-v2",
}: ExploreArguments): Promise<Scenario> {
  if (models === undefined) {
    const useless = pattern !== undefined ? "--pattern" : sparsity !== undefined ? "--sparsity" : undefined;
    if (useless !== undefined) throw new UsageError(`${useless} is for --models; a scenario has its own patterns`);
    return loadScenario(scenario ?? "multi-cnn", schedulerNames);
  }
  if (scenario !== undefined) throw new UsageError(`explore: name either a scenario or --models, not both`);
  if (pattern === undefined && sparsity !== undefined) throw new UsageError("--sparsity needs a --pattern");
  return mixScenario({ models: namesIn(models) ?? [], pattern, sparsity }, hardware);
}

function shapesOf(
  args: ExploreArguments,
  base: Shape,
): Pick<BudgetShapes, "shapes"> & { candidateCount: number | undefined } {
  const macs = args["macs-per-pe"] === undefined ? [base.macsPerPe] : parseMacs(args["macs-per-pe"]);
  const limit = requirePositiveInteger("--limit", args.limit);
  if (args.shapes !== undefined && limit !== undefined) {
    throw new UsageError("--limit is for shapes chosen within --pes; --shapes names them all");
  }
  const { shapes, candidateCount } =
    args.shapes === undefined
      ? budgetShapes(base, parseBudget(args.pes), limit ?? defaultLimit)
      : { shapes: parseShapes(args.shapes, base.macsPerPe), candidateCount: undefined };
  return { shapes: shapes.flatMap((shape) => macs.map((macsPerPe) => ({ ...shape, macsPerPe }))), candidateCount };
}

async function writeFolder(folder: ResultsFolder, exploration: Exploration): Promise<void> {
  const { header, rows } = exploreRows(exploration);
  folder.writeText("config.yaml", scenarioYaml(exploration.scenario, folder.path));
  folder.writeJson("explore.json", exploreDocument(exploration));
  folder.writeCsv("explore.csv", header, rows);
  await writeFigures(folder, exploreFigures(exploration));
  folder.writeText("report.html", await exploreReport(exploration));
}
