/**
 * Topology files of SCALE-Sim: a CSV line per layer, of a convolution (`Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter
 * Width, Channels, Num Filter, Strides`) or of a matrix product (`Layer, M, N, K`). The rules are those of its topology_utils.py:
 *
 * - a map is given with its padding; a window that does not fit is rounded *up*, here as padding at the bottom and right;
 * - one stride counts for both directions, a second column is the horizontal one;
 * - a layer with `DP` in its name is depthwise: `Num Filter` filters on each channel alone;
 * - M rows of K are multiplied by K × N; the same written as a convolution (a map M × K of one channel under a filter 1 × K)
 *   is a matrix product too;
 * - a column `Sparsity` says N:M, the share of non-zero weights.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { ConfigError } from "../input/errors.ts";
import { type Layer, type LayerDescription, makeLayer, parameterCount } from "../layers/layer.ts";
import type { ImportedLayer, ImportedNetwork } from "./imported-network.ts";
import { layerNames } from "./layer-names.ts";
import { convolutionKind } from "./layer-plan.ts";

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** @throws ConfigError, one line with file, line and value */
export function scaleSimNetwork(path: string): ImportedNetwork {
  const [header, ...rows] = rowsOf(path);
  if (header === undefined) throw new ConfigError(`${path}: is empty`);
  const columns = header.cells.map((cell) => cell.toLowerCase().replace(/[^a-z]/g, ""));
  const isProduct = ["m", "n", "k"].every((name) => columns.includes(name));
  if (!isProduct && !columns.includes("ifmapheight")) {
    throw new ConfigError(
      `${path}: line ${header.line}: must begin a SCALE-Sim topology (columns IFMAP Height, … or M, N, K), has ${header.cells.join(", ")}`,
    );
  }
  if (rows.length === 0) throw new ConfigError(`${path}: has no layers after the header`);
  const reader = new RowReader(path, columns);
  const names = layerNames(rows.map(({ cells }) => cells[0]));
  const layers = rows.map((row, k): ImportedLayer => {
    const density = reader.density(row);
    const layer = reader.layer(row, names[k], isProduct);
    return {
      layer,
      operator: isProduct ? "GEMM" : "Conv",
      ...(density === undefined ? {} : { weightDensity: density }),
    };
  });
  const counted: Record<string, number> = {};
  for (const { operator } of layers) counted[operator] = (counted[operator] ?? 0) + 1;
  return {
    name: basename(path).replace(/\.[^.]*$/, ""),
    format: "scale-sim",
    layers,
    operators: { counted, free: {}, unsupported: [] },
    parameters: layers.reduce((sum, { layer }) => sum + parameterCount(layer), 0),
    notes: ["the file does not say which layer reads which; shapes decide"],
  };
}

/** Lines without comments and empty cells at the end. */
function rowsOf(path: string): Row[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`${path}: ${code === "ENOENT" ? "no such file" : `cannot be read (${code})`}`);
  }
  return text.split(/\r?\n/).flatMap((line, index) => {
    const cells = line
      .replace(/^\uFEFF/, "")
      .split("#")[0]
      .split(",")
      .map((cell) => cell.trim());
    while (cells.length > 0 && cells[cells.length - 1] === "") cells.pop();
    return cells.length === 0 ? [] : [{ line: index + 1, cells }];
  });
}

class RowReader {
  private readonly path: string;
  private readonly columns: readonly string[];

  constructor(path: string, columns: readonly string[]) {
    this.path = path;
    this.columns = columns;
  }

  /** N/M of an N:M cell; undefined where the file has none. */
  density({ line, cells }: Row): number | undefined {
    const at = this.columns.indexOf("sparsity");
    const cell = at < 0 ? undefined : cells[at];
    if (cell === undefined) return undefined;
    const [, kept, of] = /^(\d+)\s*:\s*(\d+)$/.exec(cell) ?? [];
    const share = Number(kept) / Number(of);
    if (share > 0 && share <= 1) return share;
    throw new ConfigError(`${this.path}: line ${line}: Sparsity must be N:M with N from 1 to M, is ${cell}`);
  }

  layer(row: Row, name: string, isProduct: boolean): Layer {
    try {
      return makeLayer({ ...(isProduct ? this.product(row) : this.convolution(row)), name });
    } catch (error) {
      if (error instanceof ConfigError) throw new ConfigError(`${this.path}: line ${row.line}: ${error.message}`);
      throw error;
    }
  }

  private product(row: Row): Omit<LayerDescription, "name"> {
    const [rows, outputs, inputs] = ["m", "n", "k"].map((name) => this.size(row, name));
    return matrixProduct(rows, inputs, outputs);
  }

  private convolution(row: Row): Omit<LayerDescription, "name"> {
    const size = (name: string) => this.size(row, name);
    const [height, width, filterHeight, filterWidth] = ["ifmapheight", "ifmapwidth", "filterheight", "filterwidth"].map(
      size,
    );
    const [channels, filters] = [size("channels"), size("numfilter")];
    const vertical = this.size(row, ["strides", "stride", "strideheight", "strideh"]);
    const second = ["stridewidth", "stridew"].find((name) => this.columns.includes(name));
    const horizontal = second === undefined ? vertical : size(second);
    if (filterHeight > height || filterWidth > width) {
      throw new ConfigError(`the filter ${filterHeight}x${filterWidth} exceeds the map ${height}x${width}`);
    }
    const bottom = roundedUp(height, filterHeight, vertical);
    const right = roundedUp(width, filterWidth, horizontal);
    if (channels === 1 && filterHeight === 1 && filterWidth === width && width > 1) {
      return matrixProduct(Math.ceil(height / vertical), width, filters);
    }
    if (height * width === 1) return matrixProduct(1, channels, filters);
    const groups = row.cells[0].includes("DP") ? channels : 1;
    return {
      kind: convolutionKind(channels, groups, [filterHeight, filterWidth]),
      ...{ inputChannels: channels, outputChannels: groups * filters, groups },
      ...{
        inputHeight: height,
        inputWidth: width,
        kernel: [filterHeight, filterWidth],
        stride: [vertical, horizontal],
      },
      padding: [0, bottom, 0, right],
    };
  }

  private size({ cells }: Row, names: string | readonly string[]): number {
    const name = [names].flat().find((each) => this.columns.includes(each)) ?? [names].flat()[0];
    const cell = cells[this.columns.indexOf(name)];
    const value = Number(cell);
    if (cell !== undefined && cell !== "" && Number.isSafeInteger(value) && value > 0) return value;
    throw new ConfigError(
      `column ${name} must be a positive integer, is ${cell === undefined || cell === "" ? "empty" : cell}`,
    );
  }
}

/** Pixels that the last window needs beyond the map. */
function roundedUp(size: number, filter: number, stride: number): number {
  return Math.max(0, Math.ceil((size - filter) / stride) * stride + filter - size);
}

function matrixProduct(rows: number, inputChannels: number, outputChannels: number): Omit<LayerDescription, "name"> {
  if (rows === 1) return { kind: "fc", inputChannels, outputChannels };
  return { kind: "matmul", inputChannels, outputChannels, inputHeight: rows };
}
