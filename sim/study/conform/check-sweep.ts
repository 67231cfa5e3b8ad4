/** A sweep over rates, objectives and seeds: requests are drawn again, metrics agree within 1e-9, violations exactly. */

import { ConfigError } from "../../../workloads/input/errors.ts";
import { MersenneTwister } from "../../../workloads/random/mersenne-twister.ts";
import { drawArtifactRequests, withDeadlines } from "../../../workloads/requests/artifact-requests.ts";
import { computeMetrics } from "../../core/metrics.ts";
import type { Check } from "./check.ts";
import type { Comparison } from "./comparison.ts";
import type { RecordedNetworks } from "./recorded-tables.ts";
import { readRecording, type SweepRun, sweepRecording } from "./recordings.ts";
import { defaultParameters, defaultSequenceLength, recordedWorkload, replay } from "./replay.ts";

const tolerance = 1e-9;

export const checkSweep: Check = (job, tables, comparison) => {
  for (const [index, run] of readRecording(job, sweepRecording).runs.entries()) {
    const csv = tables.find(run.csv_order);
    if (csv === undefined) return { skipped: true, reason: `no folder has all its tables (${run.csv_order[0]}, …)` };
    const models = run.csv_order.map((name) => name.replace(/\.csv$/, ""));
    new SweepComparison(comparison, {
      place: `run ${index}`,
      run,
      networks: tables.networks(models, csv, defaultSequenceLength),
    }).compare();
  }
  return undefined;
};

interface Context {
  readonly place: string;
  readonly run: SweepRun;
  readonly networks: RecordedNetworks;
}

type RateMetrics = SweepRun["metrics"][string];

class SweepComparison {
  private readonly comparison: Comparison;
  private readonly context: Context;

  constructor(comparison: Comparison, context: Context) {
    this.comparison = comparison;
    this.context = context;
  }

  /** One generator per seed draws the tables of all rates, one after another. */
  compare(): void {
    const { run } = this.context;
    for (const [seedIndex, seed] of run.seeds.entries()) {
      const generator = new MersenneTwister(seed);
      for (const rate of run.arrival_rates) this.compareRate(generator, seedIndex, rate);
    }
  }

  private compareRate(generator: MersenneTwister, seedIndex: number, rate: number): void {
    const { run, networks } = this.context;
    const { profiles, tables } = networks;
    const undated = drawArtifactRequests(generator, { rate, count: run.num_requests, profiles });
    const recorded = this.metricsAt(rate);
    for (const [sloIndex, slo] of run.slo_multipliers.entries()) {
      const workload = recordedWorkload(networks, withDeadlines(undated, tables, slo));
      for (const scheduler of Object.keys(recorded.antt)) {
        const { overall } = computeMetrics(workload, replay(workload, scheduler, defaultParameters));
        const expected = (metric: keyof RateMetrics) => this.cell(recorded, metric, { scheduler, sloIndex, seedIndex });
        const at = (metric: string) => () =>
          `${this.context.place}: ${scheduler}: rate ${rate}, objective ${slo}, seed ${run.seeds[seedIndex]}: ${metric}`;
        this.comparison.exact(expected("vio_rate"), overall.violationRate, at("violation rate"));
        this.comparison.near(expected("thrpt"), overall.throughputPerS, tolerance, at("throughput"));
        this.comparison.near(expected("antt"), overall.antt, tolerance, at("antt"));
      }
    }
  }

  private metricsAt(rate: number): RateMetrics {
    const found = Object.entries(this.context.run.metrics).find(([key]) => Number(key) === rate);
    if (found === undefined) throw new ConfigError(`${this.context.place}: metrics has no entry for rate ${rate}`);
    return found[1];
  }

  private cell(
    recorded: RateMetrics,
    metric: keyof RateMetrics,
    { scheduler, sloIndex, seedIndex }: { scheduler: string; sloIndex: number; seedIndex: number },
  ): number {
    const value = recorded[metric][scheduler]?.[sloIndex]?.[seedIndex];
    if (value !== undefined) return value;
    const cell = `${metric}.${scheduler}[${sloIndex}][${seedIndex}]`;
    throw new ConfigError(`${this.context.place}: metrics has no value ${cell}`);
  }
}
