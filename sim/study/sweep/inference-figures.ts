/** What the hardware does with one inference of a mix. */
import { sharesOf } from "../../../workloads/requests/rates.ts";
import type { ExtraColumn, Profile } from "../../../workloads/tables/profile.ts";
import type { RunSetup } from "../run/run-setup.ts";
import type { InferenceFigure } from "./sweep.ts";

/**
 * Means over the mix (shares of the requests) and all samples of each network; null where a network's table does not say.
 *
 * @param macsPerCycle of the hardware; null where the networks come from tables.
 */
export function inferenceFiguresOf(
  { networks, requests }: Pick<RunSetup, "networks" | "requests">,
  macsPerCycle: number | null,
): Record<InferenceFigure, number | null> {
  const { profiles, timeUnit } = networks;
  const shares = sharesOf(requests);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const mean = (valuesIn: (profile: Profile) => Float64Array | undefined) => {
    let sum = 0;
    for (const [k, profile] of profiles.entries()) {
      const values = valuesIn(profile);
      if (values === undefined) return null;
      sum += (shares[k] * values.reduce((all, value) => all + value, 0)) / profile.sampleIds.length;
    }
    return sum / total;
  };
  const extra = (column: ExtraColumn) => mean((profile) => profile.extra[column]);
  const cycles = timeUnit === "cycles" ? mean(({ latency }) => latency) : null;
  const effectualMacs = extra("effectual_macs");
  const known = cycles !== null && cycles > 0 && effectualMacs !== null && macsPerCycle !== null;
  return {
    cycles,
    utilisation: known ? effectualMacs / (cycles * macsPerCycle) : null,
    effectualMacs,
    dramBytes: extra("dram_bytes"),
    energyPj: extra("energy_pj"),
  };
}
