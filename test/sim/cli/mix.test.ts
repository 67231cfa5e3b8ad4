/** `dysta run --models`: networks named on the command line are the scenario that a file of them would be. */
import { describe, expect, it } from "vitest";
import { folderWith } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const cwd = folderWith({
  "mine.yaml": [
    "name: mine",
    "layers:",
    "  - { kind: pointwise, name: one, inputChannels: 8, outputChannels: 8, inputHeight: 9, inputWidth: 9, inputDensity: 0.5, weightDensity: 0.4 }",
    "",
  ].join("\n"),
  "file.yaml": [
    "name: ./mine.yaml + antispoof",
    "hardware: eyeriss-v2",
    "fidelity: expected",
    "models: [{ network: ./mine.yaml, pattern: unstructured, sparsity: 0.5 }, { model: antispoof, pattern: unstructured, sparsity: 0.5 }]",
    "arrivals: { kind: poisson, rate: 300 }",
    "requests: 40",
    "seeds: 20",
    "",
  ].join("\n"),
});
const asked = ["--scheduler", "fcfs,sjf", "--json"];
const mix = ["--models", "./mine.yaml,antispoof", "--pattern", "unstructured", "--sparsity", "0.5"];

it("runs them in equal shares, as a scenario file does", async () => {
  const words = [...mix, "--rate", "300", "--requests", "40", "--fidelity", "expected"];
  const named = await dystaInProcess(["run", ...words, ...asked], cwd);
  const filed = await dystaInProcess(["run", "file.yaml", ...asked], cwd);
  expect(named).toEqual({ ...filed, status: 0, stderr: "" });
});

it("has a capacity without a rate", async () => {
  const words = [...mix, "--requests", "40", "--seeds", "2", "--fidelity", "expected"];
  const { status, stderr, stdout } = await dystaInProcess(["capacity", ...words, ...asked], cwd);
  expect([status, stderr]).toEqual([0, ""]);
  expect(Object.keys(JSON.parse(stdout).schedulers)).toEqual(["fcfs", "sjf"]);
});

describe("mistakes get one line", () => {
  it.each([
    [mix, "--models needs --rate: the requests per second of all networks together"],
    [["file.yaml", ...mix], "name either a scenario (file.yaml) or --models, not both"],
    [["--models", "antispoof", "--sparsity", "0.5", "--rate", "1"], "--sparsity needs a --pattern"],
    [["--pattern", "channel"], "--pattern is for --models; a scenario has its own patterns"],
  ])("dysta run %j", async (words, message) => {
    for (const command of ["run", "overhead"]) {
      expect(await dystaInProcess([command, ...words], cwd)).toEqual({
        status: 2,
        stdout: "",
        stderr: `dysta: ${message}\n`,
      });
    }
  });
});
