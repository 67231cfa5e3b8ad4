/** Fig. 9: how sparsities of two layers go together over inputs. */
import { monitoredDensity, type Profile } from "../../../workloads/tables/profile.ts";
import { attentionNetwork, layerColumn } from "./attention-networks.ts";
import type { Item } from "./item.ts";
import { fixed, rowOf } from "./row.ts";

export const fig9: Item = {
  title: "Fig. 9: correlation of the layers' sparsities over inputs",
  needsAttention: true,
  rows: ({ published, attention }) =>
    Object.keys(published.fig9).flatMap((network) => {
      const artifact = correlations(attentionNetwork(attention.recorded, network));
      const corrected = correlations(attentionNetwork(attention.modelled, network));
      return (["least", "mean"] as const).map((column) =>
        rowOf({
          ...{ panel: "", line: network, column: `${column} of all pairs`, unit: "Pearson's r" },
          ...(column === "least" ? { paper: published.fig9[network].least } : {}),
          artifact: fixed(artifact[column]),
          corrected: fixed(corrected[column]),
        }),
      );
    }),
  why:
    "By eye nearly every cell of the figure is 0.8 or more. Ours cannot confirm it: the densities of the recorded tables and of the modelled networks are drawn from a factor that the layers of an input share and one of each layer's own, and " +
    "what the correlation is follows from how these were assumed.",
};

function correlations(profile: Profile): { readonly least: number; readonly mean: number } {
  const densities = monitoredDensity(profile);
  const columns = Array.from({ length: profile.layerCount }, (_, layer) => layerColumn(profile, densities, layer));
  const pairs = columns.flatMap((a, i) => columns.slice(i + 1).map((b) => pearson(a, b)));
  return { least: Math.min(...pairs), mean: pairs.reduce((sum, r) => sum + r, 0) / pairs.length };
}

function pearson(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const products = (x: readonly number[], meanX: number, y: readonly number[], meanY: number) =>
    x.reduce((sum, value, k) => sum + (value - meanX) * (y[k] - meanY), 0);
  return products(a, meanA, b, meanB) / Math.sqrt(products(a, meanA, a, meanA) * products(b, meanB, b, meanB));
}
