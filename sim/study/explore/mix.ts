/** The scenario of a mix that is named on the command line instead of in a file. */
import { isNetworkPath } from "../../../workloads/networks/network-file.ts";
import { type Scenario, scenarioFrom } from "../../../workloads/scenarios/scenario.ts";

interface NamedMix {
  readonly models: readonly string[];
  /** Of every network; without it the weights as trained. */
  readonly pattern?: string | undefined;
  /** Share of zero weights, 0..1. */
  readonly sparsity?: number | undefined;
}

/**
 * The networks in equal shares on `hardware`. Arrivals are Poisson; their rate, which cannot be known yet, is 1 request/s.
 *
 * @throws ConfigError for what a scenario file could not say either.
 */
export function mixScenario({ models, pattern, sparsity }: NamedMix, hardware: string): Promise<Scenario> {
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
      seeds: 5,
    },
  });
}
