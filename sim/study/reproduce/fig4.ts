/** Fig. 4: MACs that are left at one sparsity of the weights, by pattern. */
import { effectualMacs } from "../../../workloads/masks/effectual-macs.ts";
import type { WeightPattern } from "../../../workloads/masks/weight-pattern.ts";
import type { Network } from "../../../workloads/networks/network.ts";
import { NetworkMasks } from "../../../workloads/networks/network-masks.ts";
import { convolutionalNetwork } from "./convolutional-networks.ts";
import type { Item } from "./item.ts";
import { fixed, rowOf } from "./row.ts";

const samples = 16;

export const fig4: Item = {
  title: "Fig. 4: valid MACs at equal weight sparsity, channels against single weights, relative to their mean",
  rows: ({ published }) =>
    Object.entries(published.fig4).flatMap(([name, { sparsity, ...boxes }]) => {
      const network = convolutionalNetwork(name);
      if (network === undefined) return [];
      const macs = {
        channel: macsPerSample(network, { kind: "channel", sparsity }),
        random: macsPerSample(network, { kind: "unstructured", sparsity }),
      };
      const all = [...macs.channel, ...macs.random];
      const mean = all.reduce((sum, count) => sum + count, 0) / all.length;
      return (["channel", "random"] as const).flatMap((pattern) => {
        const place = { panel: "", line: `${name}, ${100 * sparsity} %, ${pattern}`, unit: "× mean" };
        const [least, most] = boxes[pattern];
        return [
          rowOf({ ...place, column: "least", paper: least, corrected: fixed(Math.min(...macs[pattern]) / mean) }),
          rowOf({ ...place, column: "most", paper: most, corrected: fixed(Math.max(...macs[pattern]) / mean) }),
        ];
      });
    }),
  why:
    "Counted from masks of the last convolution, the layer that the artifact's plot ends with, over 16 inputs. In the artifact no channel is pruned: their MACs are computed from the share of " +
    "channels and the mean density. Here channels are pruned, and in both networks they leave fewer MACs than single weights, as in the paper; by how much depends on which channels the one mask keeps. No column for the artifact: it would need its pruned networks.",
};

/** Valid MACs of one layer over inputs. */
function macsPerSample(network: Network, pattern: WeightPattern): number[] {
  const masks = new NetworkMasks(network, { seed: 1, pattern });
  const layer = network.layers.findLastIndex(({ kind }) => kind === "conv" || kind === "pointwise");
  const weight = masks.weightMask(layer);
  return Array.from({ length: samples }, (_, sample) =>
    effectualMacs(network.layers[layer], masks.activationMasks(layer, sample).input, weight),
  );
}
