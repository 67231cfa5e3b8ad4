/** Results kept between runs, by a hash of everything they depend on, the code that made them included. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError } from "../../workloads/input/errors.ts";
import { makeFolder } from "./make-folder.ts";

export const defaultCacheFolder = ".dysta-cache";

/** A folder of JSON files named by the hash of what they depend on. Safe to share between threads and programs. */
export class Cache {
  private readonly folder: string;

  /** @throws ConfigError if the folder cannot be made. */
  constructor(folder: string) {
    this.folder = folder;
    this.attempt(() => makeFolder(resolve(folder)));
  }

  /** The entry for `key`, undefined if there is none or it is damaged. */
  read<T>(key: string): T | undefined {
    try {
      return JSON.parse(readFileSync(this.fileOf(key), "utf8")) as T;
    } catch {
      return undefined;
    }
  }

  /** Written under another name first, so that a reader never sees half an entry. */
  write(key: string, value: unknown): void {
    const file = this.fileOf(key);
    const partial = `${file}.${process.pid}.${threadMark}`;
    this.attempt(() => {
      writeFileSync(partial, JSON.stringify(value));
      renameSync(partial, file);
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
      throw new ConfigError(`--cache ${this.folder}: cannot be written: ${code ?? message}`);
    }
  }
}

/** Tells the threads of one process apart; nothing that is kept depends on it. */
const threadMark = createHash("sha256").update(String(process.hrtime.bigint())).digest("hex").slice(0, 8);

/** The key of a result: a hash of its inputs and of the hardware and workload code. `Infinity` is kept apart from null. */
export function cacheKey(inputs: unknown): string {
  const text = JSON.stringify(inputs, (_, value) => (value === Number.POSITIVE_INFINITY ? "unlimited" : value));
  codeHash ??= hashOfCode();
  return createHash("sha256").update(codeHash).update(text).digest("hex");
}

let codeHash: string | undefined;

function hashOfCode(): string {
  const hash = createHash("sha256");
  for (const folder of ["../../hw", "../../workloads"]) {
    const path = fileURLToPath(new URL(folder, import.meta.url));
    const files = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => /\.[jt]s$/.test(name));
    for (const name of files.sort()) hash.update(name).update(readFileSync(join(path, name)));
  }
  return hash.digest("hex");
}
