/** Several arrays through the command line: one is as ever, two share the bandwidth, and what cannot be is said. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRunFolder } from "../../../sim/study/run/run-data.ts";
import { rowsOf } from "../view/report/folders.ts";
import { folderWith, scratchFolder } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

/** Two small layers, of which the second waits for its weights from DRAM. */
const network = `name: small
layers:
  - { kind: pointwise, name: a, inputChannels: 16, outputChannels: 16, inputHeight: 6, inputWidth: 6, inputDensity: 0.5, weightDensity: 0.5 }
  - { kind: fc, name: b, inputChannels: 576, outputChannels: 64, inputDensity: 0.5, weightDensity: 1 }
`;
const single = "{ preset: single-pe, dram: { bandwidth: 0.05 GB/s } }";
const scenario = (hardware: string, more = "") => `name: two
${hardware}
samples: 2
models: [{ network: small.yaml }]
arrivals: { kind: poisson, rate: 3000 }
requests: 40
schedulers: [fcfs, sjf]
seeds: 2
${more}`;

const cache = ["--cache", scratchFolder()];

async function run(text: string, ...options: string[]) {
  const folder = folderWith({ "small.yaml": network, "s.yaml": text });
  return dystaInProcess(["run", "s.yaml", ...cache, ...options], folder);
}

describe("accelerators", () => {
  it("of which there is one give the bytes of the hardware alone", async () => {
    const options = ["--json"];
    const alone = await run(scenario(`hardware: ${single}`), ...options);
    expect(alone).toMatchObject({ status: 0, stderr: "" });
    expect(await run(scenario(`accelerators: { hardware: ${single}, count: 1 }`), ...options)).toEqual(alone);
    expect(await run(scenario(`hardware: ${single}\naccelerators: { count: 1, share: static }`), ...options)).toEqual(
      alone,
    );
  });

  it("have 1/N of the bandwidth each: the cycles of hardware that has so little", async () => {
    const cyclesOf = async (text: string) => {
      const out = join(scratchFolder(), "out");
      expect(await run(text, "--out", out)).toMatchObject({ status: 0 });
      return JSON.parse(readFileSync(join(out, "profile.json"), "utf8")).layers.map(
        (layer: { cycles: number }) => layer.cycles,
      );
    };
    const whole = await cyclesOf(scenario(`hardware: ${single}`));
    const half = await cyclesOf(scenario("hardware: { preset: single-pe, dram: { bandwidth: 0.025 GB/s } }"));
    const two = await cyclesOf(scenario(`accelerators: { hardware: ${single}, count: 2 }`));
    expect(two).toEqual(half);
    expect(two).not.toEqual(whole);
  });

  it("keep a request where it began, in dispatch.csv, and say so in text, document and report", async () => {
    const out = join(scratchFolder(), "out");
    const text = scenario(`accelerators: { hardware: ${single}, count: 2 }`);
    const { stdout } = await run(text, "--out", out);
    expect(stdout).toContain(
      "2 arrays, each with 1/2 of the DRAM bandwidth; a request stays on the array that it began on.",
    );
    expect(stdout).not.toContain("No schedule has fewer violations");
    const arrays = new Map<string, Set<string>>();
    for (const { scheduler, seed, request, array } of rowsOf(out, "dispatch.csv")) {
      const key = `${scheduler} ${seed} ${request}`;
      arrays.set(key, (arrays.get(key) ?? new Set()).add(array));
    }
    expect(arrays.size).toBe(2 * 2 * 40);
    expect([...arrays.values()].every(({ size }) => size === 1)).toBe(true);
    expect(new Set([...arrays.values()].flatMap((own) => [...own]))).toEqual(new Set(["0", "1"]));
    const summary = JSON.parse(readFileSync(join(out, "summary.json"), "utf8"));
    expect(summary.conditions.accelerators).toEqual({ count: 2, share: "static" });
    expect(readRunFolder(out).runs.every(({ turns }) => turns?.array !== undefined)).toBe(true);
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain("the requests ran on several arrays");
    const again = await dystaInProcess(["run", join(out, "config.yaml"), "--json", ...cache], out);
    expect(JSON.parse(again.stdout).schedulers).toEqual(summary.schedulers);
  });

  const two = `accelerators: { hardware: ${single}, count: 2 }`;
  it.each([
    [
      scenario(two, "dispatch: hardware\n"),
      [],
      "scenario s.yaml: accelerators: the scheduling unit serves one array, dispatch is hardware",
    ],
    [
      scenario(two),
      ["--dispatch", "hardware", "--scheduler", "dysta"],
      "scenario s.yaml: accelerators: the scheduling unit serves one array, dispatch is hardware",
    ],
    [
      scenario(two),
      ["--semantics", "artifact"],
      "scenario s.yaml: accelerators: need corrected semantics without faults",
    ],
    [scenario(two), ["--bounds"], "--bounds: they hold for one array, the run has 2"],
    [
      scenario(two),
      ["--timeline", "sjf", "--out", "x"],
      "--timeline sjf: a timeline is of one array, the scenario has 2",
    ],
    [
      scenario("accelerators: { count: 2 }"),
      [],
      "scenario s.yaml: needs hardware (and models) to run networks on, or a table to replay",
    ],
    [
      scenario(`hardware: eyeriss-v2\n${two}`),
      [],
      "scenario s.yaml: accelerators.hardware: is there twice, also as the scenario's hardware",
    ],
    [
      scenario(`${two}\ntable: builtin:sanger`),
      [],
      "scenario s.yaml: accelerators: needs networks on hardware: a table is of one array with all of its DRAM bandwidth",
    ],
    [
      scenario(two.replace("count: 2", "count: 0")),
      [],
      "scenario s.yaml: accelerators.count must be a whole number, 1 or more, is 0",
    ],
    [
      scenario(two.replace("count: 2", "count: 65")),
      [],
      "scenario s.yaml: accelerators.count must be at most 64, is 65",
    ],
    [
      scenario(two.replace("count: 2", "count: 2, share: dynamic")),
      [],
      'scenario s.yaml: accelerators.share must be static, is "dynamic"',
    ],
    [
      scenario("accelerators: { hardware: artifact-eyeriss-v2, count: 2 }"),
      [],
      "accelerators: hardware artifact-eyeriss-v2 has no DRAM channel to be shared",
    ],
    [
      scenario(two).replace("{ network: small.yaml }", "{ network: small.yaml, hardware: eyeriss-v2 }"),
      [],
      "scenario s.yaml: accelerators: are identical, models: small.yaml cannot have hardware of its own",
    ],
    [
      scenario(two.replace("0.05 GB/s", "30 MB/s")),
      [],
      "accelerators: count 2 leaves hardware single-pe (dram.bandwidth 0.03 GB/s) less than 1 bit of DRAM per cycle",
    ],
  ])("refuse what cannot be: %#", async (text, options, message) => {
    const { status, stderr } = await run(text, ...options);
    expect([status, stderr.trim().replace(/ \((did you mean|known:).*/, "")]).toEqual([2, `dysta: ${message}`]);
  });

  it("are not for explore", async () => {
    const folder = folderWith({ "small.yaml": network, "s.yaml": scenario(two) });
    const { status, stderr } = await dystaInProcess(["explore", "s.yaml", "--shapes", "1x1x1x1", "--no-cache"], folder);
    expect([status, stderr.trim()]).toEqual([
      2,
      "dysta: scenario s.yaml: accelerators: explore compares single arrays, the scenario has several",
    ]);
  });
});
