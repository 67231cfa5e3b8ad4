/**
 * Who may import whom. The folders are storeys: a file imports from its own folder and from those below it, never from
 * those above, so that a reader can start at the bottom and never meets a word that is explained further up.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");

/** What a view may import that is given its document. */
const drawing = ["workloads", "hw", "sim/core", "sim/profile", "sim/study", "sim/trace", "sim/view"];

/** Each folder, and the folders that it may import besides itself. The most particular entry that fits a file counts. */
const storeys: Record<string, readonly string[]> = {
  // What is computed: networks, masks, tables, requests, scenarios. It knows neither hardware nor schedulers.
  workloads: [],
  // How it is computed. The hardware does not know who schedules it.
  hw: ["workloads"],
  // Who runs next. A policy does not know the hardware.
  sched: ["workloads"],
  // The co-simulation itself stands on nothing of sim/, so that it can be read alone.
  "sim/core": ["workloads", "hw", "sched"],
  // Files that the program writes and reads back, and the threads: they do not know what is computed.
  "sim/results": ["workloads"],
  "sim/threads": ["workloads"],
  // Networks on an accelerator, layer by layer.
  "sim/profile": ["workloads", "hw", "sim/results", "sim/threads"],
  // Observers of a run and their file formats.
  "sim/trace": ["workloads", "hw", "sim/core", "sim/profile", "sim/results", "sim/threads"],
  // A question in, a document out: no terminal and no process.
  "sim/study": ["workloads", "hw", "sched", "sim/core", "sim/profile", "sim/results", "sim/threads", "sim/trace"],
  // A document in, something to look at out: views never simulate.
  "sim/view": ["workloads", "hw", "sim/core", "sim/profile", "sim/results", "sim/study", "sim/trace"],
  // What draws a run, a sweep or a text opens no file: `write-report.ts` reads and writes for them.
  "sim/view/report/run": drawing,
  "sim/view/report/sweep": drawing,
  "sim/view/text": drawing,
  // What the package is to a program that imports it: the same questions as words, the same documents as values.
  "sim/library": [
    ...["workloads", "hw", "sched", "sim/core", "sim/profile", "sim/results", "sim/threads", "sim/trace"],
    ...["sim/study", "sim/view"],
  ],
  "sim/cli": ["workloads", "hw", "sched", "sim"],
  // The registry of tasks, which threads load.
  "sim/worker.ts": ["sim"],
  scripts: ["workloads", "hw", "sched", "sim"],
};

/** Packages that may be used in one place only: the place knows the package, everybody else knows the place. */
const confined: Record<string, (file: string) => boolean> = {
  yargs: (file) => file.startsWith("sim/cli/"),
  piscina: (file) => file === "sim/threads/pool.ts",
  pino: (file) => file.startsWith("sim/cli/"),
  "@duckdb": (file) => file === "sim/study/sweep/database.ts",
  "@yowasp": (file) => file === "hw/synthesis/yosys.ts",
  "onnxruntime-web": (file) => file === "workloads/import/runtime.ts",
  vega: (file) => file.startsWith("sim/view/plots/"),
  "vega-lite": (file) => file.startsWith("sim/view/plots/"),
};

/**
 * Who may touch files: readers of what the user names, writers of results, commands. Everything else computes from what
 * it is given, so that it can be tested without a disk and used without one.
 */
const touchesFiles = [
  "workloads/input",
  "workloads/import",
  "workloads/networks",
  "workloads/scenarios",
  "workloads/masks/npy.ts",
  "hw/synthesis/designs.ts",
  "sim/results",
  "sim/threads/pool.ts",
  "sim/trace/waveform/waveform-file.ts",
  "sim/study",
  "sim/view/html/html.ts",
  "sim/view/report/write-report.ts",
  "sim/cli",
  "scripts",
];

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

const folders = ["workloads", "hw", "sched", "sim", "scripts"];
const files = folders.flatMap(sourceFiles);
const imports = files.flatMap(importsOf);
const isInside = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

function storeyOf(file: string): string {
  const found = Object.keys(storeys).filter((storey) => isInside(file, storey));
  return found.sort((a, b) => b.length - a.length)[0] ?? "none";
}

/** Groups of nodes that reach each other (Tarjan), those of one node left out. */
function circles(edges: readonly (readonly [string, string])[]): string[][] {
  const targets = new Map<string, string[]>();
  for (const [from, to] of edges) targets.set(from, [...(targets.get(from) ?? []), to]);
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): number => {
    order.set(node, order.size);
    let low = order.size - 1;
    open.push(node);
    for (const next of targets.get(node) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (open.includes(next)) low = Math.min(low, order.get(next) ?? low);
    }
    lowest.set(node, low);
    if (low === order.get(node)) {
      const circle = open.splice(open.indexOf(node));
      if (circle.length > 1) found.push(circle.sort());
    }
    return low;
  };
  for (const node of targets.keys()) if (!order.has(node)) visit(node);
  return found;
}

describe("import directions", () => {
  it("are judged by imports that are seen", () => {
    const isSeen = (file: string, target: string) =>
      imports.some((each) => each.file === file && each.target === target);
    expect(isSeen("sim/core/engine.ts", "sched/ready-queue.ts")).toBe(true);
    expect(imports.some(({ target, isDynamic }) => isDynamic && target.startsWith("sim/"))).toBe(true);
    expect(
      circles([
        ["a", "b"],
        ["b", "c"],
        ["c", "a"],
        ["c", "d"],
      ]),
    ).toEqual([["a", "b", "c"]]);
  });

  it("lead down: every file is in a storey, and imports from its own and those below", () => {
    const ours = (target: string) => [...folders, "test"].includes(target.split("/")[0]);
    const wrong = imports.filter(({ file, target }) => {
      const storey = storeyOf(file);
      const allowed = [storey, ...(storeys[storey] ?? [])];
      return ours(target) && !allowed.some((folder) => isInside(target, folder));
    });
    expect(wrong).toEqual([]);
  });

  it("make no circle of files, not even of types: whoever reads one file of a circle has to read all", () => {
    expect(circles(imports.map(({ file, target }) => [file, target]))).toEqual([]);
  });

  it("make no circle of folders; a folder and those inside it count as one", () => {
    const between = imports.filter(({ target }) => target.endsWith(".ts"));
    const edges = between.map(({ file, target }) => [dirname(file), dirname(target)] as const);
    expect(circles(edges.filter(([from, to]) => !isInside(from, to) && !isInside(to, from)))).toEqual([]);
  });
});

describe("packages", () => {
  it("are used in their places only", () => {
    const wrong = imports.filter(({ file, target }) => {
      const mayUse = confined[target.split("/")[0]];
      return mayUse !== undefined && !mayUse(file);
    });
    expect(wrong).toEqual([]);
  });

  it("that take long to load are loaded when they are needed", () => {
    const isLarge = (target: string) => ["mathjs", "@yowasp", "vega", "vega-lite"].includes(target.split("/")[0]);
    expect(imports.filter(({ target, isDynamic }) => isLarge(target) && !isDynamic)).toEqual([]);
    expect(imports.filter(({ target }) => isLarge(target)).length).toBeGreaterThan(1);
  });
});

describe("every file", () => {
  it("is reached from the command, a thread, the library, the report's page or a script of package.json: the rest is dead", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const run = [
      ...Object.values<string>(scripts)
        .join(" ")
        .matchAll(/dist\/(scripts\/[\w/-]+)\.js/g),
    ];
    const reached = new Set<string>();
    const open = [
      "sim/cli/main.ts",
      "sim/worker.ts",
      "sim/library/index.ts",
      "sim/library/scheduler.ts",
      "sim/view/html/page/main.ts",
      "scripts/list-code.ts",
    ];
    open.push(...run.map(([, name]) => `${name}.ts`));
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (reached.has(file)) continue;
      reached.add(file);
      open.push(...imports.filter((each) => each.file === file).map(({ target }) => target));
    }
    const isProgram = (file: string) => !file.endsWith(".d.ts") && !file.startsWith("scripts/measure/");
    expect(files.filter((file) => isProgram(file) && !reached.has(file))).toEqual([]);
  });

  it("that touches files is one of those whose work it is", () => {
    const touching = imports.filter(({ target }) => target.startsWith("node:fs")).map(({ file }) => file);
    expect(touching.filter((file) => !touchesFiles.some((place) => isInside(file, place)))).toEqual([]);
  });
});

describe("the models", () => {
  it("use neither Math.random nor a clock, so that the same inputs give the same bytes", () => {
    const modelFiles = files.filter((file) => ["hw", "sched", "workloads"].includes(file.split("/")[0]));
    const wrong = modelFiles.filter((file) =>
      /Math\.random|Date\.now|new Date|performance\.now|hrtime/.test(readFileSync(join(root, file), "utf8")),
    );
    expect(wrong).toEqual([]);
  });
});
