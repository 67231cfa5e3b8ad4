/** Fig. 3: least and most sparsity of the first layers over inputs. */
import { convolutionalNetwork, inputDensities } from "./convolutional-networks.ts";
import type { Item } from "./item.ts";
import { fixed, rowOf } from "./row.ts";

export const fig3: Item = {
  title: "Fig. 3: sparsity of the first six layers over inputs",
  rows: ({ published }) =>
    Object.entries(published.fig3).flatMap(([name, boxes]) => {
      const network = convolutionalNetwork(name);
      const rows = network === undefined ? [] : inputDensities(network);
      return boxes.flatMap(([least, most], layer) => {
        // What a layer writes is what the next one reads: the first layer's own input is the image.
        const sparsities = rows.map((row) => 100 * (1 - row[layer + 1]));
        const place = { panel: name, line: `layer ${layer + 1}`, unit: "%" };
        return [
          rowOf({ ...place, column: "least", paper: 100 * least, corrected: fixed(Math.min(...sparsities)) }),
          rowOf({ ...place, column: "most", paper: 100 * most, corrected: fixed(Math.max(...sparsities)) }),
        ];
      });
    }),
  why:
    "The text speaks of the last six layers, the artifact's code plots the first six. Ours has no column for the artifact: its tables are not to be had, and those recorded from its model are on random masks. Ours is not measured " +
    "either: VGG-16 has the published means of its pruned form and ResNet-50 means drawn evenly from 20 to 93 % of non-zeros, so that single layers do not agree; what can be compared is how far a layer varies (docs/workloads.md).",
};
