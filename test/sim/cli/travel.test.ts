/** Do result folders travel: no absolute path in them, run again or gone on with from another place? */
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it } from "vitest";
import { scratchFolder } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const table = `# clock: 1 MHz
model,pattern,sample,layer,cycles,input_density
a,p,0,0,900,0.5
a,p,0,1,700,0.5
b,p,0,0,500,0.25
`;
const policy = `export default { name: "newest", pick: (ready) => ready.length - 1 };`;
const scenario = `
name: two
table: table.csv
arrivals: { kind: poisson, rate: 300 }
requests: 20
schedulers: [fcfs, ./newest.mjs]
`;
const sweep = (rates: string) => `
name: rates
scenario: scenario.yaml
axes: { arrivals.rate: [${rates}] }
seeds: 1
`;

/** A project with everything that the commands name. */
function project(): string {
  const folder = join(scratchFolder(), "here");
  mkdirSync(folder);
  for (const [name, text] of Object.entries({ "table.csv": table, "newest.mjs": policy, "scenario.yaml": scenario })) {
    writeFileSync(join(folder, name), text);
  }
  writeFileSync(join(folder, "sweep.yaml"), sweep("200, 300"));
  return folder;
}

/** Files of a result folder in which the path of the project stands. */
function filesNaming(folder: string, path: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files.filter((name) => {
    const file = join(folder, name);
    return statSync(file).isFile() && readFileSync(file).includes(path);
  });
}

async function ended(words: readonly string[], cwd: string): Promise<string> {
  const { status, stdout, stderr } = await dystaInProcess(words, cwd);
  expect([status, stderr], words.join(" ")).toEqual([0, ""]);
  return stdout;
}

it("a run's folder, moved with what it names, is run again: the same results", async () => {
  const here = project();
  await ended(["run", "scenario.yaml", "--seeds", "2", "--slo", "3", "--out", "found"], here);
  expect(filesNaming(join(here, "found"), here)).toEqual([]);
  const there = join(scratchFolder(), "elsewhere");
  renameSync(here, there);
  await ended(["run", "found", "--out", "again"], there);
  for (const name of ["results.csv", "requests.csv", "dispatch.csv", "summary.json", "config.yaml"]) {
    expect(readFileSync(join(there, "again", name), "utf8"), name).toBe(
      readFileSync(join(there, "found", name), "utf8"),
    );
  }
  // The folder itself can be what is replaced.
  await ended(["run", "./again", "--out", "again"], there);
  const { status, stderr } = await dystaInProcess(["run", "table.csv/.."], there);
  expect([status, stderr.split("\n").length]).toEqual([2, 2]);
});

it("a sweep's folder, moved, is gone on with, and its database has no path of the place where it was made", async () => {
  const here = project();
  await ended(["sweep", "sweep.yaml", "--out", "swept"], here);
  expect(filesNaming(join(here, "swept"), here)).toEqual([]);
  const there = join(scratchFolder(), "elsewhere");
  cpSync(here, there, { recursive: true });
  rmSync(here, { recursive: true });
  const told = JSON.parse(await ended(["sweep", "sweep.yaml", "--out", "swept", "--json"], there));
  expect(told).toMatchObject({ points: 4, ran: 0 });
  // One more value: the points that are there are kept.
  writeFileSync(join(there, "sweep.yaml"), sweep("200, 300, 400"));
  const more = JSON.parse(await ended(["sweep", "sweep.yaml", "--out", "swept", "--json"], there));
  expect(more).toMatchObject({ points: 6, ran: 2 });
  const instance = await DuckDBInstance.create(join(there, "swept", "results.duckdb"), { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  const [[source]] = (await connection.runAndReadAll("SELECT value FROM provenance WHERE key = 'source'")).getRows();
  connection.closeSync();
  instance.closeSync();
  expect(source).toContain('{"$path":"../table.csv"}');
  expect(source).not.toContain(there);
});
