/** `dysta sweep` killed twenty times at random moments: what it writes in the end is what an undisturbed run writes. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packagePath } from "../../workloads/input/package-root.ts";
import { Dice } from "../hw/array/random-case.ts";
import { dysta, folderWith } from "../sim/cli/dysta.ts";

const sweep =
  "scenario: multi-cnn-recorded\nset: { requests: 2000 }\naxes: { slo: { from: 5, to: 50, points: 10 } }\nschedulers: [fcfs, dysta, prema]\nseeds: 10\n";
const exported = ["points.csv", "points.parquet", "layers.csv", "layers.parquet", "failures.csv"];

it("ends with the same bytes", async () => {
  const project = folderWith({ "mine.yaml": sweep });
  const args = (out: string) => ["sweep", "mine.yaml", "--out", out];
  expect(dysta(args("undisturbed"), { cwd: project }).status).toBe(0);
  const dice = new Dice(1);
  for (let kill = 0; kill < 20; kill++) {
    const child = spawn(process.execPath, [packagePath("dist/sim/cli/main.js"), ...args("killed")], {
      cwd: project,
      stdio: "ignore",
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), dice.pick([300, 600, 900, 1200, 1500, 1800, 2100]));
    await new Promise((ended) => child.on("close", ended));
    clearTimeout(timer);
  }
  expect(dysta(args("killed"), { cwd: project }).status).toBe(0);
  for (const name of exported) {
    const [one, other] = ["undisturbed", "killed"].map((folder) => readFileSync(join(project, folder, name)));
    expect(other.equals(one), name).toBe(true);
  }
});
