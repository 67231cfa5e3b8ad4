/**
 * Is every file that the program has written, and something else has changed, either read as what it was or refused in one
 * line? Bytes are flipped, cut out, doubled and replaced by what usually does harm. Fixed seeds here; `DYSTA_FUZZ=N` tries N
 * times as many cases from a seed that is printed.
 */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Cache, takeDamagedCount } from "../../../sim/results/cache.ts";
import { ResultsFolder } from "../../../sim/results/folder.ts";
import { markerSchema, OwnFolder, readOwnJson } from "../../../sim/results/own-files.ts";
import { readRunFolder } from "../../../sim/study/run/run-data.ts";
import { sourceFromText, sourceText } from "../../../sim/study/sweep/source-text.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { copyOf, exactCopyOf, smallResult } from "../view/report/folders.ts";

const factor = process.env.DYSTA_FUZZ === undefined ? undefined : Number(process.env.DYSTA_FUZZ);
const seed = factor === undefined ? 11 : Math.trunc(performance.timeOrigin) % 2 ** 31;
if (factor !== undefined) process.stdout.write(`fuzzing own files with seed ${seed}\n`);
const runs = (cases: number) => ({ seed, numRuns: cases * (factor ?? 1) });

/** Texts that readers stumble over. */
const harm = [
  ...["", "null", "{}", "[]", '"', "\n", ",", "\0", "1e308", "Infinity", "NaN", "-1", "1e999", "9007199254740993"],
  ...["__proto__", "constructor", "\ufeff", "\r\n", "true", '"files"', "0x10", " "],
];

interface Change {
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 40 }),
  text: fc.oneof(fc.constantFrom(...harm), fc.string({ maxLength: 4, unit: "binary" })),
});

function changed(text: string, changes: readonly Change[]): string {
  return changes.reduce((now, { at, length, text: put }) => {
    const from = Math.floor(at * now.length);
    return now.slice(0, from) + put + now.slice(from + length);
  }, text);
}

const changes = fc.array(change, { minLength: 1, maxLength: 3 });

/** What a reader makes of a file: its value, or the one line that refuses it. Anything else is a fault. */
function outcome<T>(read: () => T): { readonly value: T } | { readonly refused: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { refused: error.message };
  }
}

const folder = await smallResult();

describe("a changed file of a run's result", () => {
  const names = ["summary.json", "results.csv", "requests.csv", "dispatch.csv", "prediction.csv", "provenance.json"];
  const intact = readRunFolder(folder);

  it.each(names)("%s is refused in one line, or says what it said", (name) => {
    const copy = exactCopyOf(folder);
    const file = join(copy, name);
    const text = readFileSync(file, "utf8");
    fc.assert(
      fc.property(changes, (some) => {
        writeFileSync(file, changed(text, some));
        const found = outcome(() => readRunFolder(copy));
        if ("refused" in found) expect(found.refused).toContain(name);
        else expect(found.value).toEqual(intact);
      }),
      runs(400),
    );
  });

  it.each(names)("%s without sums in the marker is refused in one line or read, never anything else", (name) => {
    const copy = copyOf(folder);
    const file = join(copy, name);
    const text = readFileSync(file, "utf8");
    fc.assert(
      fc.property(changes, (some) => {
        writeFileSync(file, changed(text, some));
        outcome(() => readRunFolder(copy));
      }),
      runs(250),
    );
  });
});

describe("other changed files of ours", () => {
  const path = mkdtempSync(join(tmpdir(), "dysta-"));

  it("an entry of the cache is what it was, or counts as damaged", () => {
    const cache = new Cache(path);
    const value = { cycles: [1, 2.5], name: "conv1", samples: [{ cycles: 7 }] };
    cache.write("one", value);
    const file = join(path, "one.json");
    const text = readFileSync(file, "utf8");
    fc.assert(
      fc.property(changes, (some) => {
        const now = changed(text, some);
        writeFileSync(file, now);
        takeDamagedCount();
        const read = cache.read("one");
        const isIntact = Buffer.from(now).equals(Buffer.from(text));
        expect([read, takeDamagedCount()]).toEqual(isIntact ? [value, 0] : [undefined, 1]);
      }),
      runs(600),
    );
  });

  it("a marker is read or refused in one line, and its folder can be gone on with", () => {
    const results = join(path, "results");
    new ResultsFolder(results).close();
    const file = join(results, "provenance.json");
    const text = JSON.stringify({ state: "complete", files: { "a.csv": { bytes: 1, sha256: "0".repeat(64) } } });
    fc.assert(
      fc.property(changes, (some) => {
        writeFileSync(file, changed(text, some));
        outcome(() => new OwnFolder(results).read("a.csv", (_, found) => found));
        outcome(() => readOwnJson(file, markerSchema));
      }),
      runs(500),
    );
    writeFileSync(file, "{");
    const again = new ResultsFolder(results);
    again.writeText("a.csv", "x\n");
    again.markEnded({ state: "complete" });
    again.close();
    expect(new OwnFolder(results).read("a.csv", (_, found) => found)).toBe("x\n");
  });

  it("JSON of a schema is of the schema, or refused in one line", () => {
    const file = join(path, "jobs.json");
    const schema = z.strictObject({ shards: z.int().min(1), arrays: z.array(z.string()) });
    fc.assert(
      fc.property(changes, (some) => {
        writeFileSync(file, changed('{"shards":4,"arrays":["1","22"]}', some));
        const found = outcome(() => readOwnJson(file, schema));
        if ("value" in found) expect(schema.safeParse(found.value).success).toBe(true);
        else expect(found.refused).toContain("jobs.json: is damaged");
      }),
      runs(500),
    );
  });

  it("a sweep's source is a value or an error, whatever the text", () => {
    const text = sourceText({ a: [Infinity, 1], b: Float64Array.of(1, 2), c: Int32Array.of(3) } as never, "/here");
    fc.assert(
      fc.property(changes, (some) => {
        try {
          sourceFromText(changed(text, some), "/here");
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      runs(400),
    );
  });
});
