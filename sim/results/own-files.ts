/**
 * The reader of what the program itself has written: it believes nothing that it has not looked at. A file that is not as
 * it can have been written is refused in one line that names the file and the place in it.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../../workloads/input/errors.ts";
import { marker } from "./folder.ts";

/** The largest file of a result that is read at once. */
const maxBytes = 500e6;

const sumSchema = z.object({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** Of the marker of a result folder; those of older versions have no sums. */
export const markerSchema = z.looseObject({
  state: z.enum(["running", "complete", "failed", "interrupted"]),
  version: z.string().optional(),
  code: z.string().optional(),
  files: z.record(z.string(), sumSchema).optional(),
});

/**
 * The text of a file.
 *
 * @throws ConfigError if it cannot be read, is too large or no UTF-8 text.
 */
function readOwnText(file: string): string {
  return textOf(file, bytesOf(file));
}

/**
 * The value in a JSON file.
 *
 * @param advice what to do about a damaged file, if there is anything
 * @throws ConfigError naming the file and the place in it where it is not of the schema.
 */
export function readOwnJson<T>(file: string, schema: z.ZodType<T>, advice = ""): T {
  return checkedJson(file, readOwnText(file), schema, advice);
}

function checkedJson<T>(file: string, text: string, schema: z.ZodType<T>, advice: string): T {
  const end = advice === "" ? "" : `; ${advice}`;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${file}: is damaged: ${(error as Error).message}${end}`);
  }
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  const place = path.length === 0 ? "" : ` ${path.join(".")}:`;
  throw new ConfigError(`${file}: is damaged:${place} ${message}${end}`);
}

/** The files of a result folder, held to what its marker says of them. */
export class OwnFolder {
  private readonly path: string;
  private readonly sums: Readonly<Record<string, z.infer<typeof sumSchema>>>;

  /** @throws ConfigError if its marker is damaged. */
  constructor(path: string) {
    this.path = path;
    const file = join(path, marker);
    this.sums = existsSync(file) ? (readOwnJson(file, markerSchema).files ?? {}) : {};
  }

  /**
   * The text of one of its files; undefined if there is none, and it was not written either.
   *
   * @param check refuses a text by its place; what it lets pass is held to the file's length and SHA-256.
   * @throws ConfigError if the file is not as it was written.
   */
  read<T>(name: string, check: (file: string, text: string) => T): T | undefined {
    const file = join(this.path, name);
    const sum = Object.hasOwn(this.sums, name) ? this.sums[name] : undefined;
    if (!existsSync(file)) {
      if (sum === undefined) return undefined;
      throw new ConfigError(`${file}: is missing, although ${marker} says that it was written`);
    }
    const bytes = bytesOf(file);
    const value = check(file, textOf(file, bytes));
    if (sum === undefined) return value;
    if (bytes.length !== sum.bytes) {
      throw new ConfigError(
        `${file}: is damaged: has ${bytes.length} bytes, was written with ${sum.bytes} (${marker})`,
      );
    }
    if (createHash("sha256").update(bytes).digest("hex") === sum.sha256) return value;
    throw new ConfigError(`${file}: is damaged: its SHA-256 is not the one it was written with (${marker})`);
  }

  /** As `read`, of JSON. */
  readJson<T>(name: string, schema: z.ZodType<T>): T | undefined {
    return this.read(name, (file, text) => checkedJson(file, text, schema, ""));
  }
}

function bytesOf(file: string): Buffer {
  try {
    const { size } = statSync(file);
    if (size > maxBytes) {
      throw new ConfigError(`${file}: has ${size} bytes, more than the ${maxBytes} that are read`);
    }
    return readFileSync(file);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${file}: cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function textOf(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigError(`${file}: is damaged: is no UTF-8 text`);
  }
}
