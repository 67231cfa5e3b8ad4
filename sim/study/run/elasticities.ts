/** ε of each network of a run: given in the scenario, or calibrated on the samples of its profiles. */
import { densityRatioOf } from "../../../sched/artifact/predictor.ts";
import { type Elasticity, fitElasticity } from "../../../sched/elasticity.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { networkKey, perNetwork } from "../../../workloads/scenarios/load-tables.ts";
import type { Scenario } from "../../../workloads/scenarios/scenario.ts";
import type { LookupTable } from "../../../workloads/tables/lookup-table.ts";
import { observedOutputs } from "../../../workloads/tables/observed-outputs.ts";
import type { Profile } from "../../../workloads/tables/profile.ts";
import { elasticWindow } from "../../core/density-monitor.ts";

interface Networks {
  readonly profiles: readonly Profile[];
  /** One per profile. */
  readonly tables: readonly LookupTable[];
}

/**
 * One elasticity per profile. A network of which there is one sample only has 0.
 *
 * @throws ConfigError for a network that the scenario names and that is not there, and if the scenario's predictor is to
 * be calibrated on a single sample.
 */
export function elasticitiesOf({ file, elasticity, dysta }: Scenario, { profiles, tables }: Networks): Elasticity[] {
  const given =
    typeof elasticity === "object"
      ? perNetwork(`scenario ${file}: elasticity`, elasticity, profiles)
      : profiles.map(() => (elasticity === "calibrated" ? undefined : elasticity));
  return profiles.map((profile, index) => {
    const value = given[index];
    const samples = profile.sampleIds.length;
    if (value !== undefined) return { value, fitted: Number.NaN, samples };
    if (dysta.predictor === "elastic" && samples < 2) {
      throw new ConfigError(
        `scenario ${file}: dysta.predictor elastic needs two samples or more of ${networkKey(profile)} to be calibrated, there is ${samples}; give its elasticity`,
      );
    }
    return calibratedElasticity(profile, tables[index], "remaining");
  });
}

/** The elasticity of a network, of all that remains or of the next layer alone. */
function calibratedElasticity(profile: Profile, table: LookupTable, target: "remaining" | "next"): Elasticity {
  const { density, average } = observedOutputs(profile, table);
  const samples = {
    sampleCount: profile.sampleIds.length,
    layerCount: profile.layerCount,
    latency: profile.latency,
    density,
    averageLatency: table.averageLatency,
    averageDensity: average,
  };
  return fitElasticity(samples, densityRatioOf(elasticWindow), target);
}
