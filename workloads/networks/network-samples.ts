/** What differs from sample to sample in a network file: densities and sizes, a CSV row per sample and layer. */
import { ConfigError, didYouMean } from "../input/errors.ts";
import { denseMacs, type Layer, makeLayer } from "../layers/layer.ts";
import {
  type CsvTable,
  columnIndex,
  densityRule,
  indexRule,
  numberColumn,
  readTable,
  tableError,
} from "../tables/table-reader.ts";
import type { InputSizes } from "./network.ts";

export interface SampleDensities {
  readonly count: number;
  /** Per sample, per layer. */
  readonly input: readonly Float64Array[];
  /** NaN where the file does not say: then that of the layer that reads it. */
  readonly output: readonly Float64Array[];
}

/** @throws ConfigError for an unknown layer, a row that is missing or there twice */
export function readSampleDensities(file: string, layers: readonly Layer[]): SampleDensities {
  const table = readTable(file);
  const input = numberColumn(table, "input_density", densityRule);
  const output = table.header.includes("output_density")
    ? numberColumn(table, "output_density", densityRule)
    : new Float64Array(table.rows.length).fill(Number.NaN);
  const rows = rowsOf(table, layers);
  return {
    count: rows.length,
    input: rows.map((ofLayer) => Float64Array.from(ofLayer, (row) => input[row])),
    output: rows.map((ofLayer) => Float64Array.from(ofLayer, (row) => output[row])),
  };
}

/** Row of each (sample, layer). */
function rowsOf(table: CsvTable, layers: readonly Layer[]): number[][] {
  const { samples, layerOf } = places(table, layers);
  const count = Math.max(...samples) + 1;
  const rows = Array.from({ length: count }, () => new Array<number>(layers.length).fill(-1));
  for (const [row, { line }] of table.rows.entries()) {
    const layer = layerOf[row];
    const known = rows[samples[row]][layer];
    if (known >= 0) {
      throw tableError(
        table.file,
        `line ${line}: sample ${samples[row]}, layer ${layers[layer].name} occurs twice (first on line ${table.rows[known].line})`,
      );
    }
    rows[samples[row]][layer] = row;
  }
  for (const [sample, ofLayer] of rows.entries()) {
    const missing = ofLayer.indexOf(-1);
    if (missing >= 0) throw tableError(table.file, `sample ${sample} has no row for layer ${layers[missing].name}`);
  }
  return rows;
}

function places(table: CsvTable, layers: readonly Layer[]) {
  const samples = numberColumn(table, "sample", indexRule);
  const indices = new Map(layers.map(({ name }, index) => [name, index]));
  const column = columnIndex(table, "layer");
  const layerOf = table.rows.map(({ line, cells }) => {
    const layer = indices.get(cells[column]);
    if (layer !== undefined) return layer;
    const nearest = didYouMean(cells[column], [...indices.keys()]);
    throw tableError(table.file, `line ${line}: unknown layer "${cells[column]}"${nearest}`);
  });
  return { samples, layerOf };
}

/** Keys that may differ from sample to sample, by column. */
const sizeColumns = {
  ...{ input_channels: "inputChannels", output_channels: "outputChannels", input_height: "inputHeight" },
  ...{ input_width: "inputWidth", groups: "groups" },
} as const;

/**
 * The layers of each sample: those of the file, with the sizes that the CSV gives.
 *
 * @throws ConfigError for an unknown layer, a size that is no positive integer, an impossible layer
 */
export function readSizes(file: string, layers: readonly Layer[], count: number): InputSizes {
  const table = readTable(file);
  const { samples, layerOf } = places(table, layers);
  const columns = Object.entries(sizeColumns).flatMap(([column, key]) =>
    table.header.includes(column) ? [{ key, values: numberColumn(table, column, { least: 1, whole: true }) }] : [],
  );
  const padding = ["padding_top", "padding_bottom", "padding_left", "padding_right"].map((column) =>
    table.header.includes(column) ? numberColumn(table, column, { least: 0, whole: true }) : undefined,
  );
  const ofSample = Array.from({ length: count }, () => [...layers]);
  for (const [row, { line }] of table.rows.entries()) {
    const layer = layers[layerOf[row]];
    if (samples[row] >= count)
      throw tableError(file, `line ${line}: there are ${count} samples, not ${samples[row] + 1}`);
    const sizes = Object.fromEntries(columns.map(({ key, values }) => [key, values[row]]));
    const sides = layer.padding.map((side, k) => padding[k]?.[row] ?? side) as unknown as Layer["padding"];
    try {
      ofSample[samples[row]][layerOf[row]] = makeLayer({ ...layer, ...sizes, padding: sides });
    } catch (error) {
      if (error instanceof ConfigError) throw tableError(file, `line ${line}: ${error.message}`);
      throw error;
    }
  }
  return {
    layersOf: (sample) => ofSample[sample % count],
    largest: layers.map((_, index) => largestOf(ofSample, index)),
  };
}

/** The layer of the sample with the most MACs. */
function largestOf(samples: readonly (readonly Layer[])[], index: number): Layer {
  return samples
    .map((layers) => layers[index])
    .reduce((most, layer) => (denseMacs(layer) > denseMacs(most) ? layer : most));
}
