/** A result folder: opened before anything is computed, so that an unwritable place costs no work. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ConfigError } from "../../workloads/input/errors.ts";
import { makeFolder } from "./make-folder.ts";

/** Every result folder holds this file; a folder without it is not ours to write into. */
const marker = "provenance.json";

/** What a file is called until it is whole. */
const partial = ".partial";

/** The results of a sweep; they are never taken over, only gone on with. */
export const databaseName = "results.duckdb";

const flushLength = 1 << 16;

export class ResultsFolder {
  readonly path: string;
  /** Names of the files of an older result, until the first file of the new one replaces them. */
  private older: readonly string[];

  /**
   * Creates the folder, or takes an older result folder over. An older result stays until there is something to put in
   * its place; that of a sweep stays, and only another run of the sweep may have the folder.
   *
   * @throws ConfigError if it cannot be created or written, or holds something that is not a result, or not of this kind.
   */
  constructor(path: string, { ofSweep = false } = {}) {
    this.path = path;
    const entries = this.attempt("", () => {
      makeFolder(resolve(path));
      return readdirSync(path);
    });
    if (entries.length > 0 && !existsSync(join(path, marker))) {
      throw new ConfigError(`--out ${path}: holds files but is not a result folder (no ${marker}); name an empty one`);
    }
    const hasSweep = entries.includes(databaseName);
    if (hasSweep && !ofSweep) {
      throw new ConfigError(`--out ${path}: holds the results of a sweep; name another folder`);
    }
    if (ofSweep && !hasSweep && entries.some((entry) => resultFiles.has(entry))) {
      throw new ConfigError(`--out ${path}: holds the results of another command; name another folder`);
    }
    this.older = ofSweep ? [] : entries;
    if (entries.length === 0) this.markRunning();
    else this.attempt("", () => requireWritable(path));
  }

  /** Whether an older result is in it, untouched. */
  get isAsItWas(): boolean {
    return this.older.length > 0;
  }

  /**
   * Writes a file under another name first: under its own it is whole.
   *
   * @throws ConfigError if it cannot be written.
   */
  writeText(name: string, text: string | Iterable<string>): void {
    if (this.isAsItWas) this.replaceOlder();
    this.attempt(name, () => {
      const file = join(this.path, name);
      makeFolder(resolve(dirname(file)));
      writeWhole(file, typeof text === "string" ? [text] : text);
    });
  }

  writeJson(name: string, value: unknown): void {
    this.writeText(name, jsonText(value));
  }

  /** Writes a CSV file row by row; numbers in their shortest exact form. */
  writeCsv(name: string, header: readonly string[], rows: Iterable<readonly (string | number)[]>): void {
    this.writeText(name, csvLines(header, rows));
  }

  /**
   * Has `write` make a file under another name: under its own it is whole.
   *
   * @throws ConfigError if it cannot be written.
   */
  async writeFile(name: string, write: (path: string) => Promise<void>): Promise<void> {
    const path = join(this.path, name);
    try {
      await write(path + partial);
      renameSync(path + partial, path);
    } catch (error) {
      rmSync(path + partial, { force: true });
      throw this.asMistake(name, error);
    }
  }

  /** Says in the folder that its result is being made. */
  markRunning(): void {
    this.mark({ state: "running" });
  }

  /** Says in the folder, if it can be written, why it was not finished; an older result stays as it is. */
  markUnfinished(
    state: { readonly state: "interrupted" } | { readonly state: "failed"; readonly failure: string },
  ): void {
    if (this.isAsItWas) return;
    try {
      this.mark(state);
    } catch {
      // Then it goes on saying that the run is under way.
    }
  }

  private mark(state: { readonly state: string }): void {
    this.attempt("", () => writeWhole(join(this.path, marker), [jsonText(state)]));
  }

  private replaceOlder(): void {
    this.markRunning();
    const files = this.older.filter((entry) => resultFiles.has(entry) || entry.endsWith(partial));
    this.older = [];
    for (const file of files) this.attempt(file, () => rmSync(join(this.path, file), { recursive: true }));
  }

  private attempt<T>(name: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw this.asMistake(name, error);
    }
  }

  private asMistake(name: string, error: unknown): ConfigError {
    if (error instanceof ConfigError) return error;
    const { code, message } = error as NodeJS.ErrnoException;
    const what = name === "" ? "" : `${name} `;
    return new ConfigError(`--out ${this.path}: ${what}cannot be written: ${code ?? message}`);
  }
}

function requireWritable(folder: string): void {
  accessSync(folder, constants.W_OK);
  closeSync(openSync(join(folder, marker), "r+"));
}

/** The old file, if there is one, stays until the new one is whole. */
function writeWhole(path: string, parts: Iterable<string>): void {
  try {
    const file = openSync(path + partial, "w");
    try {
      writeAll(file, parts);
    } finally {
      closeSync(file);
    }
    renameSync(path + partial, path);
  } catch (error) {
    rmSync(path + partial, { force: true });
    throw error;
  }
}

function writeAll(file: number, parts: Iterable<string>): void {
  let pending = "";
  for (const part of parts) {
    pending += part;
    if (pending.length < flushLength) continue;
    // Not writeSync: on a disk that is nearly full it writes a part and says nothing.
    writeFileSync(file, pending);
    pending = "";
  }
  writeFileSync(file, pending);
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function* csvLines(header: readonly string[], rows: Iterable<readonly (string | number)[]>): Iterable<string> {
  yield `${header.join(",")}\n`;
  for (const row of rows) yield `${row.map(csvField).join(",")}\n`;
}

/** A field of a line of CSV: numbers in their shortest exact form. */
export function csvField(value: string | number): string {
  if (typeof value === "number") return String(value);
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

const resultFiles = new Set([
  "config.yaml",
  "summary.json",
  "requests.csv",
  "results.csv",
  "dispatch.csv",
  "timeline.json",
  "prediction.csv",
  "report.html",
  "profile.csv",
  "eyerissv2",
  "profile.json",
  "overhead.json",
  "explore.json",
  "explore.csv",
  "plots",
]);
