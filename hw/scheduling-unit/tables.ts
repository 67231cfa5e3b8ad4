/**
 * The latency, density, shape and isolated-latency tables of the scheduling unit, in its number format. Reciprocals stand
 * where the paper divides (section 5.2), so that the unit has no divider.
 */
import { ConfigError } from "../../workloads/input/errors.ts";
import { type SchedulingUnit, unitsPerSecond } from "./description.ts";
import { type NumberFormat, numberFormat } from "./number-format.ts";

/** What is known of one (model, pattern) before it runs. */
export interface NetworkAverages {
  readonly name: string;
  /** Of the layers from l on, for every layer l; with another α than 1, times α. */
  readonly remainingSeconds: ArrayLike<number>;
  /** Whole network, uninterrupted. */
  readonly isolatedSeconds: number;
  /** Average monitored density of every layer, 0..1. */
  readonly density: ArrayLike<number>;
  /** Outputs of every layer: the monitor's count is divided by it. */
  readonly outputs: ArrayLike<number>;
  /** ε of `swp`, how much of the time follows the density; 0 unless given. */
  readonly elasticity?: number;
}

/** Layer tables are indexed by row · layersPerRow + layer, `reciprocalIsolatedSeconds` by row. */
export class Tables {
  readonly layersPerRow: number;
  /** Rows in use. */
  rows = 0;
  /** Time from the layer on, in units of `unitsPerSecond`. */
  readonly remaining: Float64Array;
  /** 1 / average density, for `swp` ε times as much; 0 for a layer that is always empty, which says nothing about the input. */
  readonly reciprocalDensity: Float64Array;
  /** 2^countShiftBits / outputs. */
  readonly reciprocalOutputs: Float64Array;
  readonly reciprocalIsolatedSeconds: Float64Array;
  /** ε; it lies where a unit of Dysta has `reciprocalIsolatedSeconds`. */
  readonly elasticity: Float64Array;

  constructor({ tableRows, layersPerRow }: SchedulingUnit) {
    this.layersPerRow = layersPerRow;
    this.remaining = new Float64Array(tableRows * layersPerRow);
    this.reciprocalDensity = new Float64Array(tableRows * layersPerRow);
    this.reciprocalOutputs = new Float64Array(tableRows * layersPerRow);
    this.reciprocalIsolatedSeconds = new Float64Array(tableRows);
    this.elasticity = this.reciprocalIsolatedSeconds;
  }

  /** Takes over the contents of tables of the same size. */
  load(other: Tables): void {
    this.rows = other.rows;
    this.remaining.set(other.remaining);
    this.reciprocalDensity.set(other.reciprocalDensity);
    this.reciprocalOutputs.set(other.reciprocalOutputs);
    this.reciprocalIsolatedSeconds.set(other.reciprocalIsolatedSeconds);
  }
}

/** Contents of the tables for these networks, row by row: what the host computes, once. @throws ConfigError if they do not fit. */
export function tablesOf(unit: SchedulingUnit, networks: readonly NetworkAverages[]): Tables {
  checkSizes(unit, networks);
  const tables = new Tables(unit);
  const format = numberFormat(unit.format);
  for (const [row, network] of networks.entries()) fillRow(tables, row, network, unit, format);
  tables.rows = networks.length;
  return tables;
}

function checkSizes({ tableRows, layersPerRow }: SchedulingUnit, networks: readonly NetworkAverages[]): void {
  if (networks.length > tableRows) {
    throw new ConfigError(
      `scheduling unit: the tables have ${tableRows} rows, too few for ${networks.length} (model, pattern) pairs`,
    );
  }
  for (const { name, density } of networks) {
    if (density.length > layersPerRow) {
      throw new ConfigError(
        `scheduling unit: a table row has room for ${layersPerRow} layers, too few for the ${density.length} of ${name}`,
      );
    }
  }
}

function fillRow(
  tables: Tables,
  row: number,
  network: NetworkAverages,
  unit: SchedulingUnit,
  format: NumberFormat,
): void {
  const { layersPerRow, countShiftBits } = unit;
  const { name, density, outputs, remainingSeconds } = network;
  const word = (what: string, value: number) => fitting(`${what} of ${name}`, value, format);
  fillIsolated(tables, row, network, unit);
  const { elasticity = 0 } = network;
  const scale = unit.policy === "dysta" ? 1 : elasticity;
  for (let layer = 0; layer < density.length; layer++) {
    const address = row * layersPerRow + layer;
    // Not above the isolated latency, which fits; the rest of a short network can round to zero.
    tables.remaining[address] = format.round(remainingSeconds[layer] * unitsPerSecond(unit));
    tables.reciprocalOutputs[address] = word(
      `scaled 1/outputs at layer ${layer}`,
      2 ** countShiftBits / outputs[layer],
    );
    const isSilent = density[layer] === 0 || scale === 0;
    tables.reciprocalDensity[address] = isSilent ? 0 : word(`1/density at layer ${layer}`, scale / density[layer]);
  }
}

/** The isolated latency must fit as a time; its reciprocal is Dysta's, ε that of `swp`. */
function fillIsolated(tables: Tables, row: number, network: NetworkAverages, unit: SchedulingUnit): void {
  const { name, isolatedSeconds, elasticity = 0 } = network;
  const { policy, secondsPerTick, timeShiftBits, scoreShiftBits } = unit;
  const format = numberFormat(unit.format);
  const word = (what: string, value: number) => fitting(`${what} of ${name}`, value, format);
  const isolatedTicks = isolatedSeconds / secondsPerTick;
  word(`isolated latency in units of 2^${timeShiftBits} ticks`, isolatedTicks / 2 ** timeShiftBits);
  if (policy !== "dysta") {
    tables.elasticity[row] = format.round(elasticity);
    return;
  }
  word("isolated latency as a score", isolatedSeconds * 2 ** scoreShiftBits);
  tables.reciprocalIsolatedSeconds[row] = word("1/s of the isolated latency", 1 / isolatedSeconds);
}

function fitting(what: string, value: number, { name, round, largest }: NumberFormat): number {
  const word = round(value);
  if (word > 0 && word <= largest) return word;
  throw new ConfigError(
    `scheduling unit: the ${what} must be a positive ${name} number, not ${Number(value.toPrecision(4))}`,
  );
}
