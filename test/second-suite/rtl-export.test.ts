/** Do the folders of `dysta rtl` pass their own bench in two simulators, and does the bench fail on a broken line? */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { dysta, folderWith } from "../sim/cli/dysta.ts";
import { isInstalled } from "./icarus.ts";

const project = folderWith({
  "small.yaml": [
    "name: small",
    "hardware: eyeriss-v2",
    "samples: 2",
    "models: [{ model: sparse-mobilenet-0.5 }]",
    "arrivals: { kind: poisson, rate: 4000 }",
    "requests: 4",
    "schedulers: [dysta]",
    "seeds: 1",
    "",
  ].join("\n"),
});
const folders = {
  top: ["--monitor-lanes", "16", "--monitor-buffer", "5"],
  overlapped: ["--rescoring", "overlapped", "--variant", "separate", "--format", "fp32"],
  unit: ["--top", "scheduling_unit", "--fifo-depth", "5"],
  monitor: ["--top", "monitor"],
  pe: ["--top", "pe"],
  lean: ["--monitor-lean", "--monitor-lanes", "16", "--monitor-buffer", "5", "--fit-tables"],
  swp: ["--scheduler", "swp", "--monitor-lanes", "16"],
  swpPlusUnit: ["--scheduler", "swp_plus", "--top", "scheduling_unit"],
};
const make = (folder: string, target: string) => {
  const { status, stdout } = spawnSync("make", ["-C", join(project, folder), target], { encoding: "utf8" });
  return { status, answer: /(PASS|FAIL).*/.exec(stdout)?.[0] };
};

beforeAll(() => {
  for (const [folder, args] of Object.entries(folders)) {
    const outcome = dysta(["rtl", "small.yaml", ...args, "--cycles", "6000", "--out", folder], { cwd: project });
    expect(outcome.status).toBe(0);
  }
});

it("takes a scenario of its own where none is named", () => {
  const { status, stdout } = dysta(["rtl", "--cycles", "2000", "--out", "default"], { cwd: project });
  expect([status, stdout]).toEqual([0, expect.stringContaining("dysta_top and a test bench of 2000 cycles")]);
});

describe.each([
  ["iverilog", "icarus"],
  ["verilator", "verilator"],
])("with %s", (program, target) => {
  const hasProgram = isInstalled(program) && isInstalled("make");
  if (!hasProgram)
    process.stderr.write(`skipped: ${program} or make is not installed (apt-get install ${program} make)\n`);

  it.skipIf(!hasProgram).each(Object.keys(folders))("the bench of %s passes", (folder) => {
    expect(make(folder, target)).toEqual({ status: 0, answer: "PASS: 6000 cycles agree" });
  });
});

describe.skipIf(!isInstalled("iverilog") || !isInstalled("make"))("a broken line", () => {
  it.each([
    ["unit", "controller.sv", "is_odd_q <= is_scoring && !is_odd_q", "is_odd_q <= is_scoring"],
    ["top", "dysta_top.sv", "begin_layer(reset || is_dispatch)", "begin_layer(reset)"],
    ["monitor", "monitor.sv", "!= '0;\n  end", "== '0;\n  end"],
    ["pe", "pe.sv", "psum + PSUM_BITS'(product)", "psum - PSUM_BITS'(product)"],
    ["swpPlusUnit", "swp_compute_unit.sv", "factor_a = remaining_held_q[3]", "factor_a = remaining_held_q[1]"],
  ])("of %s makes its bench fail", (folder, file, original, broken) => {
    const path = join(project, folder, file);
    const text = readFileSync(path, "utf8");
    expect(text).toContain(original);
    writeFileSync(path, text.replace(original, broken));
    const { status, answer } = make(folder, "icarus");
    writeFileSync(path, text);
    expect(status).not.toBe(0);
    expect(answer).toMatch(/^FAIL in cycle/);
  });
});
