/**
 * Sweeps: how much of two bare CPU-bound threads two workers reach, what a point costs beyond its simulation, and memory.
 *
 *     npm run bench:sweep [-- long]      long: 100,000 points of 100 requests as well
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { scenarioNetworks } from "../../sim/profile/modelled-networks.ts";
import { thisProgram } from "../../sim/results/version.ts";
import { dispatchOf, runSetup } from "../../sim/study/run/run-setup.ts";
import { type SchedulerChoice, simulateJob } from "../../sim/study/run/simulate-job.ts";
import { exportResults } from "../../sim/study/sweep/export.ts";
import { mergeShards } from "../../sim/study/sweep/merge.ts";
import { runSweep } from "../../sim/study/sweep/run-sweep.ts";
import { shardPoints, wholeSweep } from "../../sim/study/sweep/shard.ts";
import { openStore } from "../../sim/study/sweep/store.ts";
import type { Shard } from "../../sim/study/sweep/sweep.ts";
import { sweepOf } from "../../sim/study/sweep/sweep-file.ts";
import type { LoadedSweep } from "../../sim/study/sweep/sweep-source.ts";
import { writeReport } from "../../sim/view/report/write-report.ts";
import { machine, print } from "./measure.ts";

const rounds = 3;

function gridOf(rates: number, slos: number, requests: number, seeds: number): Promise<LoadedSweep> {
  const data = {
    scenario: "multi-cnn-recorded",
    set: { requests },
    axes: {
      "arrivals.rate": { from: 1, to: 4, points: rates },
      slo: { from: 5, to: 50, points: slos },
    },
    schedulers: ["fcfs", "sjf", "prema", "dysta"],
    seeds,
  };
  return sweepOf(data, { file: "bench", folder: "/" });
}

/** Wall-clock seconds, and CPU seconds of all threads of this process. */
interface Timed {
  readonly wall: number;
  readonly cpu: number;
}

async function timed(work: () => Promise<unknown>): Promise<Timed> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 };
}

async function inScratch(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dysta-bench-"));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What `dysta sweep` does with a shard: database and points; with the whole, export. */
async function runShard(sweep: LoadedSweep, folder: string, shard: Shard, workers: number): Promise<void> {
  const store = await openStore(folder, sweep, { shard, program: thisProgram() });
  await runSweep(sweep, store, { points: shardPoints(sweep.pointCount, shard), workers });
  if (shard.count === 1) await exportResults(store);
  store.close();
}

const runWhole = (sweep: LoadedSweep, workers: number) =>
  inScratch((folder) => runShard(sweep, folder, wholeSweep, workers));

/** Nothing but the simulations, one after the other in this thread. */
async function simulateAll(sweep: LoadedSweep): Promise<void> {
  const networks = await scenarioNetworks(await sweep.scenarioOf(0), {});
  const { schedulers, firstSeed, seedCount } = sweep.source;
  for (let configuration = 0; configuration < sweep.configurationCount; configuration++) {
    const setup = runSetup(await sweep.scenarioOf(configuration), networks);
    for (const scheduler of schedulers) {
      for (let k = 0; k < seedCount; k++) await simulateOne(setup, scheduler, firstSeed + k);
    }
  }
}

async function simulateOne(
  setup: ReturnType<typeof runSetup>,
  scheduler: SchedulerChoice,
  seed: number,
): Promise<void> {
  const dispatch = dispatchOf(setup, scheduler.name);
  await simulateJob({ setup, seed, scheduler, dispatch, preemption: "free", keep: "metrics" });
}

/** So many threads that count, each as far as the others. */
async function bareThreads(count: number): Promise<void> {
  const code = "let x = 1; for (let k = 0; k < 2e9; k++) x = (x * 1664525 + 1013904223) | 0; process.exitCode = x & 1;";
  const threads = Array.from({ length: count }, () => new Worker(code, { eval: true }));
  await Promise.all(threads.map((thread) => new Promise((done) => thread.on("exit", done))));
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function scaling(sweep: LoadedSweep): Promise<void> {
  const measured: Record<"bare" | "sweep" | "one" | "two", number>[] = [];
  for (let round = 0; round < rounds; round++) {
    const [bareOne, bareTwo] = [await timed(() => bareThreads(1)), await timed(() => bareThreads(2))];
    const [one, two] = [await timed(() => runWhole(sweep, 1)), await timed(() => runWhole(sweep, 2))];
    measured.push({
      bare: (2 * bareOne.wall) / bareTwo.wall,
      sweep: one.wall / two.wall,
      one: one.wall,
      two: two.wall,
    });
  }
  const of = (key: keyof (typeof measured)[number]) => median(measured.map((each) => each[key]));
  print(`${sweep.pointCount} points: ${of("one").toFixed(2)} s with 1 worker, ${of("two").toFixed(2)} s with 2`);
  print(`speed-up of 2 workers ${of("sweep").toFixed(3)}, of 2 bare threads ${of("bare").toFixed(3)}`);
  print(
    `share of it, median of ${rounds} rounds: ${median(measured.map((each) => each.sweep / each.bare)).toFixed(3)}`,
  );
}

async function overhead(sweep: LoadedSweep): Promise<void> {
  await simulateAll(sweep);
  const differences: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [bare, whole] = [await timed(() => simulateAll(sweep)), await timed(() => runWhole(sweep, 1))];
    differences.push(((whole.cpu - bare.cpu) / sweep.pointCount) * 1000);
  }
  print(
    `${sweep.pointCount} points: ${median(differences).toFixed(3)} ms CPU a point beyond its simulation, export included`,
  );
}

/** A large sweep in two shards, then merged (which exports). */
async function long(sweep: LoadedSweep): Promise<void> {
  await inScratch(async (folder) => {
    const folders = [join(folder, "1"), join(folder, "2")];
    const run = await timed(async () => {
      for (const [k, shardFolder] of folders.entries())
        await runShard(sweep, shardFolder, { index: k + 1, count: 2 }, 2);
    });
    const merge = await timed(() => mergeShards(folders, join(folder, "merged"), writeReport));
    const peak = process.resourceUsage().maxRSS / 1024;
    print(`${sweep.pointCount} points, 2 workers, in two shards one after the other: ${seconds(run)}`);
    print(`merging and exporting them: ${seconds(merge)}; peak of the process ${peak.toFixed(0)} MB`);
  });
}

const seconds = ({ wall, cpu }: Timed) => `${wall.toFixed(1)} s, ${cpu.toFixed(1)} s CPU`;

print(machine());
await scaling(await gridOf(5, 3, 12000, 4));
await overhead(await gridOf(25, 10, 100, 4));
if (process.argv.includes("long")) await long(await gridOf(100, 50, 100, 5));
