/** `dysta explain`, and the report of `dysta profile`, as their users meet them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const project = folderWith({
  "net.yaml": `name: tiny
layers:
  - { name: first, kind: conv, inputChannels: 3, outputChannels: 8, inputHeight: 6, inputWidth: 6, kernel: 3, stride: 2, padding: 1, weightDensity: 0.5 }
  - { name: second, kind: pointwise, inputChannels: 8, outputChannels: 16, inputHeight: 3, inputWidth: 3, weightDensity: 0.3 }
  - { name: last, kind: fc, inputChannels: 16, outputChannels: 10 }
`,
  "layer.json": `{ "kind": "fc", "inputChannels": 8, "outputChannels": 4 }`,
});

/** Few PEs have few mappings to choose from. */
const small = ["--hardware", "eyeriss-v2-12"] as const;

async function output(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await dystaInProcess(args, project);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("dysta explain", () => {
  it("has the document of the contract, whose layers are those of dysta profile", async () => {
    const explained = JSON.parse(await output("explain", "net.yaml", ...small, "--json"));
    const profiled = JSON.parse(await output("profile", "--models", "net.yaml", ...small, "--json"));
    expect(explained.totals).toEqual(profiled.totals);
    expect(explained.layers).toHaveLength(3);
    for (const [k, layer] of explained.layers.entries()) {
      const { name, kind, shape, cycles, stalls, boundBy, floors } = profiled.layers[k];
      expect(layer).toMatchObject({ name, kind, shape, cycles, stalls, boundBy, floors });
      expect(Object.keys(floors)).toEqual(["macs", "dram", "ports", "spadLoad"]);
      expect(layer.whatIf[0]).toMatchObject({
        change: expect.any(String),
        cycles: expect.any(Number),
        gain: expect.any(Number),
      });
    }
    expect(explained.layers[0].shape).toMatchObject({ input: [3, 6, 6], weights: [8, 3, 3, 3], output: [8, 3, 3] });
    const share = explained.layers.reduce((sum: number, layer: { share: number }) => sum + layer.share, 0);
    expect(share).toBeCloseTo(1, 12);
  });

  it("says in words what a layer waits for and what would change it", async () => {
    const text = await output("explain", "net.yaml", ...small, "s*d");
    expect(text).toMatch(/^second {2}pointwise 8x3x3 → 16x3x3/m);
    expect(text).toMatch(/^floors: \w+ [\d,]+ \([\d.]+ %\), /m);
    expect(text).toMatch(/^grid\.clusterRows 1 → 2 +[\d,]+ +[\d.]+/m);
    expect(text).not.toMatch(/^first/m);
    expect(await output("explain", "net.yaml", ...small, "--top", "2")).toMatch(/what if, 2 layers together/);
    expect(await output("explain", "layer.json", ...small)).toMatch(/layer\/own on eyeriss-v2-12.*1 layer$/m);
  });

  it.each([
    [["net.yaml", "secnd"], 'no layer "secnd" (did you mean "second"?)'],
    [["net.yaml", "x*"], 'no layer "x*"'],
    [["resnet5"], 'unknown network "resnet5" (did you mean "resnet50"?)'],
    [["net.yaml", "--bound-by", "spadload"], '--bound-by: unknown cause "spadload" (did you mean "spadLoad"?)'],
    [["net.yaml", "first", "--bound-by", "store"], "--bound-by store: no layer among those named is"],
    [["net.yaml", "--top", "0"], "--top must be a whole number, 1 or more, is 0"],
    [["net.yaml", "--fidelity", "expected"], "--fidelity expected knows no causes: explain needs counted or stepped"],
    [["net.yaml", "--hardware", "sanger"], "explain needs a modelled PE array, hardware sanger is another machine"],
    [["net.yaml", "--hardware", "eyeris-v2"], 'unknown hardware "eyeris-v2" (did you mean "eyeriss-v2"?)'],
    [["nothing.yaml"], "network nothing.yaml: no such file"],
  ])("%j is refused in one line", async (args, message) => {
    const { status, stdout, stderr } = await dystaInProcess(["explain", ...args], project);
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: "", stderr: `dysta: ${message}\n` });
  });
});

describe("the report of dysta profile", () => {
  it("has causes and floors, with --what-if also changes, and needs nothing from outside", async () => {
    await output("profile", "--models", "net.yaml", ...small, "--out", "plain");
    await output("profile", "--models", "net.yaml", ...small, "--out", "with", "--what-if");
    const [plain, whole] = ["plain", "with"].map((name) => readFileSync(join(project, name, "report.html"), "utf8"));
    for (const page of [plain, whole]) {
      expect(page).toContain("Layers and their floors");
      expect(page).toContain("8x3x3 → 16x3x3");
      expect(page).not.toMatch(/(src|href)="http/);
    }
    expect(whole).toContain("What each change would bring to tiny/trained");
    expect(whole).toContain("grid.clusterRows 1 → 2");
    expect(plain).not.toContain("grid.clusterRows 1 → 2");
  });

  it.each([
    [["--what-if"], "--what-if is for the report of a result folder: name one with --out"],
    [
      ["--what-if", "--out", "x", "--monitor-lanes", "4"],
      "--what-if maps every layer anew on hardware as its file describes it: it cannot be had with --monitor-lanes",
    ],
  ])("%j is refused", async (args, message) => {
    const { status, stderr } = await dystaInProcess(["profile", "--models", "net.yaml", ...small, ...args], project);
    expect({ status, stderr }).toEqual({ status: 2, stderr: `dysta: ${message}\n` });
  });
});
