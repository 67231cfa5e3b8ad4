/** The public artifact's analytic model as a machine among others. */
import type { MachineFacts } from "../machine.ts";
import type { ArtifactEyeriss } from "./eyeriss.ts";

export const artifactName = "artifact-eyeriss-v2";

/** Its PEs do one MAC at a time, although the chip's do two; it has no DRAM. */
export function artifactFacts(hardware: ArtifactEyeriss): MachineFacts {
  const { clockHz, peRows, peColumns, clusterRows, clusterColumns } = hardware;
  const peCount = peRows * peColumns * clusterRows * clusterColumns;
  return { name: artifactName, clockHz, peCount, peakMacsPerCycle: peCount, dramBitsPerCycle: null };
}
