/** What lies in a folder of recordings, found by place and shape. */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ConfigError } from "../../../workloads/input/errors.ts";
import type { ConformJob, RecordingKind } from "./part.ts";
import { readJson } from "./recordings.ts";

/** Where recordings lie by convention; elsewhere their shape decides. */
const kindByFolder: Readonly<Record<string, RecordingKind>> = { scenarios: "scenario", luts: "lut", sweeps: "sweep" };
const kindByName: Readonly<Record<string, RecordingKind>> = {
  "rng.json": "random",
  "numpy_mean.json": "mean",
  "predictors.json": "predictors",
  "predictor_accuracy.json": "predictor-accuracy",
  "eyerissv2.json": "eyeriss-v2",
  "eyerissv2_networks.json": "eyeriss-v2",
  "sanger_latency.csv": "sanger-latency",
  "csv_float_parse.csv": "number-parsing",
  "summary.csv": "summary",
};
const vectorFolder = "vectors";

/** Columns that only one kind of CSV recording has. */
const kindByColumn: Readonly<Record<string, RecordingKind>> = {
  latency_s: "sanger-latency",
  nearest_double_hex: "number-parsing",
  clock_rollbacks: "summary",
};

/**
 * Every recording under `dir`, in order of path.
 *
 * @throws ConfigError if `dir` is not a readable folder or has no recording.
 */
export function findRecordings(dir: string): ConformJob[] {
  const jobs = listFiles(dir).flatMap((file) => {
    const kind = kindOf(dir, file);
    return kind === undefined ? [] : [{ dir, file, kind }];
  });
  if (jobs.some(({ kind }) => kind !== "unknown")) return jobs;
  throw new ConfigError(
    `conform ${dir}: no recording found (looked for scenarios, traces, look-up tables, sweeps and vectors)`,
  );
}

/** Files under `dir`, relative to it with forward slashes, sorted; hidden ones and packages are left out. */
export function listFiles(dir: string): string[] {
  const files: string[] = [];
  const visited = new Set<string>();
  const visit = (folder: string) => {
    const real = realpathSync(join(dir, folder));
    if (visited.has(real)) return;
    visited.add(real);
    for (const name of readdirSync(real)) {
      if (name.startsWith(".") || name === "node_modules") continue;
      const path = folder === "" ? name : `${folder}/${name}`;
      const stat = statSync(join(dir, path), { throwIfNoEntry: false });
      if (stat?.isDirectory()) visit(path);
      else if (stat?.isFile()) files.push(path);
    }
  };
  try {
    visit("");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what = { ENOENT: "no such folder", ENOTDIR: "is not a folder" }[code ?? ""] ?? `cannot be read (${code})`;
    throw new ConfigError(`conform ${dir}: ${what}`);
  }
  return files.sort();
}

function kindOf(dir: string, file: string): RecordingKind | undefined {
  if (file.endsWith(".trace.json")) return "trace";
  const known = kindByName[basename(file)];
  if (known !== undefined) return known;
  if (file.endsWith(".csv")) return kindOfCsv(join(dir, file));
  if (!file.endsWith(".json")) return undefined;
  const folder = basename(dirname(file));
  return kindByFolder[folder] ?? kindOfJson(dir, file) ?? (folder === vectorFolder ? "unknown" : undefined);
}

function kindOfCsv(path: string): RecordingKind | undefined {
  let header: string;
  try {
    [header] = readFileSync(path, "utf8").split(/\r?\n/, 1);
  } catch {
    return undefined; // An unreadable table is reported by the recordings that use it.
  }
  const column = header.split(",").find((name) => Object.hasOwn(kindByColumn, name));
  return column === undefined ? undefined : kindByColumn[column];
}

/** The kind that a JSON document's keys tell; a damaged document is of unknown kind, and reading it will say why. */
function kindOfJson(dir: string, file: string): RecordingKind | undefined {
  let document: unknown;
  try {
    document = readJson(dir, file);
  } catch {
    return "unknown";
  }
  const keys = keysOf(document);
  if (keys.includes("requests") && keys.includes("schedulers")) return "scenario";
  if (keys.includes("lut") && keys.includes("seq_len")) return "lut";
  if (keys.includes("runs")) return "sweep";
  if (keys.includes("vectors")) return "random";
  if (keys.includes("default_config")) return "eyeriss-v2";
  const { cases, layers } = document as { cases?: unknown; layers?: unknown };
  const caseKeys = keysOf(firstOf(cases));
  if (caseKeys.includes("numpy_mean")) return "mean";
  if (caseKeys.includes("last_n")) return "predictors";
  if (keysOf(firstOf(layers)).includes("input_threshold")) return "eyeriss-v2";
  const entry = keys.length === 0 ? undefined : (document as Record<string, unknown>)[keys[0]];
  return keysOf(entry).includes("last_n") ? "predictor-accuracy" : undefined;
}

function keysOf(value: unknown): string[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}
