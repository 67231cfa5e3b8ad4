/** A question about array shapes as users put it, in words and numbers, and as `explore` takes it. */
import { schedulerNames } from "../../../sched/registry.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { requirePositiveInteger } from "../../../workloads/input/positive-integer.ts";
import { applyOverrides, type Overrides } from "../../../workloads/scenarios/overrides.ts";
import { loadScenario, type Scenario } from "../../../workloads/scenarios/scenario.ts";
import { readAreaTable } from "../../profile/cost-tables.ts";
import { budgetShapes } from "./budget-shapes.ts";
import type { DeadlineKind } from "./deadlines.ts";
import { defaultBudget } from "./defaults.ts";
import { baseArray, type ExploreQuestion } from "./explore.ts";
import { mixScenario } from "./mix.ts";
import { defaultObjectives, parseObjectives } from "./objectives.ts";
import { parseBudget, parseMacs, parseShapes, type Shape, shapeOf } from "./shape.ts";

/** Share of the time that the base array is busy where nobody gives an arrival rate. */
const defaultLoad = 0.8;
const defaultLimit = 5;
const defaultSamples = 1;

/** The words of `dysta explore`; what is left out has the command's default. */
export interface ExploreWords extends Overrides {
  /** Built-in scenario, or path; default `multi-cnn`. */
  readonly scenario?: string | undefined;
  /** Networks in equal shares, instead of a scenario. */
  readonly models?: readonly string[] | undefined;
  /** With `models`: weight pattern, and share of zero weights, 0..1. */
  readonly pattern?: string | undefined;
  readonly sparsity?: number | undefined;
  /** Input samples per network; default 1. */
  readonly samples?: number | undefined;
  /** Shapes separated by commas, e.g. `8x2x3x4,4x2x3x4`. */
  readonly shapes?: string | undefined;
  /** Budget of PEs within which shapes are chosen where none are named, e.g. `48..384`. */
  readonly pes?: string | undefined;
  /** MACs per PE, separated by commas. */
  readonly macsPerPe?: string | undefined;
  /** How many shapes are chosen at most; default 5. */
  readonly limit?: number | undefined;
  /** The two figures that the front is of, e.g. `sramBytes,edp`. */
  readonly objectives?: string | undefined;
  readonly deadlines?: DeadlineKind | undefined;
  /** File of areas. */
  readonly area?: string | undefined;
}

interface AskedQuestion {
  readonly question: ExploreQuestion;
  /** Shapes there are by the rules of `budgetShapes`; undefined where the user named them. */
  readonly candidateCount: number | undefined;
}

/** @throws ConfigError for words that contradict each other, and for anything that the scenario or a file has wrong. */
export async function exploreQuestion(words: ExploreWords): Promise<AskedQuestion> {
  const area = words.area === undefined ? undefined : readAreaTable(words.area);
  const objectives =
    words.objectives === undefined ? defaultObjectives(area !== undefined) : parseObjectives(words.objectives);
  const scenario = await scenarioOf(words);
  const base = shapeOf((await baseArray(scenario)).hardware);
  const { shapes, candidateCount } = shapesOf(words, base);
  const loadOnBase = words.models !== undefined && words.rate === undefined ? defaultLoad : undefined;
  const deadlines = words.deadlines ?? "base";
  return { question: { scenario, shapes, objectives, deadlines, loadOnBase, area }, candidateCount };
}

async function scenarioOf(words: ExploreWords): Promise<Scenario> {
  const samples = requirePositiveInteger("--samples", words.samples) ?? defaultSamples;
  const schedulers = words.schedulers ?? ["dysta"];
  return { ...applyOverrides(await namedScenario(words), { ...words, schedulers }, schedulerNames), samples };
}

function namedScenario({
  scenario,
  models,
  pattern,
  sparsity,
  hardware = "eyeriss-v2",
}: ExploreWords): Promise<Scenario> {
  if (models === undefined) {
    const useless = pattern !== undefined ? "--pattern" : sparsity !== undefined ? "--sparsity" : undefined;
    if (useless !== undefined) throw new ConfigError(`${useless} is for --models; a scenario has its own patterns`);
    return loadScenario(scenario ?? "multi-cnn", schedulerNames);
  }
  if (scenario !== undefined) throw new ConfigError("explore: name either a scenario or --models, not both");
  if (pattern === undefined && sparsity !== undefined) throw new ConfigError("--sparsity needs a --pattern");
  return mixScenario({ models, pattern, sparsity }, hardware);
}

function shapesOf(
  words: ExploreWords,
  base: Shape,
): { readonly shapes: readonly Shape[]; readonly candidateCount: number | undefined } {
  const macs = words.macsPerPe === undefined ? [base.macsPerPe] : parseMacs(words.macsPerPe);
  const limit = requirePositiveInteger("--limit", words.limit);
  if (words.shapes !== undefined && limit !== undefined) {
    throw new ConfigError("--limit is for shapes chosen within --pes; --shapes names them all");
  }
  const { shapes, candidateCount } =
    words.shapes === undefined
      ? budgetShapes(base, parseBudget(words.pes ?? defaultBudget), limit ?? defaultLimit)
      : { shapes: parseShapes(words.shapes, base.macsPerPe), candidateCount: undefined };
  return { shapes: shapes.flatMap((shape) => macs.map((macsPerPe) => ({ ...shape, macsPerPe }))), candidateCount };
}
