/** Vectors of single functions: random numbers, means, density ratios, Sanger latencies, parsing of numbers. */
import { join } from "node:path";
import { densityRatioOf, ratioFaults } from "../../../sched/artifact/predictor.ts";
import type { PredictorKind } from "../../../sched/predictor.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { MersenneTwister } from "../../../workloads/random/mersenne-twister.ts";
import { sangerLatencySeconds } from "../../../workloads/tables/sanger.ts";
import { pairwiseMean } from "../../../workloads/tables/statistics.ts";
import {
  amountRule,
  columnIndex,
  densityRule,
  indexRule,
  numberColumn,
  readTable,
} from "../../../workloads/tables/table-reader.ts";
import type { Check } from "./check.ts";
import { meanRecording, predictorRecording, randomRecording, readRecording } from "./recordings.ts";

/** Logarithms of two mathematical libraries differ in the last bit. */
const logarithmTolerance = 1e-12;

export const checkRandom: Check = (job, _tables, comparison) => {
  for (const { seed, ...lists } of readRecording(job, randomRecording).vectors) {
    for (const [name, recorded] of Object.entries(lists)) {
      const generator = new MersenneTwister(seed);
      const draws = drawsNamed(name);
      for (const [index, value] of recorded.flat().entries()) {
        const { draw, tolerance } = draws[index % draws.length];
        const [row, column] = [Math.floor(index / draws.length), index % draws.length];
        const place = () => `seed ${seed}: ${name}[${row}]${draws.length > 1 ? `[${column}]` : ""}`;
        comparison.near(value, draw(generator), tolerance, place);
      }
    }
  }
  return undefined;
};

interface Draw {
  readonly draw: (generator: MersenneTwister) => number;
  readonly tolerance: number;
}

/** What a list's name says is drawn: `random`, `uniform_0_1`, `randint_0_N`, `expovariate_R`, `mixed_expR_ri0_N_…`. */
function drawsNamed(name: string): Draw[] {
  if (name === "random" || name === "uniform_0_1") return [{ draw: (generator) => generator.random(), tolerance: 0 }];
  const kinds = [...name.matchAll(/(exp|expovariate_|ri0_|randint_0_)(\d+)/g)];
  if (kinds.length === 0) throw new ConfigError(`cannot tell what the list ${name} draws`);
  return kinds.map(([, kind, digits]) =>
    kind.startsWith("exp")
      ? { draw: (generator) => generator.exponential(Number(digits)), tolerance: logarithmTolerance }
      : { draw: (generator) => generator.below(Number(digits) + 1), tolerance: 0 },
  );
}

export const checkMean: Check = (job, _tables, comparison) => {
  for (const [index, recorded] of readRecording(job, meanRecording).cases.entries()) {
    const values = Float64Array.from(recorded.values);
    const leftToRight = values.reduce((sum, value) => sum + value, 0) / values.length;
    comparison.exact(recorded.numpy_mean, pairwiseMean(values), () => `case ${index}: pairwise mean`);
    comparison.exact(recorded.left_to_right_mean, leftToRight, () => `case ${index}: left-to-right mean`);
  }
  return undefined;
};

export const checkPredictors: Check = (job, _tables, comparison) => {
  for (const [index, recorded] of readRecording(job, predictorRecording).cases.entries()) {
    const measured = recorded.measured.map((sparsity) => 1 - sparsity);
    const average = recorded.avg_sparsity.map((sparsity) => 1 - sparsity);
    const ratio = (kind: PredictorKind) => {
      const parameters = { kind, lastN: recorded.window, faults: ratioFaults };
      return densityRatioOf(parameters)(measured, 0, average, measured.length);
    };
    const at = (name: string) => () => `case ${index}: ${name}`;
    comparison.exact(recorded.avg, ratio("average-all"), at("avg"));
    comparison.exact(recorded.last_one, ratio("last-one"), at("last_one"));
    comparison.exact(recorded.last_n, ratio("last-n"), at("last_n"));
  }
  return undefined;
};

export const checkSangerLatency: Check = (job, _tables, comparison) => {
  const table = readTable(join(job.dir, job.file));
  const density = numberColumn(table, "overall_sparsity", densityRule);
  const balance = numberColumn(table, "load_balance", amountRule);
  const tokens = numberColumn(table, "seq_len", indexRule);
  const latency = numberColumn(table, "latency_s", amountRule);
  for (const [row, recorded] of latency.entries()) {
    const replayed = sangerLatencySeconds(density[row], balance[row], tokens[row]);
    comparison.exact(recorded, replayed, () => `line ${table.rows[row].line}: latency_s`);
  }
  return undefined;
};

/** The artifact's own parser is off by one bit in a third of these texts; the tables are written so that it is not. */
export const checkNumberParsing: Check = (job, _tables, comparison) => {
  const table = readTable(join(job.dir, job.file));
  const hexColumn = columnIndex(table, "nearest_double_hex");
  const values = numberColumn(table, "text", {});
  for (const [row, { line, cells }] of table.rows.entries()) {
    comparison.exact(cells[hexColumn], hexOf(values[row]), () => `line ${line}: bits of ${cells[0]}`);
  }
  return undefined;
};

function hexOf(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString("hex");
}
