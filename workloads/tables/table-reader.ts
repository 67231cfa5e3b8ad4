/** CSV files as columns of checked numbers. Every complaint is one line with file, line and value. */
import { CsvError, parse } from "csv-parse/sync";
import { ConfigError, didYouMean } from "../input/errors.ts";
import { readTextFile } from "../input/text-file.ts";

export interface CsvTable {
  /** As the user named it; begins every message. */
  readonly file: string;
  /** Text after `#` of the comment lines before the header. */
  readonly comments: readonly string[];
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

interface CsvRow {
  /** Line in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** What a numeric column may hold; both bounds are allowed values. */
export interface NumberRule {
  readonly least?: number;
  readonly most?: number;
  readonly whole?: boolean;
}

/** A density: 0..1. */
export const densityRule: NumberRule = { least: 0, most: 1 };
/** A latency, a count: zero or more. */
export const amountRule: NumberRule = { least: 0 };
/** A sample or layer number: a whole number that fits 32 bits. */
export const indexRule: NumberRule = { least: 0, most: 2 ** 31 - 1, whole: true };

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The error of table `file`. */
export function tableError(file: string, message: string): ConfigError {
  return new ConfigError(`table ${file}: ${message}`);
}

/**
 * Reads a CSV file with a header line; lines that begin with `#` are comments.
 *
 * @throws ConfigError if the file cannot be read, is not CSV, has no rows, or a row is longer or shorter than the header.
 */
export function readTable(file: string): CsvTable {
  return parseTable(file, readText(file));
}

/** Like `readTable`, for the text of a file. */
export function parseTable(file: string, text: string): CsvTable {
  const [head, ...below] = parseRows(file, withoutSpreadsheetComments(text));
  if (head === undefined) throw tableError(file, "is empty");
  const header = withoutEmptyEnd(head.cells);
  requireCommas(file, header);
  const rows = below.map(({ line, cells }) => ({
    line,
    cells: cells.length > header.length ? shortened(cells, header.length) : cells,
  }));
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) throw tableError(file, `column ${twice} occurs twice`);
  if (rows.length === 0) throw tableError(file, "has no rows after the header");
  for (const { line, cells } of rows) {
    if (cells.length === header.length) continue;
    throw tableError(file, `line ${line}: must have ${header.length} values, has ${cells.length}`);
  }
  return { file, comments: leadingComments(withoutSpreadsheetComments(text)), header, rows };
}

/**
 * A spreadsheet saves a comment line as a row of the table: quoted where it has commas or quotes, and with a comma for
 * each empty cell beside it. Here it is a comment line again, in the same place.
 */
function withoutSpreadsheetComments(text: string): string {
  if (!/^"?#/m.test(text)) return text;
  return text
    .split("\n")
    .map((line) => {
      const quoted = /^"(#(?:[^"]|"")*)",*\s*$/.exec(line);
      if (quoted !== null) return quoted[1].replaceAll('""', '"');
      return line.startsWith("#") ? line.replace(/,*\s*$/, "") : line;
    })
    .join("\n");
}

/** Cells without the empty ones at the end, which a spreadsheet adds up to the longest row. */
function withoutEmptyEnd(cells: readonly string[]): string[] {
  const last = cells.findLastIndex((cell) => cell !== "");
  return cells.slice(0, last + 1);
}

/** A row without empty cells beyond the header. */
function shortened(cells: readonly string[], length: number): readonly string[] {
  return cells.slice(length).every((cell) => cell === "") ? cells.slice(0, length) : cells;
}

/** Tables of spreadsheets in many countries are separated by semicolons, with a comma in the numbers. */
function requireCommas(file: string, header: readonly string[]): void {
  const name = [...header].find((cell) => /[;\t]/.test(cell));
  if (name === undefined) return;
  const sign = name.includes(";") ? "semicolons" : "tabs";
  throw tableError(file, `is separated by ${sign}; save it with commas (and a point in numbers)`);
}

function readText(file: string): string {
  const found = readTextFile(file);
  if ("complaint" in found) throw tableError(file, found.complaint);
  return found.text;
}

function parseRows(file: string, text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  try {
    parse(text, {
      comment: "#",
      comment_no_infix: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record: (cells: string[], { lines }) => {
        rows.push({ line: lines, cells });
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) throw tableError(file, `is not CSV: ${error.message.split("\n", 1)[0]}`);
    throw error;
  }
  return rows;
}

function leadingComments(text: string): string[] {
  const comments: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("#")) comments.push(line.slice(1).trim());
    else if (line.trim() !== "") break;
  }
  return comments;
}

/**
 * Position of a column.
 *
 * @throws ConfigError if the table does not have it.
 */
export function columnIndex({ file, header }: CsvTable, name: string): number {
  const index = header.indexOf(name);
  if (index < 0) throw tableError(file, `column ${name} is missing${didYouMean(name, header)}`);
  return index;
}

/**
 * A column as numbers, one per row; an empty cell becomes `blank` if that is given.
 *
 * @throws ConfigError naming the line of the first cell that is not a number or breaks the rule.
 */
export function numberColumn(table: CsvTable, name: string, rule: NumberRule, blank?: number): Float64Array {
  const column = columnIndex(table, name);
  return Float64Array.from(table.rows, ({ line, cells }) => {
    const text = cells[column];
    if (text === "" && blank !== undefined) return blank;
    const value = decimal.test(text) ? Number(text) : Number.NaN;
    const complaint = complaintAbout(value, rule);
    if (complaint === undefined) return value;
    throw tableError(table.file, `line ${line}: ${name} must be ${complaint}, is ${text === "" ? "empty" : text}`);
  });
}

function complaintAbout(value: number, { least = -Infinity, most = Infinity, whole = false }: NumberRule) {
  if (!Number.isFinite(value)) return "a number";
  if (whole && !Number.isInteger(value)) return "a whole number";
  if (value >= least && value <= most) return undefined;
  if (most === Infinity) return `${least} or more`;
  return `from ${least} to ${most}`;
}
