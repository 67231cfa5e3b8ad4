/** A Slurm of one machine for a test: own key, ports and folders, nothing of the system's. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo"];

/** Why there can be no cluster here; undefined if there can. */
export function missingForSlurm(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root, for munged and slurmd";
  const missing = programs.filter((program) => spawnSync("which", [program]).status !== 0);
  return missing.length === 0 ? undefined : `not installed: ${missing.join(", ")}`;
}

export class SlurmCluster {
  /** For programs that are to use it. */
  readonly environment: Readonly<Record<string, string>>;
  private readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.environment = { SLURM_CONF: join(folder, "slurm.conf") };
  }

  /** @throws if it does not answer within 20 seconds. */
  static async start(): Promise<SlurmCluster> {
    // munged insists on folders that nobody else can write to, and slurmd on short paths.
    const folder = mkdtempSync("/run/dysta-slurm-");
    const cluster = new SlurmCluster(folder);
    try {
      cluster.startMunge();
      cluster.startSlurm();
      await cluster.idle();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  run(program: string, ...words: string[]): string {
    return execFileSync(program, words, { encoding: "utf8", env: { ...process.env, ...this.environment } });
  }

  async stop(): Promise<void> {
    for (const daemon of ["slurmd", "slurmctld", "munged"]) {
      const pidFile = join(this.folder, `${daemon}.pid`);
      if (!existsSync(pidFile)) continue;
      const pid = Number(readFileSync(pidFile, "utf8"));
      for (let attempt = 0; isAlive(pid) && attempt < 100; attempt++) {
        process.kill(pid, attempt < 50 ? "SIGTERM" : "SIGKILL");
        await wait(100);
      }
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private startMunge(): void {
    const { folder } = this;
    writeFileSync(join(folder, "munge.key"), randomBytes(1024), { mode: 0o400 });
    chmodSync(folder, 0o755);
    execFileSync("munged", [
      `--key-file=${join(folder, "munge.key")}`,
      `--socket=${join(folder, "munge.socket")}`,
      `--pid-file=${join(folder, "munged.pid")}`,
      `--log-file=${join(folder, "munged.log")}`,
      `--seed-file=${join(folder, "munge.seed")}`,
      "--force",
    ]);
  }

  private startSlurm(): void {
    const { folder } = this;
    for (const name of ["state", "spool"]) mkdirSync(join(folder, name));
    writeFileSync(this.environment.SLURM_CONF, configuration(folder));
    for (const daemon of ["slurmctld", "slurmd"]) {
      const { status, stderr } = spawnSync(daemon, [], {
        encoding: "utf8",
        env: { ...process.env, ...this.environment },
      });
      if (status !== 0) throw new Error(`${daemon}: ${stderr}`);
    }
  }

  private async idle(): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt++) {
      await wait(200);
      const { stdout } = spawnSync("sinfo", ["--noheader", "--format=%T"], {
        encoding: "utf8",
        env: { ...process.env, ...this.environment },
      });
      if (stdout.trim() === "idle") return;
    }
    throw new Error(`the cluster does not become idle; see ${this.folder}`);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function configuration(folder: string): string {
  const [host] = hostname().split(".");
  return [
    "ClusterName=dysta",
    `SlurmctldHost=${host}(127.0.0.1)`,
    "SlurmctldPort=16817",
    "SlurmdPort=16818",
    "SlurmUser=root",
    "SlurmdUser=root",
    "AuthType=auth/munge",
    `AuthInfo=socket=${folder}/munge.socket`,
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmdPidFile=${folder}/slurmd.pid`,
    `SlurmctldLogFile=${folder}/slurmctld.log`,
    `SlurmdLogFile=${folder}/slurmd.log`,
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "JobAcctGatherType=jobacct_gather/none",
    "AccountingStorageType=accounting_storage/none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_Core",
    "MpiDefault=none",
    "ReturnToService=2",
    "KillWait=2",
    "SchedulerParameters=sched_interval=1,batch_sched_delay=0",
    `NodeName=${host} NodeAddr=127.0.0.1 CPUs=${availableParallelism()} State=UNKNOWN`,
    `PartitionName=main Nodes=${host} Default=YES MaxTime=INFINITE State=UP`,
    "",
  ].join("\n");
}
