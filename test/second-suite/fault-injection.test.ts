/**
 * What becomes of results when the system kills the program, tears a write, refuses one operation or has no more room, at
 * the n-th file operation of a sweep, a run, an exploration and a merge? The same command afterwards must end with the
 * results of an undisturbed one, or say in one line what to do.
 *
 * A few operations of each command are disturbed here; `DYSTA_FAULTS=all` disturbs every one (an hour), `DYSTA_FAULTS=N`
 * every N-th. Needs gcc, which makes the library that disturbs (fault-injection.c).
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packagePath } from "../../workloads/input/package-root.ts";
import { dysta, folderWith, scratchFolder, smallProject } from "../sim/cli/dysta.ts";

const library = join(scratchFolder(), "fault-injection.so");
const source = packagePath("test/second-suite/fault-injection.c");
const gcc = spawnSync("gcc", ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], { encoding: "utf8" });
const canDisturb = process.platform === "linux" && gcc.status === 0;
if (!canDisturb) process.stdout.write(`fault injection: skipped: ${gcc.error?.message ?? gcc.stderr}\n`);

const kinds = ["kill", "tear", "fail", "full"] as const;
type Kind = (typeof kinds)[number];

/** Disturbed operations of a command and kind in the short form. */
const fewest = 4;

const project = folderWith({
  ...smallProject,
  "sweep.yaml": "scenario: scenario.yaml\naxes: { slo: [2, 3] }\nschedulers: [fcfs, dysta]\n",
});

interface Command {
  readonly name: string;
  readonly args: readonly string[];
  /** Files of the result folder that must be as those of an undisturbed run. */
  readonly results: readonly string[];
  /** Made beforehand. */
  readonly given?: () => void;
}

const exported = ["points.csv", "points.parquet", "layers.csv", "layers.parquet", "failures.csv"];
const workers = ["--workers", "1"];
const sweep = ["sweep", "sweep.yaml", ...workers, "--no-cache"];
const shards = ["shard-1", "shard-2"];

const commands: readonly Command[] = [
  { name: "sweep", args: [...sweep, "--out", "results"], results: exported },
  {
    name: "run",
    args: ["run", "scenario.yaml", ...workers, "--out", "results"],
    results: ["summary.json", "results.csv", "requests.csv", "dispatch.csv", "prediction.csv", "timeline.json"],
  },
  {
    name: "merge",
    args: ["merge", ...shards, "--out", "results"],
    results: exported,
    given: () => {
      for (const [k, shard] of shards.entries()) {
        expect(dysta([...sweep, "--shard", `${k + 1}/2`, "--out", shard], { cwd: project }).status).toBe(0);
      }
    },
  },
  {
    name: "explore",
    args: [
      ...["explore", "--models", "antispoof", "--shapes", "8x2x3x4,4x2x3x4", "--requests", "20", ...workers],
      ...["--fidelity", "expected", "--objectives", "pes,antt", "--cache", "cache", "--out", "results"],
    ],
    results: ["explore.json", "explore.csv", "config.yaml"],
  },
];

/** A run of the command in a place of its own, its n-th file operation below that place disturbed. */
function disturbed(place: string, { args }: Command, at: number, kind: Kind | "none") {
  const log = join(scratchFolder(), "operations");
  const outcome = spawnSync(process.execPath, [packagePath("dist/sim/cli/main.js"), ...args], {
    cwd: place,
    encoding: "utf8",
    env: {
      ...process.env,
      ...{ LD_PRELOAD: library, FAULT_FOLDER: `${place}/`, FAULT_AT: String(at), FAULT_KIND: kind, FAULT_LOG: log },
    },
  });
  const operations = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
  return { ...outcome, operations };
}

/** A copy of the project's files without results. */
function place(): string {
  const folder = scratchFolder();
  for (const name of readdirSync(project)) cpSync(join(project, name), join(folder, name), { recursive: true });
  mkdirSync(join(folder, "cache"), { recursive: true });
  return folder;
}

/** Texts of the results; a summary names its tables by their absolute paths, which differ from place to place. */
function resultsIn(folder: string, { results }: Command): Record<string, string> {
  const text = (name: string) => readFileSync(join(folder, "results", name), "latin1").replaceAll(folder, "PLACE");
  return Object.fromEntries(results.map((name) => [name, text(name)]));
}

/** Which operations are disturbed: all, or some that begin elsewhere for every kind. */
function chosen(count: number, kind: Kind): number[] {
  const wish = process.env.DYSTA_FAULTS;
  const step = wish === "all" ? 1 : wish === undefined ? Math.ceil(count / fewest) : Number(wish);
  const first = 1 + ((kinds.indexOf(kind) * 7) % step);
  return Array.from({ length: count }, (_, k) => k + 1).filter((n) => n >= first && (n - first) % step === 0);
}

describe.skipIf(!canDisturb).each(commands)("dysta $name", (command) => {
  command.given?.();
  const undisturbedPlace = place();
  const undisturbed = disturbed(undisturbedPlace, command, 0, "none");
  const expected = resultsIn(undisturbedPlace, command);
  const count = undisturbed.operations.length;

  it.each(kinds)("ends with its results after a disturbance: %s", (kind) => {
    expect([undisturbed.status, undisturbed.stderr]).toEqual([0, ""]);
    const numbers = chosen(count, kind);
    let refused = 0;
    for (const n of numbers) {
      const folder = place();
      const first = disturbed(folder, command, n, kind);
      const what = `${kind} at ${n} of ${count} (${first.operations[n - 1]})`;
      // A flush that fails inside DuckDB aborts the process; what was kept before must be there all the same.
      if (first.signal === null) {
        expect([0, 2], `${what}: ${first.stderr}`).toContain(first.status);
        expect(first.stderr.replaceAll(/^dysta: [^\n]*\n/gm, ""), what).toBe("");
        if (first.status === 2) refused += 1;
      }
      const marker = join(folder, "results", "provenance.json");
      if (existsSync(marker) && readFileSync(marker, "utf8").includes('"complete"')) {
        expect(resultsIn(folder, command), `${what}: says that it is complete`).toEqual(expected);
      }
      const second = dysta(command.args, { cwd: folder });
      expect([second.status, second.stderr], what).toEqual([0, ""]);
      expect(resultsIn(folder, command), what).toEqual(expected);
      expect(readFileSync(join(folder, "results", "provenance.json"), "utf8"), what).toMatch(/"state": "complete"/);
      rmSync(folder, { recursive: true });
    }
    process.stdout.write(
      `${command.name}: ${numbers.length} of ${count} file operations, ${kind}: nothing lost; ${refused} refused in one line\n`,
    );
  });
});
