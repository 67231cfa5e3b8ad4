/** Do the entry points give what the commands print, and do the examples of docs/api.md run? */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { onnxModel } from "../../../scripts/onnx/onnx-writer.ts";
import { packagePath } from "../../../workloads/input/package-root.ts";
import { folderWith, smallProject } from "../cli/dysta.ts";
import { dystaInProcess } from "../cli/in-process.ts";

/** A convolution of three channels with four filters; its batch is open. */
const model = onnxModel({
  inputs: [{ name: "x", shape: ["batch", 3, 6, 6] }],
  outputs: [{ name: "y" }],
  nodes: [{ op: "Conv", name: "conv", inputs: ["x", "w"], outputs: ["y"], attributes: { kernel_shape: [3, 3] } }],
  tensors: [{ name: "w", dims: [4, 3, 3, 3], values: Array.from({ length: 108 }, (_, k) => (k % 3 === 0 ? 0 : k)) }],
});

/** The built package, whose code has the hash that the built command states. */
const { DystaError, explore, profile, run }: typeof import("../../../sim/library/index.ts") = await import(
  packagePath("dist/sim/library/index.js")
);

/** What the examples name. At this clock the unit is the one whose resources are committed. */
const exampleFiles = {
  "tables.csv": [
    "# clock: 200 MHz",
    "model,pattern,sample,layer,cycles,input_density",
    ...["a,x,0,0,200000,0.5", "a,x,0,1,400000,0.5", "b,y,0,0,1000000,0.5", ""],
  ].join("\n"),
  "scenario.yaml": "name: small\ntable: tables.csv\narrivals: { kind: poisson, rate: 200 }\nrequests: 40\nseeds: 2\n",
};

const library = (name: string) => pathToFileURL(packagePath(`dist/sim/library/${name}.js`)).href;

/** Runs a module that imports the built package, as a program of its own. */
function ran(code: string, cwd: string) {
  const file = join(cwd, "example.mjs");
  writeFileSync(
    file,
    code.replaceAll(/"dysta-sim(?:\/(\w+))?"/g, (_, name = "index") => `"${library(name)}"`),
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { cwd, encoding: "utf8" });
  return { status, stdout, stderr };
}

const guide = readFileSync(packagePath("docs/api.md"), "utf8");
const examples = [...guide.matchAll(/^## ([^\n]*)\n.*?```(js|ts)\n(.*?)```/gms)].map(([, title, language, code]) => ({
  title: title.split(":")[0],
  language,
  code,
}));

describe("docs/api.md", () => {
  it("has an example of every entry point", () => {
    const titles = [
      "run",
      "profile",
      "explore",
      "overhead",
      "sweep",
      "importNetwork",
      "Mistakes",
      "The types of a scheduler",
    ];
    expect(examples.map(({ title }) => title)).toEqual(titles);
  });

  it.each(examples)("$title", ({ language, code }) => {
    const cwd = folderWith(exampleFiles);
    writeFileSync(join(cwd, "model.onnx"), model);
    const text = language === "js" ? code : ts.transpile(code, { module: ts.ModuleKind.ESNext });
    const { status, stdout, stderr } = ran(text, cwd);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout === "").toBe(language === "ts");
    expect(stdout).not.toMatch(/undefined|NaN/);
  });
});

describe("an entry point gives what its command prints with --json:", () => {
  /** What the command prints, which has the schema that `dysta schema` prints for it. */
  const printed = async (command: string, ...args: readonly string[]) => {
    const value = JSON.parse((await dystaInProcess([command, ...args, "--json", "--no-cache"])).stdout);
    const schema = z.fromJSONSchema(JSON.parse((await dystaInProcess(["schema", `result-${command}`])).stdout));
    expect(schema.safeParse(value).error).toBeUndefined();
    const [key] = Object.keys(value);
    expect(schema.safeParse({ ...value, [key]: { not: "so" } }).success).toBe(false);
    return value;
  };
  const document = (value: unknown) => JSON.parse(JSON.stringify(value));

  it("run", async () => {
    const scenario = join(folderWith(smallProject), "scenario.yaml");
    const told: string[] = [];
    const onProgress = (what: string, done: number, total: number) => told.push(`${what} ${done}/${total}`);
    const options = { scenario, seeds: 2, schedulers: ["fcfs", "dysta"], rate: 25, cache: false, onProgress } as const;
    const args = [scenario, "--seeds", "2", "--scheduler", "fcfs,dysta", "--rate", "25"];
    expect(document(await run(options))).toEqual(await printed("run", ...args));
    expect(told).toContain("runs 4/4");
  });

  it("profile", async () => {
    const found = await profile({ models: ["antispoof"], fidelity: "expected", cache: false });
    expect(document(found)).toEqual(await printed("profile", "--models", "antispoof", "--fidelity", "expected"));
  });
});

describe("a mistake is thrown as the line that the command prints:", () => {
  it.each([
    ["a number that is none", () => run({ scenario: "multi-attnn", rate: -1 }), /^--rate must be .*, is -1$/],
    ["a network that is none", () => profile({ models: ["antispof"] }), /^unknown network "antispof".*antispoof/],
    ["words that contradict each other", () => explore({ models: ["antispoof"], scenario: "multi-cnn" }), /not both$/],
    [
      "a number of threads that is none",
      () => run({ workers: 0 }),
      /^workers must be a whole number, 1 or more, is 0$/,
    ],
  ])("%s", async (_, call, line) => {
    const error = await call().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(DystaError);
    expect((error as Error).message).toMatch(line);
  });
});
