/** The JSON recordings, validated. The format is described in test/reference/README.md. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../../../workloads/input/errors.ts";
import type { ConformJob } from "./part.ts";

const numbers = z.array(z.number());
const count = z.int().nonnegative();
const positiveCount = z.int().positive();
const tables = {
  models: z.array(z.string()).nonempty(),
  csv: z.array(z.string()).nonempty(),
};

const recordedSchedule = z.object({
  violation_rate: z.number(),
  stp: z.number(),
  antt: z.number(),
  violated: z.array(count),
  finish: numbers,
  finish_order: z.array(count),
  n_dispatch: count,
  clock_rollbacks: z.array(z.tuple([count, z.number(), z.number()])),
  dispatch: z.string(),
});
export type RecordedSchedule = z.infer<typeof recordedSchedule>;

export const scenarioRecording = z.object({
  ...tables,
  num_requests: positiveCount,
  slo_multiplier: z.number().positive().optional(),
  request_columns: z
    .tuple([
      z.literal("arrival_s"),
      z.literal("model_index"),
      z.literal("priority"),
      z.literal("sample_id"),
      z.literal("target_latency_s"),
    ])
    .optional(),
  params: z.object({ alpha: z.number(), beta: z.number(), seq_len: positiveCount }),
  /** Arrival in seconds, model index, priority, sample number, target latency in seconds. */
  requests: z.array(z.tuple([z.number(), count, positiveCount, count, z.number()])).nonempty(),
  schedulers: z.record(z.string(), recordedSchedule),
});
export type ScenarioRecording = z.infer<typeof scenarioRecording>;

export const traceRecording = z.record(
  z.string(),
  z.object({
    fields: z.array(z.string()),
    /** Clock, chosen request, and for every admitted request its number and fields. */
    decisions: z.array(z.tuple([z.number(), count, z.array(numbers.nonempty())])),
  }),
);

const recordedTable = z.object({
  num_samples: positiveCount,
  num_layers: positiveCount,
  target_lat_per_pattern: z.number(),
  target_lat_per_model: z.number(),
  avg_lat_per_pattern: numbers,
  avg_lat_per_model: numbers,
  avg_sparsity: numbers,
  samples_0_to_6: z.array(z.object({ lat: numbers, sparsity: numbers })),
});
export type RecordedTable = z.infer<typeof recordedTable>;

export const lutRecording = z.object({
  ...tables,
  seq_len: positiveCount,
  lut: z.record(z.string(), recordedTable),
});

/** Per scheduler a matrix [objective, seed]. */
const sweepMatrix = z.record(z.string(), z.array(numbers));
export const sweepRecording = z.object({
  runs: z
    .array(
      z.object({
        csv_order: z.array(z.string()).nonempty(),
        num_requests: positiveCount,
        slo_multipliers: numbers.nonempty(),
        arrival_rates: z.array(z.number().positive()).nonempty(),
        seeds: z.array(z.int()).nonempty(),
        metrics: z.record(z.string(), z.object({ vio_rate: sweepMatrix, thrpt: sweepMatrix, antt: sweepMatrix })),
      }),
    )
    .nonempty(),
});
export type SweepRun = z.infer<typeof sweepRecording>["runs"][number];

export const randomRecording = z.object({
  vectors: z.array(z.object({ seed: z.int() }).catchall(z.union([numbers, z.array(numbers)]))).nonempty(),
});

export const meanRecording = z.object({
  cases: z
    .array(z.object({ values: numbers.nonempty(), numpy_mean: z.number(), left_to_right_mean: z.number() }))
    .nonempty(),
});

const ratio = z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"]).transform(Number)]);
export const predictorRecording = z.object({
  cases: z
    .array(
      z.object({
        avg_sparsity: numbers,
        measured: numbers,
        window: positiveCount,
        avg: ratio,
        last_one: ratio,
        last_n: ratio,
      }),
    )
    .nonempty(),
});

const recordedAccuracy = z.object({
  mean_error: z.number(),
  mean_relative_error: z.number(),
  mse: z.number(),
  rmse: z.number(),
  count,
});
export const accuracyRecording = z.record(
  z.string(),
  z.object({ avg: recordedAccuracy, last_n: recordedAccuracy, last_one: recordedAccuracy }),
);

/**
 * The recording of a job.
 *
 * @throws ConfigError, one line with file and place, if it cannot be read or has another shape.
 */
export function readRecording<T>({ dir, file }: Pick<ConformJob, "dir" | "file">, schema: z.ZodType<T>): T {
  const result = schema.safeParse(readJson(dir, file));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue.path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  throw new ConfigError(`${file}: ${place.replace(/^\./, "") || "document"}: ${issue.message}`);
}

/**
 * A JSON file of the folder.
 *
 * @throws ConfigError if it cannot be read or is not JSON.
 */
export function readJson(dir: string, file: string): unknown {
  let text: string;
  try {
    text = readFileSync(join(dir, file), "utf8");
  } catch (error) {
    throw new ConfigError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${file}: is not valid JSON: ${(error as SyntaxError).message.replaceAll(/\s+/g, " ")}`);
  }
}
