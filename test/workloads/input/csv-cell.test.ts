/** Do names survive the way through a CSV file, and is none of them a formula there? */
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, it } from "vitest";
import { csvField, csvText } from "../../../workloads/input/csv-cell.ts";

const texts = fc.oneof(
  fc.string(),
  fc.tuple(fc.constantFrom("=", "+", "-", "@", "'", "'=", "''@", "\t", "#", " "), fc.string()).map(([a, b]) => a + b),
);

it("keeps any text, and no cell begins as a formula does", () => {
  fc.assert(
    fc.property(fc.array(texts, { minLength: 2, maxLength: 4 }), (names) => {
      const [cells] = parse(`${names.map(csvField).join(",")}\n`, { record_delimiter: "\n" }) as string[][];
      for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
      expect(cells.map(csvText)).toEqual(names);
    }),
    { numRuns: 1000 },
  );
});

it("leaves numbers and ordinary names as they are", () => {
  expect([-1.5, 1e300, "bert", "resnet50/2:4", "it's", "'quoted'"].map(csvField)).toEqual([
    ...["-1.5", "1e+300", "bert", "resnet50/2:4", "it's", "'quoted'"],
  ]);
  expect(["=1+1", "@x", "'=x"].map(csvField)).toEqual(["'=1+1", "'@x", "''=x"]);
});
