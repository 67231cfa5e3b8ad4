/** Who may import whom: workloads ← hw, workloads ← sched, never hw ↔ sched, all three ← sim ← scripts. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");

const allowed: Record<string, readonly string[]> = {
  workloads: ["workloads"],
  hw: ["hw", "workloads"],
  sched: ["sched", "workloads"],
  sim: ["sim", "hw", "sched", "workloads"],
  scripts: ["scripts", "sim", "hw", "sched", "workloads"],
};

/** Packages that may be used in one place only. */
const confined: Record<string, (file: string) => boolean> = {
  yargs: (file) => file.startsWith("sim/cli/"),
  piscina: (file) => file === "sim/threads/pool.ts",
  pino: (file) => file.startsWith("sim/cli/"),
  "@duckdb": (file) => file === "sim/study/sweep/database.ts",
  "@yowasp": (file) => file === "hw/synthesis/yosys.ts",
  vega: (file) => file.startsWith("sim/view/plots/"),
  "vega-lite": (file) => file.startsWith("sim/view/plots/"),
};

interface Import {
  readonly file: string;
  readonly target: string;
  readonly isDynamic: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = text.matchAll(/(?:\bfrom|\bimport)\s*(\()?\s*"([^"]+)"/g);
  return [...found].map(([, parenthesis, specifier]) => ({
    file,
    target: specifier.startsWith(".") ? relative(root, resolve(root, dirname(file), specifier)) : specifier,
    isDynamic: parenthesis !== undefined,
  }));
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
    .map((name) => join(folder, name));
}

const folders = readdirSync(root).filter((name) => name in allowed);
const imports = folders.flatMap(sourceFiles).flatMap(importsOf);

describe("import directions", () => {
  it("sees the imports it judges", () => {
    expect(imports.some(({ file, target }) => file === "sim/core/engine.ts" && target === "sched/ready-queue.ts")).toBe(
      true,
    );
    expect(imports.some(({ target, isDynamic }) => isDynamic && target.startsWith("sim/"))).toBe(true);
  });

  it("hold between the folders", () => {
    const wrong = imports.filter(({ file, target }) => {
      const from = file.split("/")[0];
      const to = target.split("/")[0];
      return (to in allowed || to === "test") && !allowed[from].includes(to);
    });
    expect(wrong).toEqual([]);
  });

  it("keep yargs, piscina, pino, DuckDB, Yosys and Vega in their places", () => {
    const wrong = imports.filter(({ file, target }) => {
      const mayUse = confined[target.split("/")[0]];
      return mayUse !== undefined && !mayUse(file);
    });
    expect(wrong).toEqual([]);
  });

  it("load mathjs, Yosys and Vega lazily only", () => {
    const isLarge = (target: string) => ["mathjs", "@yowasp", "vega", "vega-lite"].includes(target.split("/")[0]);
    expect(imports.filter(({ target, isDynamic }) => isLarge(target) && !isDynamic)).toEqual([]);
    expect(imports.filter(({ target }) => isLarge(target)).length).toBeGreaterThan(1);
  });
});

describe("the models", () => {
  it("use neither Math.random nor a clock", () => {
    const modelFiles = folders.filter((name) => ["hw", "sched", "workloads"].includes(name)).flatMap(sourceFiles);
    const wrong = modelFiles.filter((file) =>
      /Math\.random|Date\.now|new Date|performance\.now|hrtime/.test(readFileSync(join(root, file), "utf8")),
    );
    expect(wrong).toEqual([]);
  });
});
