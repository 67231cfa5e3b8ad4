/** Does every file of docs/examples/ run as it is, and is what the pages print the files' text? */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { packagePath } from "../../workloads/input/package-root.ts";
import { readNpyMask } from "../../workloads/masks/npy.ts";
import { scratchFolder } from "../sim/cli/dysta.ts";
import { dystaInProcess } from "../sim/cli/in-process.ts";

const examples = packagePath("docs", "examples");
const folder = join(scratchFolder(), "examples");
cpSync(examples, folder, { recursive: true });

async function told(...words: string[]) {
  const { status, stdout, stderr } = await dystaInProcess([...words, "--json"], folder);
  expect([status, stderr], words.join(" ")).toEqual([0, ""]);
  return JSON.parse(stdout);
}

/** Pages that print example files, each whole, in a block of their own. */
const printedIn: Readonly<Record<string, string>> = {
  "scenario.yaml": "docs/guide.md",
  "hardware.yaml": "docs/guide.md",
  "layer.yaml": "docs/guide.md",
  "masks.py": "docs/guide.md",
  "sweep.yaml": "docs/guide.md",
  "scheduler.mjs": "docs/guide.md",
  "scheduler.ts": "docs/guide.md",
  "mynet/network.yaml": "docs/networks.md",
  "read.py": "docs/python.md",
};
/** Examples that pages name without printing them. */
const named: Readonly<Record<string, string>> = { "masks.mjs": "docs/guide.md", "tables/mine.csv": "docs/guide.md" };

describe("docs/examples", () => {
  it("has no file that no page prints or names", () => {
    const files = readdirSync(examples, { recursive: true, encoding: "utf8" }).filter((name) => /\.\w+$/.test(name));
    expect(files.sort()).toEqual([...Object.keys(printedIn), ...Object.keys(named)].sort());
    for (const [file, page] of Object.entries(named)) {
      expect(readFileSync(packagePath(page), "utf8")).toContain(file);
    }
  });

  it.each(Object.entries(printedIn))("%s is what %s prints", (file, page) => {
    const blocks = readFileSync(packagePath(page), "utf8").matchAll(/^```\w+\n([\s\S]*?)^```$/gm);
    expect([...blocks].map(([, text]) => text)).toContain(readFileSync(join(examples, file), "utf8"));
  });

  it("layer, masks and hardware: on one ideal PE the cycles are the masks' effectual MACs", async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      await import(pathToFileURL(join(folder, "masks.mjs")).href);
    } finally {
      process.chdir(before);
    }
    const { totals } = await told("profile", "--layer", "layer.yaml", "--hardware", "single-pe", "--no-cache");
    const [input, weight] = ["activations", "weights"].map((name) => readNpyMask(join(folder, `${name}.npy`)));
    expect([input.shape, weight.shape]).toEqual([
      [16, 8, 8],
      [32, 16, 1, 1],
    ]);
    expect(totals.cycles).toBe(totals.effectualMacs);
    expect(totals.effectualMacs).toBeGreaterThan(1000);
    const own = await told("profile", "--layer", "layer.yaml", "--hardware", "hardware.yaml", "--no-cache");
    expect(own.clockHz).toBe(400e6);
    expect(own.totals.effectualMacs).toBe(totals.effectualMacs);
  });

  it("scenario, network, table and scheduler; then the same with the scheduler in TypeScript", async () => {
    const { schedulers, networks } = await told("run", "scenario.yaml");
    expect(Object.keys(schedulers)).toEqual(["fcfs", "sjf", "dysta", "relative-wait"]);
    expect(networks.map(({ model }: { model: string }) => model).sort()).toEqual(["antispoof", "mine", "mynet"]);
    const source = readFileSync(join(folder, "scheduler.ts"), "utf8");
    const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext } });
    writeFileSync(join(folder, "scheduler-in-ts.mjs"), outputText);
    const own = await told("run", "scenario.yaml", "--scheduler", "fcfs,dysta,./scheduler-in-ts.mjs");
    expect(Object.keys(own.schedulers)).toEqual(["fcfs", "dysta", "patient"]);
  });

  it("the scheduler in TypeScript has the types of the package", () => {
    const declarations = packagePath("sched", "user-policy.ts");
    const options: ts.CompilerOptions = {
      ...{ strict: true, noEmit: true, skipLibCheck: true, types: ["node"], allowImportingTsExtensions: true },
      ...{ module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, erasableSyntaxOnly: true },
    };
    const file = packagePath("docs/examples/scheduler.ts");
    const host = ts.createCompilerHost(options);
    host.resolveModuleNameLiterals = (names, from) =>
      names.map(({ text }) => {
        const isOurs = text === "dysta-sim/scheduler";
        const path = isOurs ? packagePath("sim/library/scheduler.ts") : text;
        if (isOurs) return { resolvedModule: { resolvedFileName: path, extension: ts.Extension.Ts } };
        return ts.resolveModuleName(text, from, options, host);
      });
    const program = ts.createProgram([file], options, host);
    const own = program.getSourceFile(file);
    expect(program.getSourceFile(declarations)).toBeDefined();
    expect(program.getSemanticDiagnostics(own).map(({ messageText }) => messageText)).toEqual([]);
  });

  it("sweep", async () => {
    const { points, failed } = await told("sweep", "sweep.yaml", "--out", "sizes");
    // 2 of 3 sizes have 96 PEs or fewer; 3 rates, 4 schedulers.
    expect([points, failed]).toEqual([2 * 3 * 4, 0]);
  });

  it.skipIf(spawnSync("python3", ["--version"]).status !== 0)("read.py, where there is a Python", () => {
    if (!existsSync(join(folder, "sizes"))) throw new Error("the sweep has not run");
    const { status, stdout, stderr } = spawnSync("python3", ["read.py"], { cwd: folder, encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^relative-wait 0\.\d+$/m);
    rmSync(join(folder, "sizes"), { recursive: true });
  });
});
