/** Do the conditions say what was run? */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { schedulerNames } from "../../../../sched/registry.ts";
import { codeHash } from "../../../../sim/results/code-identity.ts";
import { conditionLines, conditionsOf } from "../../../../sim/study/run/conditions.ts";
import { prepareRun } from "../../../../sim/study/run/run.ts";
import { loadScenario, scenarioYaml } from "../../../../workloads/scenarios/scenario.ts";

const header = "model,pattern,sample,layer,cycles,input_density\n";
const folder = mkdtempSync(join(tmpdir(), "dysta-"));
const files = {
  "fast.csv": `# clock: 400 MHz\n${header}a,x,0,0,10,0.5\n`,
  "slow.csv": `# clock: 200 MHz\n${header}b,y,0,0,10,0.5\n`,
  "due.csv": "arrival,model,deadline\n0,a,1\n0.5,b,0.75\n",
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);

/** What a trace's arrivals say besides. */
const timing = { unit: "s", origin: 0 };

async function conditionsWith(keys: string) {
  const path = join(folder, "s.yaml");
  writeFileSync(path, `name: s\ntable: [fast.csv, slow.csv]\nhardware: single-pe\nschedulers: [fcfs]\n${keys}\n`);
  const scenario = await loadScenario(path, schedulerNames);
  const conditions = conditionsOf(await prepareRun(scenario));
  return { scenario, conditions, lines: conditionLines(conditions, scenario) };
}

describe("the conditions of a run", () => {
  it("have the deadlines of a trace that has them, two clocks, and hardware that ran nothing", async () => {
    const { conditions, lines } = await conditionsWith(
      "arrivals: { kind: trace, file: due.csv }\npreemptionCost: 20 us",
    );
    expect(conditions).toMatchObject({
      deadlines: "trace",
      rates: null,
      hardware: null,
      preemptionCost: 20e-6,
      requests: 2,
    });
    expect(conditions.clockHz).toEqual({ "a/x": 400e6, "b/y": 200e6 });
    expect(lines[0]).toContain("deadlines of the trace");
    expect(lines[0]).toContain("preemption free and 20 µs each");
    expect(lines[1]).toBe("The networks have different clocks: a/x at 400 MHz; b/y at 200 MHz.");
    expect(lines[2]).toBe("hardware: has run nothing; the tables supply every network.");
    expect(lines[3]).toMatch(/^Time: whole ticks of 1 cycle of 400 MHz;/);
  });

  it("travel: files are named by what they hold, and the code by its hash", async () => {
    writeFileSync(join(folder, "chip.yaml"), "preset: single-pe\n");
    const path = join(folder, "modelled.yaml");
    const trace = "arrivals: { kind: trace, file: due-one.csv }";
    writeFileSync(join(folder, "due-one.csv"), "arrival,deadline\n0,1\n");
    writeFileSync(
      path,
      `name: m\nhardware: ./chip.yaml\nfidelity: expected\nmodels: [{ model: antispoof }]\n${trace}\n`,
    );
    const prepared = await prepareRun(await loadScenario(path, schedulerNames));
    const conditions = conditionsOf(prepared);
    const sha256 = (name: string) =>
      createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex");
    expect(conditions.arrivals).toEqual({
      kind: "trace",
      file: "due-one.csv",
      sha256: sha256("due-one.csv"),
      ...timing,
    });
    expect(conditions.hardware).toBe(`chip.yaml (SHA-256 ${sha256("chip.yaml")})`);
    expect(conditions.code).toBe(codeHash("results"));
    expect(JSON.stringify(conditions)).not.toContain(folder);
  });

  it("have the rate and the SLO of each network", async () => {
    const { conditions, lines } = await conditionsWith(
      "arrivals: { kind: poisson, rate: 30 }\nmodels: [{ model: a, weight: 2, slo: 5 }, { model: b }]",
    );
    expect(conditions).toMatchObject({ deadlines: "slo", slo: 10, sloOf: { "a/x": 5 } });
    expect(conditions.rates).toEqual({ "a/x": 20, "b/y": 10 });
    expect(lines[0]).toContain("poisson at 30/s, SLO 10 × isolated latency (a/x 5)");
  });
});

describe("config.yaml", () => {
  it("has paths as seen from its folder, so that it can be moved with what it names", async () => {
    const { scenario } = await conditionsWith("arrivals: { kind: trace, file: due.csv }");
    const text = scenarioYaml(scenario, join(folder, "results"));
    expect(text).not.toContain(folder);
    const onFile = [{ ...scenario.models?.[0], model: "a", hardware: join(folder, "chip.yaml") }];
    expect(scenarioYaml({ ...scenario, models: onFile as never }, join(folder, "results"))).not.toContain(folder);
    expect(text).toContain("file: ../due.csv");
    const moved = join(folder, "config.yaml");
    writeFileSync(moved, scenarioYaml(scenario, folder));
    expect({ ...(await loadScenario(moved, schedulerNames)), file: "" }).toEqual({ ...scenario, file: "" });
  });
});
