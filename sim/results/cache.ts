/**
 * Results kept between runs, by a hash of everything they depend on, the code that made them included. An entry holds its
 * own hash: one that is not as it was written counts as missing, is computed anew, and is counted.
 */
import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";
import { ConfigError } from "../../workloads/input/errors.ts";
import { makeFolder } from "../../workloads/input/make-folder.ts";
import { type CodeKind, codeHash } from "./code-identity.ts";

const defaultCacheFolder = ".dysta-cache";

/** The folder of kept results that was asked for: `false` for none, the default one where nothing was said. */
export function cacheFolder(asked: string | boolean | undefined): string | undefined {
  return asked === false ? undefined : typeof asked === "string" ? asked : defaultCacheFolder;
}

/** A folder of JSON files named by the hash of what they depend on. Safe to share between threads and programs. */
export class Cache {
  private readonly folder: string;

  /** @throws ConfigError if the folder cannot be made. */
  constructor(folder: string) {
    this.folder = folder;
    this.attempt(() => makeFolder(resolve(folder)));
  }

  /** The entry for `key`; undefined if there is none or it is damaged. */
  read<T>(key: string): T | undefined {
    let text: string;
    try {
      text = readFileSync(this.fileOf(key), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") countDamaged();
      return undefined;
    }
    const value = keptValue(key, text);
    if (value === undefined) countDamaged();
    return value as T | undefined;
  }

  /** Written under another name first, so that a reader never sees half an entry. */
  write(key: string, value: unknown): void {
    const file = this.fileOf(key);
    const partial = `${file}.${process.pid}.${threadMark}`;
    this.attempt(() => {
      try {
        writeFileSync(partial, entryOf(key, JSON.stringify(value)));
        renameSync(partial, file);
      } catch (error) {
        rmSync(partial, { force: true });
        throw error;
      }
    });
  }

  private fileOf(key: string): string {
    return join(this.folder, `${key}.json`);
  }

  private attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new ConfigError(`--cache ${this.folder}: cannot be written: ${code ?? message} (--no-cache does without)`);
    }
  }
}

/** Tells the threads of one process apart; nothing that is kept depends on it. */
const threadMark = createHash("sha256").update(String(process.hrtime.bigint())).digest("hex").slice(0, 8);

/** A line with the hash of key and value, and the value. */
function entryOf(key: string, value: string): string {
  const hash = createHash("sha256").update(`${key}\n${value}`).digest("hex");
  return `${hash}\n${value}\n`;
}

/** The value of an entry; undefined unless every byte is as it was written, under this key. */
function keptValue(key: string, text: string): unknown {
  const [, value] = text.split("\n", 2);
  return value !== undefined && text === entryOf(key, value) ? JSON.parse(value) : undefined;
}

const counterName = "dysta: damaged entries of caches";

/** Shared by all threads: worker threads are given what the main thread has set. */
const damaged = sharedCounter();

function sharedCounter(): Int32Array {
  const given = getEnvironmentData(counterName) as unknown;
  if (given instanceof Int32Array) return given;
  const counter = new Int32Array(new SharedArrayBuffer(4));
  setEnvironmentData(counterName, counter as unknown as string);
  return counter;
}

function countDamaged(): void {
  Atomics.add(damaged, 0, 1);
}

/** How many entries this process has found damaged, in all its threads; counted from 0 again. */
export function takeDamagedCount(): number {
  return Atomics.exchange(damaged, 0, 0);
}

/** The key of a profile: a hash of its inputs and of the code that makes it. `Infinity` is kept apart from null. */
export function cacheKey(inputs: unknown): string {
  return keyOf("profiles", inputs);
}

/** The same of what runs give. */
export function resultKey(inputs: unknown): string {
  return keyOf("results", inputs);
}

function keyOf(kind: CodeKind, inputs: unknown): string {
  const text = JSON.stringify(inputs, (_, value) => (value === Number.POSITIVE_INFINITY ? "unlimited" : value));
  return createHash("sha256").update(codeHash(kind)).update(text).digest("hex");
}
