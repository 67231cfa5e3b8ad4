/** A result folder: opened before anything is computed, so that an unwritable place costs no work. */
import { closeSync, existsSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ConfigError } from "../workloads/errors.ts";
import { makeFolder } from "./make-folder.ts";

/** Every result folder holds this file; a folder without it is not ours to write into. */
const marker = "provenance.json";

const flushLength = 1 << 16;

export class ResultsFolder {
  readonly path: string;

  /**
   * Creates the folder, or takes an older result folder over.
   *
   * @throws ConfigError if it cannot be created or written, or holds something that is not a result.
   */
  constructor(path: string) {
    this.path = path;
    this.attempt(() => makeFolder(resolve(path)));
    const entries = this.attempt(() => readdirSync(path));
    if (entries.length > 0 && !existsSync(join(path, marker))) {
      throw new ConfigError(`--out ${path}: holds files but is not a result folder (no ${marker}); name an empty one`);
    }
    this.writeJson(marker, { state: "running" });
    for (const entry of entries)
      if (resultFiles.has(entry)) this.attempt(() => rmSync(join(path, entry), { recursive: true }));
  }

  writeText(name: string, text: string): void {
    const file = join(this.path, name);
    this.attempt(() => {
      makeFolder(resolve(dirname(file)));
      writeFileSync(file, text);
    });
  }

  writeJson(name: string, value: unknown): void {
    this.writeText(name, `${JSON.stringify(value, null, 2)}\n`);
  }

  /** Writes a CSV file row by row; numbers in their shortest exact form. */
  writeCsv(name: string, header: readonly string[], rows: Iterable<readonly (string | number)[]>): void {
    this.attempt(() => {
      const file = openSync(join(this.path, name), "w");
      try {
        let pending = `${header.join(",")}\n`;
        for (const row of rows) {
          pending += `${row.map(csvField).join(",")}\n`;
          if (pending.length < flushLength) continue;
          writeSync(file, pending);
          pending = "";
        }
        writeSync(file, pending);
      } finally {
        closeSync(file);
      }
    });
  }

  private attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new ConfigError(`--out ${this.path}: cannot be written: ${code ?? message}`);
    }
  }
}

function csvField(value: string | number): string {
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const resultFiles = new Set([
  "config.yaml",
  "summary.json",
  "requests.csv",
  "results.csv",
  "dispatch.csv",
  "profile.csv",
  "eyerissv2",
  "profile.json",
  "overhead.json",
  "plots",
]);
