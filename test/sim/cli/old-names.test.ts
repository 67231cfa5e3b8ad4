/** Are old names of options and keys read as what they meant, with one line on stderr? */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { schedulerNames } from "../../../sched/registry.ts";
import { loadSweep } from "../../../sim/study/sweep/sweep-file.ts";
import { onNotice } from "../../../workloads/input/notices.ts";
import { loadScenario } from "../../../workloads/scenarios/scenario.ts";
import { folderWith } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const scenario = [
  "name: s",
  "hardware: single-pe",
  "models: [{ model: antispoof, pattern: unstructured, sparsity: 0.5 }, { model: antispoof, pattern: channel, sparsity: 0.2 }]",
  "arrivals: { kind: poisson, rate: 3 }",
  "dispatch: hardware",
  "unit: { fifoDepth: 8, variant: separate }",
].join("\n");
const oldScenario = scenario
  .replaceAll("sparsity:", "rate:")
  .replace("fifoDepth:", "depth:")
  .replace("variant:", "computeUnit:");
const sweep = [
  "scenario: s.yaml",
  "axes:",
  "  both: { zip: { models.*.sparsity: [0.5, 0.6], unit.fifoDepth: [8, 16] } }",
  "  slo: [5, 10]",
  "where: ['fifoDepth * slo < 160', 'sparsity < 1']",
  "columns: { x: antt * unit.fifoDepth }",
].join("\n");
const oldSweep = sweep.replaceAll("sparsity", "rate").replaceAll("fifoDepth", "depth");
const folder = folderWith({
  "s.yaml": scenario,
  "old.yaml": oldScenario,
  "new-sweep.yaml": sweep,
  "old-sweep.yaml": oldSweep,
});

async function withNotices<T>(read: () => Promise<T>): Promise<{ result: T; notices: string[] }> {
  const notices: string[] = [];
  const stop = onNotice((line) => notices.push(line));
  try {
    return { result: await read(), notices };
  } finally {
    stop();
  }
}

describe("old keys", () => {
  it("of a scenario mean what they meant, and one line says the new ones", async () => {
    const current = await withNotices(() => loadScenario(join(folder, "s.yaml"), schedulerNames));
    const old = await withNotices(() => loadScenario(join(folder, "old.yaml"), schedulerNames));
    expect({ ...old.result, file: "" }).toEqual({ ...current.result, file: "" });
    expect(current.notices).toEqual([]);
    expect(old.notices).toEqual([
      `scenario ${join(folder, "old.yaml")}: models[].rate is now models[].sparsity, unit.depth is now unit.fifoDepth, ` +
        "unit.computeUnit is now unit.variant; the old name is read in this version only",
    ]);
  });

  it("of a sweep are renamed in axes and expressions alike: it is the same sweep", async () => {
    const current = await withNotices(() => loadSweep(join(folder, "new-sweep.yaml")));
    const old = await withNotices(() => loadSweep(join(folder, "old-sweep.yaml")));
    expect(old.result.axes).toEqual(current.result.axes);
    expect(old.result.configurationCount).toBe(3);
    expect(old.result.identity).toBe(current.result.identity);
    expect(old.notices).toHaveLength(1);
  });

  it("beside the new one are refused", async () => {
    writeFileSync(join(folder, "both.yaml"), scenario.replace("fifoDepth: 8", "fifoDepth: 8, depth: 9"));
    await expect(loadScenario(join(folder, "both.yaml"), schedulerNames)).rejects.toThrow(
      "unit.fifoDepth is there twice, also under its old name depth",
    );
  });
});

describe("old options", () => {
  it("--rate of profile is --sparsity, with one line on stderr", async () => {
    const args = (option: string) => [
      "profile",
      "--models",
      "antispoof",
      "--hardware",
      "single-pe",
      "--fidelity",
      "expected",
      ...["--pattern", "unstructured", option, ".8", "--json", "--no-cache"],
    ];
    const old = await dystaInProcess(args("--rate"), folder);
    const current = await dystaInProcess(args("--sparsity"), folder);
    expect(old.stdout).toBe(current.stdout);
    expect(JSON.parse(current.stdout).layers[0].pattern).toBe("unstructured_0.8");
    expect(current.stderr).toBe("");
    expect(old.stderr).toBe(
      "dysta: --rate is now --sparsity in dysta profile; the old name is read in this version only\n",
    );
  });

  it("given beside the new one are given twice", async () => {
    const { status, stderr } = await dystaInProcess(["overhead", "--depth", "3", "--fifo-depth", "4"], folder);
    expect(status).toBe(2);
    expect(stderr).toContain("--fifo-depth is given twice; it takes one value");
  });
});

describe("a hardware file", () => {
  it("is read whatever its ending", async () => {
    for (const name of ["my.cfg", "mine", "hw.txt"]) {
      writeFileSync(join(folder, name), "preset: single-pe\nclock: 100 MHz\n");
      const args = [
        "profile",
        "--models",
        "antispoof",
        "--hardware",
        name,
        "--fidelity",
        "expected",
        "--json",
        "--no-cache",
      ];
      const { status, stdout, stderr } = await dystaInProcess(args, folder);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(JSON.parse(stdout).clockHz).toBe(100e6);
    }
  });
});

describe("a layer without work", () => {
  it("has no rate, no shares and no bound", async () => {
    writeFileSync(join(folder, "z.yaml"), "kind: fc\ninputChannels: 16\noutputChannels: 16\ninputDensity: 0\n");
    const args = ["profile", "--layer", "z.yaml", "--hardware", "single-pe", "--no-cache"];
    const text = await dystaInProcess(args, folder);
    expect(text.status).toBe(0);
    expect(text.stdout).toContain("0 cycles: there is no work in it");
    expect(text.stdout).not.toMatch(/Infinity|NaN/);
    const [layer] = JSON.parse((await dystaInProcess([...args, "--json"], folder)).stdout).layers;
    expect(layer).toMatchObject({ cycles: 0, utilisation: 0, boundBy: null, roofline: null });
  });
});
