/**
 * The two CSV formats of the public artifact: latencies of CNN layers (Eyeriss v2) and mask densities with load balance
 * of attention layers (Sanger). A file is one network with one pattern, named by the file.
 */
import { basename } from "node:path";
import { ConfigError } from "../input/errors.ts";
import { type Profile, secondsPerTick, sharedDoublesOf } from "./profile.ts";
import { gridColumns, type ProfileGrid, profileGrid } from "./profile-grid.ts";
import { sangerClockHz, sangerLatencySeconds } from "./sanger.ts";
import { amountRule, type CsvTable, densityRule, numberColumn, tableError } from "./table-reader.ts";

/** A profile in seconds that also keeps what was recorded: the share of zeros of each (sample, layer), 0..1. */
export interface ArtifactProfile extends Profile {
  readonly sparsity: Float64Array;
  readonly meanSparsity: Float64Array;
}

export const eyerissColumns = ["sim_lat", "overall-sparsity", "batch-indx", "layer-indx"] as const;
export const sangerColumns = ["50%-skip", "overall-sparsity", "batch-indx", "layer-indx"] as const;

const eyerissClockHz = 200e6;
const sangerPrefix = "load_balance_";
/** Stands in for the pattern of a file whose name is the model's alone. */
const unnamedPattern = "default";

/** A CNN table: `sim_lat` in seconds, `overall-sparsity` = share of zeros of the layer's input. */
export function eyerissProfile(table: CsvTable): ArtifactProfile {
  const grid = artifactGrid(table);
  const latency = grid.arrange(numberColumn(table, "sim_lat", amountRule));
  const sparsity = grid.arrange(numberColumn(table, "overall-sparsity", densityRule));
  return {
    ...artifactProfile(grid, { stem: stemOf(table.file), latency, sparsity }),
    clockHz: eyerissClockHz,
    source: "table in the public artifact's format, latencies in seconds of its Eyeriss v2 model at 200 MHz",
  };
}

/**
 * An attention table: `overall-sparsity` = share of *non*-zeros of the attention mask, `50%-skip` = load balance. The
 * latency follows from them and `sequenceLength`, in tokens; by default the number that ends the file's name.
 *
 * @throws ConfigError also if no sequence length is given and the file's name does not end in one.
 */
export function sangerProfile(table: CsvTable, sequenceLength = sequenceLengthOf(table.file)): ArtifactProfile {
  if (!(Number.isInteger(sequenceLength) && sequenceLength > 0)) {
    throw new ConfigError(`sequenceLength must be a whole number of tokens, 1 or more, is ${sequenceLength}`);
  }
  const grid = artifactGrid(table);
  const density = grid.arrange(numberColumn(table, "overall-sparsity", densityRule));
  const balance = grid.arrange(positiveColumn(table, "50%-skip"));
  const latency = density.map((share, index) => sangerLatencySeconds(share, balance[index], sequenceLength));
  const sparsity = density.map((share) => 1 - share);
  return {
    ...artifactProfile(grid, { stem: stemOf(table.file), latency, sparsity }),
    clockHz: sangerClockHz,
    source: `table in the public artifact's format, latencies by its Sanger formula at ${sequenceLength} tokens and 1 GHz`,
  };
}

function artifactGrid(table: CsvTable): ProfileGrid {
  return profileGrid(table, gridColumns(table, "batch-indx", "layer-indx"), [...table.rows.keys()]);
}

function positiveColumn(table: CsvTable, name: string): Float64Array {
  const column = numberColumn(table, name, amountRule);
  const zero = column.indexOf(0);
  if (zero >= 0) throw tableError(table.file, `line ${table.rows[zero].line}: ${name} must be more than 0, is 0`);
  return column;
}

function artifactProfile(
  { sampleIds, layerCount }: ProfileGrid,
  { stem, latency, sparsity }: { stem: string; latency: Float64Array; sparsity: Float64Array },
) {
  const [model, ...rest] = stem.split("_");
  const pattern = rest.length === 0 ? unnamedPattern : rest.join("_");
  return {
    name: stem,
    model,
    pattern,
    timeUnit: "seconds" as const,
    sampleIds,
    layerCount,
    latency: sharedDoublesOf(latency),
    inputDensity: sharedDoublesOf(sparsity.map((share) => 1 - share)),
    sparsity: sharedDoublesOf(sparsity),
    meanSparsity: sharedDoublesOf(columnMeans(sparsity, layerCount)),
    extra: {},
  };
}

/** Means of the columns of a row-major array, added from the first row on. */
function columnMeans(values: Float64Array, columns: number): Float64Array {
  const rows = values.length / columns;
  const sums = new Float64Array(columns);
  for (let index = 0; index < values.length; index++) sums[index % columns] += values[index];
  return sums.map((sum) => sum / rows);
}

function stemOf(file: string): string {
  const stem = basename(file).replace(/\.csv$/i, "");
  return stem.startsWith(sangerPrefix) ? stem.slice(sangerPrefix.length) : stem;
}

function sequenceLengthOf(file: string): number {
  const digits = /_(\d+)$/.exec(stemOf(file))?.[1];
  if (digits === undefined) {
    throw tableError(file, "an attention table needs a sequenceLength (or a file name that ends in one, as …_128.csv)");
  }
  return Number(digits);
}

/**
 * A profile as the text of an `eyerissv2` table, for the public artifact's own scheduler simulator: seconds, and the share
 * of zeros of the input. (A Sanger table cannot be written: a profile has latencies, that table the load balance they
 * follow from.)
 */
export function formatEyerissTable({
  timeUnit,
  clockHz,
  layerCount,
  latency,
  inputDensity,
  sampleIds,
}: Profile): string {
  const factor = secondsPerTick({ timeUnit, clockHz });
  const rows = Array.from(latency, (time, index) => {
    const sample = sampleIds[Math.floor(index / layerCount)];
    return `${time * factor},${1 - inputDensity[index]},${sample},${index % layerCount}`;
  });
  return `${[eyerissColumns.join(","), ...rows].join("\n")}\n`;
}
