/** A built-in network before it is written down, and the files that it becomes. */
import type { Layer } from "../../workloads/layers/layer.ts";
import { geometryKeys, networkYaml, shapesCsv } from "../../workloads/networks/network-text.ts";

export interface BuiltIn {
  /** As users name it. */
  readonly name: string;
  /** One line: variant, input size, origin of the shapes. */
  readonly description: string;
  /** One sentence: whether the densities are measured, published or assumed, and where. */
  readonly source: string;
  readonly note?: string;
  readonly layers: readonly Layer[];
  /** Shares of non-zero weights, 0..1; absent: all dense. */
  readonly weight?: ArrayLike<number>;
  /** Mean input densities per layer, 0..1; of networks without samples. */
  readonly means?: ArrayLike<number>;
  /**
   * Whether densities vary between samples: by .02 at mean density .5, of which variance 13 % is common to all layers of an
   * input, the mean correlation of all pairs of layers in measured networks. (The preset `measured` tells near pairs from
   * distant ones.)
   */
  readonly varies?: boolean;
  /** Input densities, 0..1, per sample and layer. */
  readonly samples?: readonly ArrayLike<number>[];
  /** Layers of every sample, where inputs differ in size. */
  readonly sizes?: readonly (readonly Layer[])[];
  /** Keys of who reads what, by layer; absent: shapes decide. */
  readonly wiring?: readonly object[];
}

/** By name: `network.yaml` and the tables it names. Numbers are written so that they read back to the bit. */
export function builtInFiles(network: BuiltIn): Readonly<Record<string, string>> {
  const { name, description, source, note, layers, weight, means, varies, samples, sizes, wiring } = network;
  const shapes = sizes === undefined ? undefined : shapesCsv(sizes, layers);
  const keys = {
    ...{ name, description, source },
    ...(note === undefined ? {} : { note }),
    ...(varies === true ? { variation: { deviation: 0.02, common: 0.13, near: 0 } } : {}),
    ...(samples === undefined ? {} : { samples: "densities.csv" }),
    ...(shapes === undefined ? {} : { shapes: "shapes.csv" }),
    layers: layers.map((layer, index) => ({
      ...geometryKeys(layer),
      ...densityKey("inputDensity", means?.[index]),
      ...densityKey("weightDensity", weight?.[index]),
      ...wiring?.[index],
    })),
  };
  return {
    "network.yaml": `# Written by npm run networks.\n${networkYaml(keys)}`,
    ...(samples === undefined ? {} : { "densities.csv": densitiesCsv(layers, samples) }),
    ...(shapes === undefined ? {} : { "shapes.csv": shapes }),
  };
}

/** Dense is what a network file does not say. */
function densityKey(key: string, density: number | undefined): object {
  return density === undefined || density === 1 ? {} : { [key]: density };
}

function densitiesCsv(layers: readonly Layer[], samples: readonly ArrayLike<number>[]): string {
  const rows = samples.flatMap((densities, sample) =>
    layers.map(({ name }, layer) => `${sample},${name},${densities[layer]}`),
  );
  return `${["sample,layer,input_density", ...rows].join("\n")}\n`;
}
