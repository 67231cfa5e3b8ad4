/** Is every measured file made again by `scripts/measure/`, and does its tokeniser find the best of all cuts? */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** The scripts are JavaScript without types, and stand outside the program. */
const script = (file: string) => import(join(root, "scripts/measure", file));

test("the networks that are measured again are those of workloads/measured/", async () => {
  const { networks } = (await script("networks.mjs")) as { networks: readonly { name: string }[] };
  const recorded = readdirSync(join(root, "workloads/measured")).flatMap((file) =>
    file.endsWith(".samples.csv") ? [file.replace(".samples.csv", "")] : [],
  );
  expect(networks.map(({ name }) => name).sort()).toEqual(recorded.sort());
});

type Entry = readonly [piece: string, score: number | null];

/** All ways to cut a text into pieces of at most three letters. */
function* cuts(text: string): Generator<readonly string[]> {
  if (text === "") yield [];
  for (let length = 1; length <= Math.min(3, text.length); length++)
    for (const rest of cuts(text.slice(length))) yield [text.slice(0, length), ...rest];
}

test("a text is cut into the pieces whose scores have the largest sum", async () => {
  const { tokeniser } = (await script("sentences.mjs")) as {
    tokeniser: (vocabulary: readonly Entry[]) => (text: string) => number[];
  };
  const marks: readonly Entry[] = [..."?12345"].map((mark) => [mark, 0]);
  const letters = ["a", "b", "\u2581"];
  const scores = fc.array(fc.option(fc.integer({ min: -99, max: -1 }), { freq: 9 }), { minLength: 39, maxLength: 39 });
  const kept = fc.array(fc.boolean(), { minLength: 36, maxLength: 36 });
  const texts = fc.string({ unit: fc.constantFrom("a", "b", " "), minLength: 1, maxLength: 7 });
  const pairs = letters.flatMap((first) => letters.map((second) => first + second));
  const triples = pairs.flatMap((pair) => letters.map((letter) => pair + letter));
  fc.assert(
    fc.property(scores, kept, texts, (score, keep, text) => {
      const pieces = [...letters, ...[...pairs, ...triples].filter((_, index) => keep[index])];
      const vocabulary: Entry[] = [...marks, ...pieces.map((piece, index): Entry => [piece, score[index]])];
      const scoreOf = new Map(vocabulary.map(([piece, own]) => [piece, own ?? 0]));
      const sumOf = (cut: readonly string[]) =>
        cut.reduce((sum, piece) => sum + (scoreOf.get(piece) ?? Number.NEGATIVE_INFINITY), 0);
      const whole = `\u2581${text.replaceAll(" ", "\u2581")}`;
      const found = tokeniser(vocabulary)(text).map((number) => vocabulary[number][0]);
      expect(found.join("")).toBe(whole);
      expect(sumOf(found)).toBe(Math.max(...[...cuts(whole)].map(sumOf)));
    }),
    { numRuns: 100 },
  );
  expect(() => tokeniser([...marks, ["\u2581a", -1]])("ab")).toThrow('no pieces make up "ab"');
});
