/**
 * Our own profile tables: cycles and densities of each (model, pattern, sample, layer), any number of networks per
 * file, and comment lines before the header that say which hardware they are of.
 */
import { basename } from "node:path";
import { csvField, csvText } from "../input/csv-cell.ts";
import { ConfigError } from "../input/errors.ts";
import { type BufferUse, type ExtraColumn, extraColumns, type Profile, sharedDoublesOf } from "./profile.ts";
import { gridColumns, type ProfileGrid, profileGrid } from "./profile-grid.ts";
import {
  amountRule,
  type CsvTable,
  columnIndex,
  densityRule,
  type NumberRule,
  numberColumn,
  tableError,
} from "./table-reader.ts";

/** What the comment lines of a table say besides clock and source. */
interface TableHeader {
  readonly hardware: string;
  readonly fidelity: string;
  /** Version of the program that made the table. */
  readonly version: string;
}

export const requiredColumns = ["model", "pattern", "sample", "layer", "cycles", "input_density"] as const;
const bufferColumns = ["input_bytes", "handed_bytes", "prefetched_bytes"] as const;
const optionalColumns = ["output_density", ...extraColumns, "outputs", ...bufferColumns] as const;
const outputsRule: NumberRule = { least: 1, most: Number.MAX_SAFE_INTEGER, whole: true };
const cyclesRule: NumberRule = { least: 0, most: Number.MAX_SAFE_INTEGER, whole: true };
const hzPerUnit = { Hz: 1, kHz: 1e3, MHz: 1e6, GHz: 1e9 } as const;

/** The profiles of a table, in order of first appearance. Optional columns may be missing or empty. */
export function ownProfiles(table: CsvTable): Profile[] {
  const columns = gridColumns(table, "sample", "layer");
  const numbers = readNumbers(table);
  const shared = { timeUnit: "cycles" as const, clockHz: clockOf(table), source: sourceOf(table) };
  return networksOf(table).map(({ model, pattern, rows }) => {
    const what = `${model}/${pattern}: `;
    const grid = profileGrid(table, columns, rows, what);
    const optional = (name: OptionalColumn) => optionalArray(table, numbers, { name, what, rows, grid });
    const outputDensity = optional("output_density");
    const outputs = optional("outputs");
    const note = comment(table, noteKey(model));
    const bufferUse = bufferUseOf(table, what, optional);
    return {
      name: `${model}_${pattern}`,
      model,
      pattern,
      ...shared,
      ...(note === undefined ? {} : { note }),
      sampleIds: grid.sampleIds,
      layerCount: grid.layerCount,
      latency: grid.arrange(numbers.cycles),
      inputDensity: grid.arrange(numbers.input_density),
      ...(outputDensity === undefined ? {} : { outputDensity }),
      ...(outputs === undefined ? {} : { outputs: outputsPerLayer(table, what, outputs, grid) }),
      ...(bufferUse === undefined ? {} : { bufferUse }),
      extra: definedOnly(extraColumns, optional),
    };
  });
}

/** Sizes of the input and of what is handed on are of use only together. */
function bufferUseOf(
  { file }: CsvTable,
  what: string,
  optional: (name: OptionalColumn) => Float64Array | undefined,
): BufferUse | undefined {
  const [inputBytes, forwardedBytes, prefetchedBytes] = bufferColumns.map(optional);
  if (inputBytes !== undefined && forwardedBytes !== undefined) {
    return { inputBytes, forwardedBytes, ...(prefetchedBytes === undefined ? {} : { prefetchedBytes }) };
  }
  const given = bufferColumns.find((name) => optional(name) !== undefined);
  if (given === undefined) return undefined;
  const missing = inputBytes === undefined ? "input_bytes" : "handed_bytes";
  throw tableError(file, `${what}has ${given}, but no ${missing}`);
}

type OptionalColumn = (typeof optionalColumns)[number];
type Numbers = { readonly cycles: Float64Array; readonly input_density: Float64Array } & Partial<
  Record<OptionalColumn, Float64Array>
>;

/** Every numeric column; NaN where a cell of an optional column is empty. */
function readNumbers(table: CsvTable): Numbers {
  const present = optionalColumns.filter((name) => table.header.includes(name));
  const rules: Partial<Record<OptionalColumn, NumberRule>> = { output_density: densityRule, outputs: outputsRule };
  const ruleOf = (name: OptionalColumn) => rules[name] ?? amountRule;
  return {
    cycles: numberColumn(table, "cycles", cyclesRule),
    input_density: numberColumn(table, "input_density", densityRule),
    ...Object.fromEntries(present.map((name) => [name, numberColumn(table, name, ruleOf(name), Number.NaN)])),
  };
}

interface Network {
  readonly model: string;
  readonly pattern: string;
  readonly rows: number[];
}

function networksOf(table: CsvTable): Network[] {
  const modelColumn = columnIndex(table, "model");
  const patternColumn = columnIndex(table, "pattern");
  const networks = new Map<string, Network>();
  for (const [row, { line, cells }] of table.rows.entries()) {
    const model = csvText(cells[modelColumn]);
    const pattern = csvText(cells[patternColumn]);
    if (model === "") throw tableError(table.file, `line ${line}: model is empty`);
    for (const [column, name] of Object.entries({ model, pattern })) {
      if (!/\p{Cc}/u.test(name)) continue;
      throw tableError(table.file, `line ${line}: ${column} has a control character: ${JSON.stringify(name)}`);
    }
    const key = JSON.stringify([model, pattern]);
    const network = networks.get(key) ?? { model, pattern, rows: [] };
    network.rows.push(row);
    networks.set(key, network);
  }
  return [...networks.values()];
}

/** A network may have all of an optional column or none of it. */
function optionalArray(
  table: CsvTable,
  numbers: Numbers,
  { name, what, rows, grid }: { name: OptionalColumn; what: string; rows: readonly number[]; grid: ProfileGrid },
): Float64Array | undefined {
  const column = numbers[name];
  if (column === undefined) return undefined;
  const blank = rows.filter((row) => Number.isNaN(column[row]));
  if (blank.length === rows.length) return undefined;
  if (blank.length === 0) return grid.arrange(column);
  throw tableError(table.file, `line ${table.rows[blank[0]].line}: ${what}${name} is empty, but given elsewhere`);
}

/** A layer has as many outputs in every sample. */
function outputsPerLayer({ file }: CsvTable, what: string, outputs: Float64Array, { layerCount }: ProfileGrid) {
  const differs = outputs.findIndex((count, index) => count !== outputs[index % layerCount]);
  if (differs < 0) return sharedDoublesOf(outputs.subarray(0, layerCount));
  const layer = differs % layerCount;
  throw tableError(
    file,
    `${what}layer ${layer} must have as many outputs in every sample, has ${outputs[layer]} and ${outputs[differs]}`,
  );
}

function definedOnly(names: readonly ExtraColumn[], arrayOf: (name: ExtraColumn) => Float64Array | undefined) {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = arrayOf(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Quoted, so that any name is one line. */
function noteKey(model: string): string {
  return `note on ${JSON.stringify(model)}`;
}

/** The text after `key:` in the comments before the header. */
function comment({ comments }: CsvTable, key: string): string | undefined {
  return comments
    .find((line) => line.startsWith(`${key}:`))
    ?.slice(key.length + 1)
    .trim();
}

function clockOf(table: CsvTable): number {
  const text = comment(table, "clock");
  if (text === undefined) throw tableError(table.file, 'needs a comment line "# clock: … Hz" before the header');
  const match = /^([\d.]+(?:e\d+)?)\s*([kMG]?Hz)$/.exec(text);
  const clockHz = match === null ? Number.NaN : Number(match[1]) * hzPerUnit[match[2] as keyof typeof hzPerUnit];
  if (clockHz > 0) return clockHz;
  throw tableError(table.file, `clock must be a frequency such as 200 MHz, is ${text}`);
}

function sourceOf(table: CsvTable): string {
  const parts = ["hardware", "fidelity", "version"].flatMap((key) => {
    const text = comment(table, key);
    return text === undefined ? [] : [`${key} ${text}`];
  });
  return comment(table, "source") ?? (parts.length === 0 ? `table ${basename(table.file)}` : parts.join(", "));
}

/**
 * Profiles as the text of a table; `ownProfiles` gives back the same (names become `model_pattern`).
 *
 * @throws ConfigError if a profile is in seconds, or if they do not share one clock and one source.
 */
export function formatProfiles(profiles: readonly Profile[], { hardware, fidelity, version }: TableHeader): string {
  const [{ clockHz, source }] = profiles;
  for (const { name, timeUnit, ...other } of profiles) {
    if (timeUnit !== "cycles")
      throw new ConfigError(`profile ${name}: only profiles in cycles can be written as a table`);
    if (other.clockHz === clockHz && other.source === source) continue;
    throw new ConfigError(`profile ${name}: a table has one clock and one source, this one has others than the first`);
  }
  const comments = { hardware, clock: `${clockHz} Hz`, fidelity, version, source };
  const notes = profiles.flatMap(({ model, note }) => (note === undefined ? [] : [[noteKey(model), note]]));
  const head = new Set([...Object.entries(comments), ...notes].map(([key, text]) => `# ${key}: ${text}`));
  const columns = [...requiredColumns, ...optionalColumns].join(",");
  return `${[...head, columns, ...profiles.flatMap(profileLines)].join("\n")}\n`;
}

function profileLines(profile: Profile): string[] {
  const { model, pattern, sampleIds, layerCount, latency, inputDensity, outputDensity, outputs, extra } = profile;
  const { inputBytes, forwardedBytes, prefetchedBytes } = profile.bufferUse ?? {};
  const names = [csvField(model), csvField(pattern)];
  const outputsOfRows = outputs && Array.from(latency, (_, index) => outputs[index % layerCount]);
  const ofBuffer = [inputBytes, forwardedBytes, prefetchedBytes];
  const optional = [outputDensity, ...extraColumns.map((name) => extra[name]), outputsOfRows, ...ofBuffer];
  return Array.from(latency, (cycles, index) => {
    const place = [sampleIds[Math.floor(index / layerCount)], index % layerCount];
    return [...names, ...place, cycles, inputDensity[index], ...optional.map((values) => values?.[index] ?? "")].join(
      ",",
    );
  });
}
