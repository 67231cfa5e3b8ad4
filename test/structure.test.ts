/** Limits on the shape of the source, so that a function fits in a reader's head and an export has a reader. */
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { maxDepth, maxParameters, measuredFiles, unusedExports } from "../scripts/structure/measures.ts";

const all = measuredFiles(resolve(import.meta.dirname, ".."));
const source = all.filter(({ file }) => !file.startsWith("test/"));
const functions = source.flatMap(({ file, functions: own }) =>
  own.map(({ name, line, parameters, depth }) => ({ where: `${file}:${line} ${name}`, parameters, depth })),
);

/** What is loaded by its name alone: the entry point of a thread, and the declarations of packages without types. */
const loadedByName = new Set(["sim/worker.ts runJob", "workloads/import/pngjs.d.ts PNG"]);

describe("the source", () => {
  it("is seen", () => {
    expect(functions.length).toBeGreaterThan(1000);
  });

  it(`has no function of more than ${maxParameters} parameters: more are one thing that has no name yet`, () => {
    expect(functions.filter(({ parameters }) => parameters > maxParameters)).toEqual([]);
  });

  it(`has no function of more than ${maxDepth} levels: the inner ones are a step of their own`, () => {
    expect(functions.filter(({ depth }) => depth > maxDepth)).toEqual([]);
  });

  it("exports nothing that no other file uses: a reader of an export looks for its users", () => {
    const unused = unusedExports(all).filter((name) => !name.startsWith("test/") && !loadedByName.has(name));
    expect(unused).toEqual([]);
  });
});
