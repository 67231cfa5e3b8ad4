/** Table 2: how far the sparsity of a whole network varies over inputs. */
import { denseMacs } from "../../../workloads/layers/layer.ts";
import type { Network } from "../../../workloads/networks/network.ts";
import { convolutionalNetwork, inputDensities } from "./convolutional-networks.ts";
import type { Item } from "./item.ts";
import { fixed, rowOf } from "./row.ts";

export const table2: Item = {
  title: "Table 2: relative range of a network's sparsity over inputs",
  rows: ({ published }) =>
    Object.entries(published.table2).map(([name, paper]) => {
      const network = convolutionalNetwork(name);
      const place = { panel: "", line: name, column: "(most − least) / mean", unit: "%", paper };
      if (network === undefined) return rowOf(place);
      return rowOf({
        ...place,
        artifact: fixed(relativeRange(validMacs(network))),
        corrected: fixed(relativeRange(meanSparsities(network))),
      });
    }),
  why:
    "The text describes the range of the averaged layer sparsity (our column corrected), the artifact computes that of the share of valid MACs (our column artifact). InceptionV3 is measured on 24 photographs; the spreads of VGG-16 and ResNet-50 are assumed " +
    "after 20 measured networks, so that theirs say how such networks vary, not how these do; GoogLeNet is not here. The paper's images include dark ones, which ours do not: its ranges are wider.",
};

/** Share of MACs with a non-zero activation, per input, zeros spread evenly within a layer. */
function validMacs(network: Network): number[] {
  const macs = network.layers.map(denseMacs);
  const total = macs.reduce((sum, count) => sum + count, 0);
  return inputDensities(network).map(
    (row) => row.reduce((sum, density, layer) => sum + density * macs[layer], 0) / total,
  );
}

/** Mean over the layers of the share of zeros, per input. */
function meanSparsities(network: Network): number[] {
  return inputDensities(network).map((row) => 1 - row.reduce((sum, density) => sum + density, 0) / row.length);
}

/** In percent of the mean. */
function relativeRange(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return (100 * (Math.max(...values) - Math.min(...values))) / mean;
}
