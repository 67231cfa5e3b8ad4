import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const { id, task, script, output, after } = JSON.parse(process.argv[2]);
const tasks = join(process.env.FAKE_SLURM, "tasks");
const own = join(tasks, `${id}_${task}`);
writeFileSync(own, String(process.pid));
const isQueued = (job) => readdirSync(tasks).some((name) => name.startsWith(`${job}_`));
const begin = () => {
  if (!existsSync(own)) return;
  if (after.some(isQueued)) {
    setTimeout(begin, 20);
    return;
  }
  const env = { ...process.env, SLURM_ARRAY_TASK_ID: task, SLURM_CPUS_PER_TASK: "1" };
  const { stdout, stderr } = spawnSync("sh", [script], { env, encoding: "utf8" });
  appendFileSync(output.replace("%a", task), stdout + stderr);
  rmSync(own, { force: true });
};
begin();
