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
import { dispatchOf, runSetup } from "../../sim/run/run-setup.ts";
import { type SchedulerChoice, simulateJob } from "../../sim/run/simulate-job.ts";
import { exportResults } from "../../sim/sweep/export.ts";
import { runSweep } from "../../sim/sweep/run-sweep.ts";
import { wholeSweep } from "../../sim/sweep/shard.ts";
import { openStore } from "../../sim/sweep/store.ts";
import { sweepOf } from "../../sim/sweep/sweep-file.ts";
import type { LoadedSweep } from "../../sim/sweep/sweep-source.ts";
import { packageVersion } from "../../sim/version.ts";
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
async function timed(work: () => Promise<unknown>): Promise<{ readonly wall: number; readonly cpu: number }> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 };
}

/** The whole of `dysta sweep`: database, points, export. */
async function runWhole(sweep: LoadedSweep, workers: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dysta-bench-"));
  try {
    const store = await openStore(folder, sweep, { shard: wholeSweep, version: packageVersion() });
    await runSweep(sweep, store, { points: { from: 0, to: sweep.pointCount }, workers });
    await exportResults(store);
    store.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Nothing but the simulations, one after the other in this thread. */
async function simulateAll(sweep: LoadedSweep): Promise<void> {
  const { profiles } = await scenarioNetworks(await sweep.scenarioOf(0), {});
  const { schedulers, firstSeed, seedCount } = sweep.source;
  for (let configuration = 0; configuration < sweep.configurationCount; configuration++) {
    const setup = await runSetup(await sweep.scenarioOf(configuration), profiles);
    for (const scheduler of schedulers) {
      for (let k = 0; k < seedCount; k++) await simulateOne(setup, scheduler, firstSeed + k);
    }
  }
}

async function simulateOne(
  setup: Awaited<ReturnType<typeof runSetup>>,
  scheduler: SchedulerChoice,
  seed: number,
): Promise<void> {
  const dispatch = dispatchOf(setup, scheduler.name);
  await simulateJob({ kind: "simulate", setup, seed, scheduler, dispatch, preemption: "free", keep: "metrics" });
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

print(machine());
await scaling(await gridOf(5, 3, 12000, 4));
await overhead(await gridOf(25, 10, 100, 4));
if (process.argv.includes("long")) {
  const sweep = await gridOf(100, 50, 100, 5);
  const { wall, cpu } = await timed(() => runWhole(sweep, 2));
  const peak = process.resourceUsage().maxRSS / 1024;
  print(
    `${sweep.pointCount} points with 2 workers: ${wall.toFixed(0)} s, ${cpu.toFixed(0)} s CPU, peak ${peak.toFixed(0)} MB`,
  );
}
