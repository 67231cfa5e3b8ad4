/**
 * How Eyeriss (JSSC 2017) lays layers over its 12×14 PEs: row-stationary sets, in the paper's letters, and the mappings of
 * this model that they are.
 *
 * A set is R × e PEs: each takes one kernel row and one output row, for p filters and q channels. r sets work on other
 * channels, t sets on other filters. m filters and n images have their sums in the buffer at a time.
 */
import { type Layer, outputHeight, outputWidth } from "../../workloads/layers/layer.ts";
import type { Carried, Mapping } from "../array/mapping.ts";
import { eyerissV1 } from "./eyeriss-v1.ts";

interface RowStationarySets {
  readonly m: number;
  readonly n: number;
  readonly e: number;
  readonly p: number;
  readonly q: number;
  readonly r: number;
  readonly t: number;
}

/** Table III of the paper. */
export const alexnetSets: Readonly<Record<string, RowStationarySets>> = {
  conv1: { m: 96, n: 1, e: 7, p: 16, q: 1, r: 1, t: 2 },
  conv2: { m: 64, n: 1, e: 27, p: 16, q: 2, r: 1, t: 1 },
  conv3: { m: 64, n: 4, e: 13, p: 16, q: 4, r: 1, t: 4 },
  conv4: { m: 64, n: 4, e: 13, p: 16, q: 3, r: 2, t: 2 },
  conv5: { m: 64, n: 4, e: 13, p: 16, q: 3, r: 2, t: 2 },
};

/**
 * Not published: inferred from the table of VGG-16. q·r follows from the buffer's accesses and e·r·t from the active PEs; of
 * what is left, the sums of m filters and the activations of a pass must fit the buffer.
 */
export const vgg16Sets: Readonly<Record<string, RowStationarySets>> = {
  conv1_1: { m: 16, n: 1, e: 13, p: 4, q: 1, r: 1, t: 4 },
  conv1_2: { m: 16, n: 1, e: 13, p: 4, q: 1, r: 1, t: 4 },
  conv2_1: { m: 32, n: 1, e: 13, p: 8, q: 1, r: 1, t: 4 },
  conv2_2: { m: 32, n: 1, e: 13, p: 8, q: 1, r: 1, t: 4 },
  conv3_1: { m: 64, n: 1, e: 13, p: 16, q: 2, r: 1, t: 4 },
  conv3_2: { m: 64, n: 1, e: 13, p: 16, q: 2, r: 1, t: 4 },
  conv3_3: { m: 64, n: 1, e: 13, p: 16, q: 2, r: 1, t: 4 },
  conv4_1: { m: 64, n: 1, e: 14, p: 16, q: 4, r: 1, t: 4 },
  conv4_2: { m: 64, n: 1, e: 14, p: 16, q: 4, r: 1, t: 4 },
  conv4_3: { m: 64, n: 1, e: 14, p: 16, q: 4, r: 1, t: 4 },
  conv5_1: { m: 64, n: 3, e: 14, p: 16, q: 4, r: 2, t: 2 },
  conv5_2: { m: 64, n: 3, e: 14, p: 16, q: 4, r: 2, t: 2 },
  conv5_3: { m: 64, n: 3, e: 14, p: 16, q: 4, r: 2, t: 2 },
};

/** The mapping of a layer that these sets are: sets lie above each other as far as they can, else side by side. */
export function mappingOfSets(layer: Layer, { m, n, e, p, q, r, t }: RowStationarySets): Mapping {
  const { peRows, peColumns } = eyerissV1.grid;
  const [kernelRows] = layer.kernel;
  const folds = Math.ceil(e / peColumns);
  const setsAbove = Math.floor(peRows / (kernelRows * folds));
  const [above, beside] = r * t <= setsAbove ? [{ channels: r, filters: t }, {}] : [{ channels: r }, { filters: t }];
  const axes: Readonly<Record<keyof Mapping["axes"], Carried>> = {
    clusterRows: {},
    clusterColumns: {},
    peRows: { kernelRows, ...(folds > 1 ? { pixels: folds } : {}), ...above },
    peColumns: { pixels: Math.min(e, peColumns), ...beside },
  };
  return {
    axes,
    filtersPerPe: p,
    channelsPerPe: q,
    kernelRowsPerPe: 1,
    pixelsPerTile: Math.min(e, outputHeight(layer)) * outputWidth(layer),
    imagesPerTile: n,
    filtersPerTile: m,
  };
}
