/**
 * Speed of the scheduling loop on the recorded attention workload (BERT, BART, GPT-2 at 512 tokens), seed 1.
 *
 *     npm run bench:scheduling            1000 requests at 40/s and 60/s, every scheduler
 *     npm run bench:scheduling -- long    dysta: one million requests at load 0.9, and a queue of five thousand
 */
import { predictorParameters } from "../../sched/artifact/predictor.ts";
import { createPolicy, type SchedulerName, schedulerNames } from "../../sched/registry.ts";
import { simulate } from "../../sim/core/engine.ts";
import { SoftwareDispatcher } from "../../sim/core/software-dispatcher.ts";
import type { Workload } from "../../sim/core/workload.ts";
import { corrected } from "../../workloads/semantics/faults.ts";
import { attentionWorkload, meanIsolated } from "./attention-workload.ts";
import { machine, measureCpu, print } from "./measure.ts";

function run(input: Workload, name: SchedulerName) {
  const policy = createPolicy(name, {
    dysta: { beta: 0.01, eta: 0.01, clampSlack: true },
    sdrm3: { alpha: 1 },
    semantics: corrected,
  });
  return simulate(input, new SoftwareDispatcher(policy, corrected), {
    predictor: predictorParameters({ predictor: "last-one", lastN: 3 }, corrected),
    alpha: input.profiles.map(() => 1),
    preemptionCost: 0,
  });
}

function compareSchedulers(rate: number): void {
  const input = attentionWorkload(rate, 1000);
  print(`\n1000 requests at ${rate}/s (load ${(rate * meanIsolated).toFixed(2)}), CPU time, median of 9 [least, most]`);
  for (const name of schedulerNames) {
    const { median, least, most } = measureCpu(() => run(input, name));
    const { longestQueue, decisionCount } = run(input, name);
    const rates = [median, most, least].map((seconds) => Math.round(1000 / seconds).toLocaleString("en"));
    print(
      `${name.padEnd(13)} ${rates[0].padStart(9)} requests/s [${rates[1]}, ${rates[2]}]  ` +
        `${Math.round((median * 1e9) / decisionCount)} ns per decision, longest queue ${longestQueue}`,
    );
  }
}

function oneMillion(): void {
  const input = attentionWorkload(0.9 / meanIsolated, 1_000_000);
  const started = process.cpuUsage();
  const { longestQueue } = run(input, "dysta");
  const { user, system } = process.cpuUsage(started);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  print(
    `1,000,000 requests at load 0.9 under dysta: ${((user + system) / 1e6).toFixed(1)} s CPU, ` +
      `longest queue ${longestQueue}, peak memory of the process ${megabytes.toFixed(0)} MB`,
  );
}

function longQueue(): void {
  const requests = 20_000;
  const input = attentionWorkload(60, requests);
  const started = process.cpuUsage();
  const { longestQueue } = run(input, "dysta");
  const { user, system } = process.cpuUsage(started);
  const rate = Math.round((requests * 1e6) / (user + system));
  print(
    `${requests} requests at 60/s under dysta, longest queue ${longestQueue}: ${rate.toLocaleString("en")} requests/s`,
  );
}

print(machine());
if (process.argv[2] === "long") {
  oneMillion();
  longQueue();
} else for (const rate of [40, 60]) compareSchedulers(rate);
