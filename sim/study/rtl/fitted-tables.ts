/** A scheduling unit whose tables are as large as the networks of its run need, and no larger. */
import type { PreparedRun } from "../run/run.ts";

/** The same run with such a unit: a row per network, and in each as many layers as the longest has. */
export function withFittedTables(prepared: PreparedRun): PreparedRun {
  const { setup } = prepared;
  if (setup.unit === undefined) return prepared;
  const { profiles } = setup.networks;
  const layersPerRow = Math.max(...profiles.map(({ layerCount }) => layerCount));
  const unit = { ...setup.unit.unit, tableRows: profiles.length, layersPerRow };
  return { ...prepared, setup: { ...setup, unit: { ...setup.unit, unit } } };
}
