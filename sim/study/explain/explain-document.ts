/** The result of `dysta explain` as the JSON document of the command-line contract. */
import { floorNames } from "../../../hw/array/floors.ts";
import type { LayerRow } from "../../profile/profile-document.ts";
import type { Explanation } from "./explain.ts";

export function explainDocument({ profile, layers, whatIf }: Explanation) {
  const { hardware, clockHz, fidelity, samples, energySource, totals } = profile;
  const [network] = profile.networks;
  return {
    hardware,
    clockHz,
    fidelity,
    samples,
    energySource,
    network,
    /** Of the whole network, whichever layers are explained. */
    totals,
    /** Of the explained layers: each one's largest floor, added up. */
    floorCycles: layers.reduce((sum, { row }) => sum + largestFloor(row).cycles, 0),
    /** Of the explained layers together. */
    whatIf,
    layers: layers.map(({ row, share, whatIf }) => {
      const { name, kind, shape, cycles, energyPj, stalls, boundBy, floors, mappingText } = row;
      return { name, kind, shape, cycles, share, energyPj, stalls, boundBy, floors, mapping: mappingText, whatIf };
    }),
  };
}

export type ExplainDocument = ReturnType<typeof explainDocument>;

/** The floor that a layer is nearest to. */
export function largestFloor({ floors }: Pick<LayerRow, "floors">) {
  const [name] = floorNames.toSorted((a, b) => (floors?.[b] ?? 0) - (floors?.[a] ?? 0));
  return { name, cycles: floors?.[name] ?? 0 };
}
