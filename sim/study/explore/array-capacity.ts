/** What each array can serve: the highest rate at which the share of requests on time still reaches the target. */
import { statedRate } from "../../../workloads/scenarios/overrides.ts";
import type { Scenario } from "../../../workloads/scenarios/scenario.ts";
import type { PoolOptions } from "../../threads/pool.ts";
import { findCapacities } from "../capacity/capacity.ts";
import { ratedSystem } from "../capacity/system.ts";
import type { PreparedRun } from "../run/run.ts";
import type { RunSetup } from "../run/run-setup.ts";

/** An array's run at the scenario's rate, with the networks that it was prepared from. */
interface RatedArray {
  readonly run: PreparedRun;
  readonly networks: Parameters<typeof ratedSystem>[1];
}

/**
 * @param scenario with the arrival rate that is used
 * @param target share of requests on time, above 0 and at most 1
 * @returns requests per second as `--rate` takes them, one per array; null for a trace, which has no rate, and where the
 * search finds no end.
 * @throws ConfigError if the user's scheduler misbehaves
 */
export async function arrayCapacities(
  arrays: readonly RatedArray[],
  scenario: Scenario,
  target: number,
  options: PoolOptions,
): Promise<(number | null)[]> {
  if (statedRate(scenario) === undefined) return arrays.map(() => null);
  const rates: (number | null)[] = [];
  for (const { run, networks } of arrays) {
    const { schedulers, seeds } = run;
    const { preemption, hardware } = run.scenario;
    const ratedScenario = hardware === undefined ? scenario : { ...scenario, hardware };
    const system = ratedSystem(ratedScenario, networks, (setup) => withDeadlinesOf(run, setup));
    const found = await findCapacities({ system, schedulers, preemption, seeds, target }, options);
    rates.push(found.schedulers[0].rate);
  }
  return rates;
}

/** Deadlines that are multiples of a latency are those of the run, which may be of another array's latency. */
function withDeadlinesOf({ setup: { requests } }: PreparedRun, setup: RunSetup): RunSetup {
  const mix = setup.requests.mix.map((share, k) => ({ ...share, slo: requests.mix[k].slo }));
  return { ...setup, requests: { ...setup.requests, mix } };
}
