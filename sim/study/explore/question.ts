/** A question about array shapes as users put it, in words and numbers, and as `explore` takes it. */
import { schedulerNames } from "../../../sched/registry.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { requirePositiveInteger } from "../../../workloads/input/positive-integer.ts";
import { parseShare } from "../../../workloads/input/share.ts";
import { applyOverrides, type Overrides } from "../../../workloads/scenarios/overrides.ts";
import type { Scenario } from "../../../workloads/scenarios/scenario.ts";
import { readAreaTable } from "../../profile/cost-tables.ts";
import { namedScenario, type ScenarioWords } from "../run/named-scenario.ts";
import { arrayChoices, parseAxes } from "./array-choice.ts";
import { budgetShapes } from "./budget-shapes.ts";
import type { DeadlineKind } from "./deadlines.ts";
import { defaultBudget } from "./defaults.ts";
import { baseArray, type ExploreQuestion } from "./explore.ts";
import { isWithin, type LimitWords, limitsOf, sizeFacts, staticLimits } from "./limits.ts";
import { defaultObjectives, parseObjectives } from "./objectives.ts";
import { parseBudget, parseMacs, parseShapes, pesIn, type Shape, shapeOf } from "./shape.ts";

/** Share of the time that the base array is busy where nobody gives an arrival rate. */
const defaultLoad = 0.8;
const defaultLimit = 5;
const defaultSamples = 1;
/** Of a mix that is named on the command line. */
const mixSeeds = 5;

/** The words of `dysta explore`; what is left out has the command's default, a scenario `multi-cnn`. */
export interface ExploreWords extends Overrides, ScenarioWords, LimitWords {
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
  /** The figures that the front is of, two or more, e.g. `sramBytes,edp`. */
  readonly objectives?: string | undefined;
  readonly deadlines?: DeadlineKind | undefined;
  /** File of areas. */
  readonly area?: string | undefined;
  /** Share of the requests that must be on time, e.g. `99%`; default 100 %. */
  readonly target?: string | undefined;
  /** Keys of a hardware file with their values, e.g. `buffer.activations=1.5KiB,3KiB`. */
  readonly axis?: string | undefined;
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
  const target = words.target === undefined ? 1 : parseShare(words.target, "--target");
  const limits = await limitsOf(words, area !== undefined);
  const axes = words.axis === undefined ? [] : await parseAxes(words.axis);
  const scenario = await scenarioOf(words);
  const { hardware } = await baseArray(scenario);
  const { shapes, candidateCount, search } = shapesOf(words, shapeOf(hardware), (shape) =>
    isWithin(sizeFacts({ ...hardware, ...hardwareShape(shape) }, area), staticLimits(limits)),
  );
  const loadOnBase = words.models !== undefined && words.rate === undefined ? defaultLoad : undefined;
  const deadlines = words.deadlines ?? "base";
  const choices = arrayChoices(shapes, axes);
  const seeksCapacity = words.target !== undefined;
  const asked = { scenario, choices, objectives, deadlines, loadOnBase, area, target, seeksCapacity, limits, search };
  return { question: asked, candidateCount };
}

function hardwareShape({ macsPerPe, ...grid }: Shape) {
  return { grid, macsPerPe };
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

interface ChosenShapes {
  readonly shapes: readonly Shape[];
  readonly candidateCount: number | undefined;
  /** Where shapes are chosen: sizes between them are tried. */
  readonly search?: { readonly least: number };
}

/** @param isAllowed whether a shape is within the limits */
function shapesOf(words: ExploreWords, base: Shape, isAllowed: (shape: Shape) => boolean): ChosenShapes {
  const macs = words.macsPerPe === undefined ? [base.macsPerPe] : parseMacs(words.macsPerPe);
  const limit = requirePositiveInteger("--limit", words.limit);
  const withMacs = (shapes: readonly Shape[]) =>
    shapes.flatMap((shape) => macs.map((macsPerPe) => ({ ...shape, macsPerPe })));
  if (words.shapes !== undefined) {
    if (limit !== undefined) {
      throw new ConfigError("--limit is for shapes chosen within --pes; --shapes names them all");
    }
    return { shapes: withMacs(parseShapes(words.shapes, base.macsPerPe)), candidateCount: undefined };
  }
  const budget = parseBudget(words.pes ?? defaultBudget);
  const { shapes, candidateCount } = budgetShapes(base, budget, limit ?? defaultLimit);
  const largest = largestAllowed(shapes, isAllowed);
  return {
    shapes: withMacs(largest === undefined ? shapes : [...shapes, largest]),
    candidateCount,
    search: { least: budget.least },
  };
}

/**
 * Where the limits rule out the larger of the shapes: the smallest of these with so many cluster rows as they allow, if it is larger
 * than all that are left.
 */
function largestAllowed(shapes: readonly Shape[], isAllowed: (shape: Shape) => boolean): Shape | undefined {
  const beyond = shapes.filter((shape) => !isAllowed(shape)).toSorted((a, b) => pesIn(a) - pesIn(b))[0];
  if (beyond === undefined) return undefined;
  const most = Math.max(0, ...shapes.filter(isAllowed).map(pesIn));
  for (let clusterRows = beyond.clusterRows - 1; clusterRows > 0; clusterRows--) {
    const shape = { ...beyond, clusterRows };
    if (isAllowed(shape)) return pesIn(shape) > most ? shape : undefined;
  }
  return undefined;
}
