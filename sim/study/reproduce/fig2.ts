/** Fig. 2: how far the latency of BERT's last two layers varies over inputs. */
import type { Profile } from "../../../workloads/tables/profile.ts";
import { attentionNetwork, layerColumn } from "./attention-networks.ts";
import type { Item } from "./item.ts";
import { fixed, rowOf } from "./row.ts";

const layers = { secondLast: "second-last layer", last: "last layer" } as const;

export const fig2: Item = {
  title: "Fig. 2: latency of BERT's last two layers over inputs, relative to its mean",
  needsAttention: true,
  rows: ({ published, attention }) =>
    (["secondLast", "last"] as const).flatMap((layer) => {
      const [artifact, corrected] = [attention.recorded, attention.modelled].map((profiles) =>
        spread(attentionNetwork(profiles, "BERT"), layer === "last" ? 1 : 2),
      );
      return (["least", "most"] as const).map((end) =>
        rowOf({
          ...{ panel: "", line: layers[layer], column: end, unit: "× mean", paper: published.fig2[layer][end] },
          artifact: fixed(artifact[end]),
          corrected: fixed(corrected[end]),
        }),
      );
    }),
  why:
    "The figure shows a latency of 0.8 to 1.6 times its mean over SQuAD, the text says 0.6 to 1.8. By the artifact's closed form on the recorded densities a layer's time moves by a quarter. On the modelled array " +
    "a block has its dense projections and its feed-forward half as well, which the artifact leaves out: what the mask can change is a small part of it",
};

/** Least and most over the samples, relative to the mean; the layer is counted from the end. */
function spread(profile: Profile, fromEnd: number): { readonly least: number; readonly most: number } {
  const times = layerColumn(profile, profile.latency, profile.layerCount - fromEnd);
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  return { least: Math.min(...times) / mean, most: Math.max(...times) / mean };
}
