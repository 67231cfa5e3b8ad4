/** The scenario that a command is asked for: one by its name or path, or a mix of networks named on the command line. */
import { schedulerNames } from "../../../sched/registry.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { isNetworkPath } from "../../../workloads/networks/network-file.ts";
import { loadScenario, type Scenario, scenarioFrom } from "../../../workloads/scenarios/scenario.ts";

/** How a scenario is named. */
export interface ScenarioWords {
  /** Built-in scenario by name, or path of a scenario file. */
  readonly scenario?: string | undefined;
  /** Networks in equal shares, built-in ones or network files, instead of a scenario. */
  readonly models?: readonly string[] | undefined;
  /** With `models`: weight pattern of every network (default: the weights as trained), and share of zero weights, 0..1. */
  readonly pattern?: string | undefined;
  readonly sparsity?: number | undefined;
  /** With `models`: preset, or path of a hardware file; default `eyeriss-v2`. */
  readonly hardware?: string | undefined;
}

/** Seeds of a mix where nobody says how many, as the built-in scenarios have. */
export const mixSeeds = 20;

interface Fallback {
  /** The scenario where none is named. */
  readonly scenario: string;
  /** Seeds of a mix. */
  readonly seeds: number;
}

/** What `dysta run` runs where nothing is named. */
export const defaultWorkload: Fallback = { scenario: "ar-vr-measured", seeds: mixSeeds };

/**
 * The arrivals of a mix are Poisson; their rate, which cannot be known yet, is 1 request/s.
 *
 * @throws ConfigError for words that contradict each other, and for what a scenario file could not say either.
 */
export function namedScenario(words: ScenarioWords, fallback: Fallback): Promise<Scenario> {
  const { scenario, models, pattern, sparsity } = words;
  if (models === undefined) {
    const useless = pattern !== undefined ? "--pattern" : sparsity !== undefined ? "--sparsity" : undefined;
    if (useless !== undefined) throw new ConfigError(`${useless} is for --models; a scenario has its own patterns`);
    return loadScenario(scenario ?? fallback.scenario, schedulerNames);
  }
  if (scenario !== undefined) throw new ConfigError(`name either a scenario (${scenario}) or --models, not both`);
  if (pattern === undefined && sparsity !== undefined) throw new ConfigError("--sparsity needs a --pattern");
  return mixScenario(models, words, fallback.seeds);
}

/** As `namedScenario`, for a command that needs to know how many requests arrive. */
export function namedWorkload(
  words: ScenarioWords & { readonly rate?: number | undefined },
  fallback: Fallback,
): Promise<Scenario> {
  if (words.models !== undefined && words.scenario === undefined && words.rate === undefined) {
    throw new ConfigError("--models needs --rate: the requests per second of all networks together");
  }
  return namedScenario(words, fallback);
}

function mixScenario(
  models: readonly string[],
  { pattern, sparsity, hardware = "eyeriss-v2" }: ScenarioWords,
  seeds: number,
): Promise<Scenario> {
  const weights = {
    ...(pattern === undefined ? {} : { pattern }),
    ...(sparsity === undefined ? {} : { sparsity }),
  };
  return scenarioFrom({
    file: "--models",
    folder: process.cwd(),
    data: {
      name: models.join(" + "),
      hardware,
      models: models.map((name) => ({ ...(isNetworkPath(name) ? { network: name } : { model: name }), ...weights })),
      arrivals: { kind: "poisson", rate: 1 },
      seeds,
    },
  });
}
