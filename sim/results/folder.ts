/** A result folder: opened before anything is computed, so that an unwritable place costs no work. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { csvField } from "../../workloads/input/csv-cell.ts";
import { ConfigError } from "../../workloads/input/errors.ts";
import { makeFolder } from "../../workloads/input/make-folder.ts";
import { type Column, columnsPage, tableColumns } from "./columns.ts";
import { FolderLock, isLockName } from "./folder-lock.ts";
import { attemptTo, type FileSum, jsonText, partial, writeWhole } from "./whole-file.ts";

/** Every result folder holds this file; a folder without it is not ours to write into. */
export const marker = "provenance.json";

/** The results of a sweep; they are never taken over, only gone on with. */
export const databaseName = "results.duckdb";

/** What the marker says: the state first. */
interface MarkerFacts {
  readonly state: string;
  readonly [fact: string]: unknown;
}

/** What the marker says of a result that is not there, or not whole. */
type UnfinishedState = { readonly state: "interrupted" } | { readonly state: "failed"; readonly failure: string };

interface FolderOptions {
  /** The results of a sweep have their own rules. */
  readonly ofSweep?: boolean;
  /** A hash of what the result is of: only a result of the same is taken over. Default: any is. */
  readonly experiment?: string;
  /** Whether the result of another experiment may be replaced. */
  readonly restart?: boolean;
}

/** Characters of an older result's command that a message shows. */
const maxOfCommand = 120;

export class ResultsFolder {
  readonly path: string;
  private readonly lock: FolderLock;
  /** Names of the files of an older result, until the first file of the new one replaces them. */
  private older: readonly string[];
  /** What the marker always says: of which experiment the result is. */
  private readonly facts: { readonly experiment?: string };
  /** Of the files that were written this time and do not change any more. */
  private readonly sums = new Map<string, FileSum>();
  /** Of the tables that were written this time, by file. */
  private readonly tables = new Map<string, readonly Column[]>();

  /**
   * Creates the folder, or takes an older result folder over. An older result stays until there is something to put in
   * its place; that of a sweep stays, and only another run of the sweep may have the folder.
   *
   * @throws ConfigError if it cannot be created or written, is in use, or holds something that is not a result, or not of
   * this kind, or of another experiment.
   */
  constructor(path: string, { ofSweep = false, experiment, restart = false }: FolderOptions = {}) {
    this.path = path;
    this.facts = experiment === undefined ? {} : { experiment };
    this.attempt("", () => makeFolder(resolve(path)));
    // Nothing is written before the lock, and into a folder that is not ours not even that.
    this.requireOurs(this.entries(), ofSweep);
    this.lock = this.attempt("", () => new FolderLock(path, `--out ${path}`));
    try {
      const entries = this.entries();
      this.requireOurs(entries, ofSweep);
      if (!restart && experiment !== undefined) this.requireSame(entries, experiment);
      this.older = ofSweep ? [] : entries;
      if (entries.length === 0) this.markRunning();
      else this.attempt("", () => requireWritable(path));
    } catch (error) {
      this.lock.release();
      throw error;
    }
  }

  /** Lets another process have the folder. */
  close(): void {
    attemptTo(() => this.lock.release());
  }

  /** Whether an older result is in it, untouched. */
  get hasPreviousResult(): boolean {
    return this.older.length > 0;
  }

  /**
   * Writes a file under another name first: under its own it is whole.
   *
   * @throws ConfigError if it cannot be written.
   */
  writeText(name: string, text: string | Iterable<string>): void {
    if (this.hasPreviousResult) this.replaceOlder();
    this.attempt(name, () => {
      const file = join(this.path, name);
      makeFolder(resolve(dirname(file)));
      this.sums.set(name, writeWhole(file, typeof text === "string" ? [text] : text));
    });
  }

  writeJson(name: string, value: unknown): void {
    this.writeText(name, jsonText(value));
  }

  /** Writes a CSV file row by row; numbers in their shortest exact form. */
  writeCsv(name: string, header: readonly string[], rows: Iterable<readonly (string | number)[]>): void {
    this.writeText(name, csvLines(header, rows));
    this.describe(name, tableColumns(name, header));
  }

  /** Has `columns.md` say what the columns of a table are; `name` is a file, or files such as `plots/*.csv`. */
  describe(name: string, columns: readonly Column[]): void {
    this.tables.set(name, columns);
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
      attemptTo(() => rmSync(path + partial, { force: true }));
      throw this.asMistake(name, error);
    }
  }

  /** Removes one of the folder's files, if it is there. */
  removeFile(name: string): void {
    this.attempt(name, () => rmSync(join(this.path, name), { force: true }));
  }

  /** Says in the folder that its result is being made. */
  markRunning(): void {
    this.mark({ state: "running" });
  }

  /**
   * Says in the folder how its making ended, and how its files can be known again: the last thing that is written.
   *
   * @throws ConfigError if it cannot be written.
   */
  markEnded(facts: MarkerFacts): void {
    if (this.tables.size > 0) this.writeText("columns.md", columnsPage(this.tables));
    this.mark({ ...facts, files: Object.fromEntries(this.sums) });
  }

  /** Says in the folder, if it can be written, why it was not finished; an older result stays as it is. */
  markUnfinished(state: UnfinishedState): void {
    // If it fails, the folder goes on saying that the run is under way.
    if (!this.hasPreviousResult) attemptTo(() => this.mark(state));
  }

  private mark({ state, ...facts }: MarkerFacts): void {
    const text = jsonText({ state, ...this.facts, ...facts });
    this.attempt("", () => writeWhole(join(this.path, marker), [text]));
  }

  /** Nothing computed is lost: an older result gives way only to its own experiment. */
  private requireSame(entries: readonly string[], experiment: string): void {
    if (!entries.some((entry) => resultFiles.has(entry))) return;
    const said = readMarker(join(this.path, marker));
    if (said.experiment === experiment) return;
    const command = Array.isArray(said.command) ? ` (dysta ${said.command.join(" ").slice(0, maxOfCommand)})` : "";
    throw new ConfigError(
      `--out ${this.path}: holds the results of another experiment${command}; name another folder, or replace them with --restart`,
    );
  }

  /** What is in the folder, without what a process leaves that was killed before it had said anything. */
  private entries(): string[] {
    const entries = this.attempt("", () => readdirSync(this.path));
    const said = entries.filter((name) => !isLockName(name));
    return said.every((name) => name === marker + partial) ? [] : said;
  }

  private requireOurs(entries: readonly string[], ofSweep: boolean): void {
    const { path } = this;
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
  }

  private replaceOlder(): void {
    this.markRunning();
    const files = this.older.filter((entry) => resultFiles.has(entry) || entry.endsWith(partial));
    this.older = [];
    for (const file of files) this.attempt(file, () => rmSync(join(this.path, file), { recursive: true, force: true }));
  }

  private attempt<T>(name: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw this.asMistake(name, error);
    }
  }

  private asMistake(name: string, error: unknown): unknown {
    if (error instanceof ConfigError) return error;
    const { code } = error as NodeJS.ErrnoException;
    // What the system did not refuse is a fault of ours.
    if (code === undefined) return error;
    const what = name === "" ? "" : `${name} `;
    return new ConfigError(`--out ${this.path}: ${what}cannot be written: ${code}`);
  }
}

/** What a marker says; nothing if it is damaged. */
function readMarker(path: string): { readonly experiment?: unknown; readonly command?: unknown } {
  try {
    const said: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof said === "object" && said !== null ? said : {};
  } catch {
    return {};
  }
}

function requireWritable(folder: string): void {
  accessSync(folder, constants.W_OK);
  closeSync(openSync(join(folder, marker), "r+"));
}

function* csvLines(header: readonly string[], rows: Iterable<readonly (string | number)[]>): Iterable<string> {
  yield `${header.map(csvField).join(",")}\n`;
  for (const row of rows) yield `${row.map(csvField).join(",")}\n`;
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
  "figures",
  "columns.md",
  "reproduce.json",
  "reproduce.csv",
  "reproduce.md",
  // Of older versions.
  "plots",
]);
