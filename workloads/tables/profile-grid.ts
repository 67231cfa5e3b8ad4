/** Rows of a profile table → row-major [samples, layers] arrays; exactly one row for each (sample, layer). */
import ndarray from "ndarray";
import { sharedDoubles, sharedIntegersOf } from "./profile.ts";
import { type CsvTable, indexRule, numberColumn, tableError } from "./table-reader.ts";

export interface ProfileGrid {
  /** Sample numbers in order of first appearance. */
  readonly sampleIds: Int32Array;
  /** Largest layer number + 1. */
  readonly layerCount: number;
  /** A column of the table as a [samples, layers] array in shared memory. */
  readonly arrange: (column: Float64Array) => Float64Array;
}

interface GridColumns {
  readonly sample: Float64Array;
  readonly layer: Float64Array;
}

/** The sample and layer columns, checked. */
export function gridColumns(table: CsvTable, sampleName: string, layerName: string): GridColumns {
  return { sample: numberColumn(table, sampleName, indexRule), layer: numberColumn(table, layerName, indexRule) };
}

/**
 * Arranges `rows` (indices into the table's rows) by sample and layer. `what` names these rows in messages, empty if
 * they are the whole table.
 *
 * @throws ConfigError on the first pair that occurs twice or not at all.
 */
export function profileGrid(table: CsvTable, columns: GridColumns, rows: readonly number[], what = ""): ProfileGrid {
  const rowOf = indexRows(table, columns, rows, what);
  let layerCount = 0;
  for (const row of rows) layerCount = Math.max(layerCount, columns.layer[row] + 1);
  for (const [sample, rowOfLayer] of rowOf) {
    for (let layer = 0; layer < layerCount; layer++) {
      if (rowOfLayer.has(layer)) continue;
      throw tableError(table.file, `${what}sample ${sample} has no row for layer ${layer}`);
    }
  }
  const sampleIds = sharedIntegersOf([...rowOf.keys()]);
  const arrange = (column: Float64Array) => {
    const view = ndarray(sharedDoubles(sampleIds.length * layerCount), [sampleIds.length, layerCount]);
    for (const [sample, rowOfLayer] of [...rowOf.values()].entries()) {
      for (const [layer, row] of rowOfLayer) view.set(sample, layer, column[row]);
    }
    return view.data;
  };
  return { sampleIds, layerCount, arrange };
}

function indexRows(table: CsvTable, { sample, layer }: GridColumns, rows: readonly number[], what: string) {
  const rowOf = new Map<number, Map<number, number>>();
  for (const row of rows) {
    const rowOfLayer = rowOf.get(sample[row]) ?? new Map<number, number>();
    const first = rowOfLayer.get(layer[row]);
    if (first !== undefined) {
      const where = `sample ${sample[row]}, layer ${layer[row]}`;
      const { line } = table.rows[row];
      throw tableError(
        table.file,
        `line ${line}: ${what}${where} occurs twice (first on line ${table.rows[first].line})`,
      );
    }
    rowOf.set(sample[row], rowOfLayer.set(layer[row], row));
  }
  return rowOf;
}
