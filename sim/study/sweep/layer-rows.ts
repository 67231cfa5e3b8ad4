/** Layers of a group's networks as rows of a sweep's results. */
import { createHash } from "node:crypto";
import type { ScenarioNetworks } from "../../profile/modelled-networks.ts";
import type { KeptLayer } from "./sweep.ts";

/** None for networks from tables. */
export function layerRows({ document }: ScenarioNetworks): KeptLayer[] {
  if (document === undefined) return [];
  const { hardware, layers } = document;
  const profile = createHash("sha256").update(JSON.stringify(document)).digest("hex");
  const counts = new Map<string, number>();
  return layers.map((row) => {
    const network = `${row.model}/${row.pattern}`;
    const layer = counts.get(network) ?? 0;
    counts.set(network, layer + 1);
    const { model, pattern, name, cycles, utilisation, effectualMacs, inputDensity, outputDensity } = row;
    const { dramBytes, energyPj } = row;
    return {
      ...{ profile, hardware, model, pattern, layer, name, cycles, utilisation, effectualMacs },
      ...{ inputDensity, outputDensity, dramBytes, energyPj },
    };
  });
}
