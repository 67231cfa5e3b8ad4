/** A question about array shapes as users put it, in words and numbers, and as `explore` takes it. */
import { schedulerNames } from "../../../sched/registry.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { requirePositiveInteger } from "../../../workloads/input/positive-integer.ts";
import { applyOverrides, type Overrides } from "../../../workloads/scenarios/overrides.ts";
import type { Scenario } from "../../../workloads/scenarios/scenario.ts";
import { readAreaTable } from "../../profile/cost-tables.ts";
import { namedScenario, type ScenarioWords } from "../run/named-scenario.ts";
import { budgetShapes } from "./budget-shapes.ts";
import type { DeadlineKind } from "./deadlines.ts";
import { defaultBudget } from "./defaults.ts";
import { baseArray, type ExploreQuestion } from "./explore.ts";
import { defaultObjectives, parseObjectives } from "./objectives.ts";
import { parseBudget, parseMacs, parseShapes, type Shape, shapeOf } from "./shape.ts";

/** Share of the time that the base array is busy where nobody gives an arrival rate. */
const defaultLoad = 0.8;
const defaultLimit = 5;
const defaultSamples = 1;
/** Of a mix that is named on the command line. */
const mixSeeds = 5;

/** The words of `dysta explore`; what is left out has the command's default, a scenario `multi-cnn`. */
export interface ExploreWords extends Overrides, ScenarioWords {
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
  return {
    ...applyOverrides(
      await namedScenario(words, { scenario: "multi-cnn", seeds: mixSeeds }),
      { ...words, schedulers },
      schedulerNames,
    ),
    samples,
  };
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
