/** Profile tables in CSV: the public artifact's two formats and our own, told apart by their columns. */
import { type ArtifactProfile, eyerissColumns, eyerissProfile, sangerColumns, sangerProfile } from "./artifact-csv.ts";
import { ownProfiles, requiredColumns } from "./own-csv.ts";
import type { Profile } from "./profile.ts";
import { type CsvTable, columnIndex, readTable, tableError } from "./table-reader.ts";

export interface ReadOptions {
  /** Tokens per sequence of attention tables; by default the number that ends the file's name. */
  readonly sequenceLength?: number | undefined;
}

/** The columns a format cannot do without. */
const formats = { eyerissv2: eyerissColumns, sanger: sangerColumns, own: requiredColumns } as const;
/** A column that no other format has. */
const marks = { eyerissv2: "sim_lat", sanger: "50%-skip", own: "cycles" } as const;

type ArtifactFormat = "eyerissv2" | "sanger";
type Format = keyof typeof formats;
const formatNames = Object.keys(formats) as Format[];

/**
 * The profiles of the table in `file`.
 *
 * @throws ConfigError, one line with file, place and value, if the file cannot be read or is not a complete table.
 */
export function readProfiles(file: string, { sequenceLength }: ReadOptions = {}): Profile[] {
  const table = readTable(file);
  const format = formatOf(table);
  requireColumns(table, format);
  if (format === "own") return ownProfiles(table);
  return [format === "sanger" ? sangerProfile(table, sequenceLength) : eyerissProfile(table)];
}

/** Like `readProfiles` for a table that must be of this one of the artifact's formats. */
export function readArtifactTable(file: string, format: ArtifactFormat, sequenceLength: number): ArtifactProfile {
  const table = readTable(file);
  requireColumns(table, format);
  return format === "sanger" ? sangerProfile(table, sequenceLength) : eyerissProfile(table);
}

/** The format whose mark the header has; without one, that with most columns in common, to say what is missing. */
function formatOf({ file, header }: CsvTable): Format {
  const marked = formatNames.filter((format) => header.includes(marks[format]));
  if (marked.length > 1) {
    const columns = marked.map((format) => marks[format]).join(" and ");
    throw tableError(file, `mixes formats: ${columns} are columns of different kinds of tables`);
  }
  if (marked.length === 1) return marked[0];
  const found = (format: Format) => formats[format].filter((name) => header.includes(name)).length;
  const best = formatNames.reduce((a, b) => (found(b) > found(a) ? b : a));
  if (found(best) > 0) return best === "eyerissv2" ? artifactFormatOf(file) : best;
  throw tableError(file, `is not a profile table: no known column among ${header.join(", ")}`);
}

/** The format that the path of one of the artifact's tables tells. */
export function artifactFormatOf(file: string): ArtifactFormat {
  return file.includes("sanger") || file.includes("load_balance") ? "sanger" : "eyerissv2";
}

function requireColumns(table: CsvTable, format: Format): void {
  for (const name of formats[format]) columnIndex(table, name);
}
