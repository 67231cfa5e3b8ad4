/** Does the packed package install in an empty folder, run as a command, and have types and entry points for a program? */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { packagePath } from "../../workloads/input/package-root.ts";
import { scratchFolder } from "../sim/cli/dysta.ts";

const folder = scratchFolder();

function run(program: string, args: readonly string[], cwd = folder) {
  const { status, stdout, stderr } = spawnSync(program, [...args], { cwd, encoding: "utf8" });
  return { status, stdout, stderr };
}

const consumer = `import { DystaError, run, type RunOptions } from "dysta-sim";
import type { Scheduler } from "dysta-sim/scheduler";

export const last: Scheduler = { name: "last", pick: (ready) => ready.length - 1 };
const options: RunOptions = { scenario: "multi-attnn", requests: 20, seeds: 2, schedulers: ["fcfs"] };
const { schedulers, clockHz } = await run(options);
const hertz: number | null = clockHz;
try {
  await run({ scenario: "multi-atn" });
} catch (error) {
  if (!(error instanceof DystaError)) throw error;
  console.log(Object.keys(schedulers).join(), hertz, error.message);
}
`;

describe("the packed package", () => {
  beforeAll(() => {
    expect(run("npm", ["pack", "--silent", "--pack-destination", folder], packagePath(".")).status).toBe(0);
    const [archive] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
    writeFileSync(join(folder, "package.json"), '{ "name": "user", "version": "1.0.0", "type": "module" }');
    expect(run("npm", ["install", "--silent", "--no-audit", `./${archive}`]).status).toBe(0);
  });

  it("is a command", () => {
    expect(run("npx", ["dysta", "list", "scenarios"])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/multi-attnn/),
    });
  });

  it("has types and entry points", () => {
    writeFileSync(join(folder, "consumer.ts"), consumer);
    const compilerOptions = { module: "nodenext", target: "es2022", strict: true, types: [], skipLibCheck: true };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
    const compiler = packagePath("node_modules/typescript/bin/tsc");
    expect(run(process.execPath, [compiler, "-p", "."])).toMatchObject({ status: 0, stdout: "" });
    const { status, stdout } = run(process.execPath, ["consumer.js"]);
    expect([status, stdout]).toEqual([0, 'fcfs null unknown scenario "multi-atn" (did you mean "multi-attnn"?)\n']);
  });

  it("leads a new user to a figure of a scheduler of one's own against six others over rates, in an empty folder", () => {
    const project = join(folder, "mine");
    mkdirSync(project);
    // What the user types after `npm i` of the archive: fewer than fifteen lines.
    const typed = `cat > mine.mjs <<'END'
const shorter = (a, b) => (a.estimatedRemaining <= b.estimatedRemaining ? a : b);
export default { name: "mine", pick: (ready) => ready.indexOf(ready.reduce(shorter)) };
END
cat > rates.yaml <<'END'
scenario: multi-attnn-inferred
axes: { arrivals.rate: [20, 25, 30] }
schedulers: [./mine.mjs, fcfs, sjf, prema, planaria, dysta, swp_plus]
set: { requests: 100 }
seeds: 3
END
npx dysta sweep rates.yaml --out rates
`;
    expect(typed.trimEnd().split("\n").length + 1).toBeLessThan(15);
    expect(run("sh", ["-c", typed], project)).toMatchObject({ status: 0 });
    const report = readFileSync(join(project, "rates", "report.html"), "utf8");
    const [figure] = report.match(/<svg[\s\S]*?<\/svg>/) ?? [""];
    for (const name of ["mine", "fcfs", "sjf", "prema", "planaria", "dysta", "swp_plus"]) {
      expect(figure, name).toContain(`>${name}<`);
    }
    expect(readFileSync(join(project, "rates", "columns.md"), "utf8")).toContain("`violationRate`");
  }, 120_000);
});
