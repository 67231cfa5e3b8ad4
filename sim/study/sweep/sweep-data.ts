/** Results of a sweep as columns over its points, and as estimates over the seeds. */

import { scenarioDefaults } from "../../../workloads/scenarios/scenario-schema.ts";
import { type MetricName, metricNames } from "../../core/metrics.ts";
import { type Estimate, estimate, metricRange, rangedEstimate } from "../run/summary.ts";
import type { Cell } from "./database.ts";
import { exportedPoints, pointsInOrder } from "./export.ts";
import { type Places, placesOf } from "./grid.ts";
import { member } from "./keys.ts";
import type { StoredResults } from "./store.ts";
import type { LoadedSweep } from "./sweep-source.ts";

/** A figure that is shown over the axes. */
export interface Measure {
  /** Column of the results. */
  readonly name: string;
  /** With its unit. */
  readonly title: string;
  /** What a value of the column is multiplied with. */
  readonly scale: number;
  readonly digits?: number;
  /** Place of the scheduler that it is the difference from, seed by seed on the same requests. */
  readonly against?: number;
}

const standardMeasures: readonly Measure[] = [
  { name: "violationRate", title: "violated deadlines, %", scale: 100, digits: 2 },
  { name: "antt", title: "ANTT", scale: 1, digits: 3 },
  { name: "p95Ms", title: "turnaround of 95 %, ms", scale: 1, digits: 2 },
  { name: "capacity", title: "capacity, requests/s", scale: 1, digits: 1 },
  { name: "violationRateLower", title: "violations that no scheduler beats, %", scale: 100, digits: 2 },
  { name: "anttLower", title: "ANTT that no scheduler beats", scale: 1, digits: 3 },
  { name: "cycles", title: "cycles of an inference", scale: 1, digits: 0 },
  { name: "utilisation", title: "utilisation, %", scale: 100, digits: 1 },
  { name: "energyPj", title: "energy of an inference, µJ", scale: 1e-6, digits: 2 },
];

export interface SweepData {
  readonly sweep: LoadedSweep;
  readonly schedulers: readonly string[];
  readonly seedCount: number;
  /** Those that are known of a point at least, the user's derived columns last. */
  readonly measures: readonly Measure[];
  readonly done: number;
  /** The errors of points, by point. */
  readonly errors: ReadonlyMap<number, string>;
  placesOf(configuration: number): Places;
  /** Mean over the seeds that have run; undefined where none has. */
  estimate(measure: Measure, configuration: number, scheduler: number): Estimate | undefined;
  /** Whether the measure differs from scheduler to scheduler, and whether it differs at all. */
  spread(measure: Measure): Spread;
}

export interface Spread {
  readonly isPerScheduler: boolean;
  readonly isVaried: boolean;
  /** Whether it differs from seed to seed. */
  readonly hasIntervals: boolean;
  /** Of the means over the seeds. */
  readonly least: number;
  readonly most: number;
}

/** Reads all results. */
export async function readSweepData({ database, sweep }: StoredResults): Promise<SweepData> {
  const { pointCount, configurationCount, derived, source } = sweep;
  const table = exportedPoints(sweep);
  const names = table.columns.map(({ name }) => name);
  const known = [...standardMeasures, ...derived.map((name) => ({ name, title: name, scale: 1 }))];
  const columns = known.map(({ name }) => ({
    place: names.indexOf(name),
    values: new Float64Array(pointCount).fill(Number.NaN),
  }));
  const errors = new Map<number, string>();
  let done = 0;
  const keep = (row: readonly Cell[]) => {
    const [point, error] = [row[0] as number, row[row.length - 1]];
    if (error !== null) {
      errors.set(point, error as string);
      return;
    }
    done += 1;
    for (const { place, values } of columns) values[point] = (row[place] as number | null) ?? Number.NaN;
  };
  for await (const rows of pointsInOrder(database, sweep, table)) rows.forEach(keep);
  const { seedCount } = source;
  const schedulers = source.schedulers.map(({ name }) => name);
  const valuesOf = new Map(known.map(({ name }, k) => [name, columns[k].values]));
  const lengths = source.axes.map(({ length }) => length);
  const perSeed = (name: string, configuration: number, scheduler: number): number[] => {
    const from = (configuration * schedulers.length + scheduler) * seedCount;
    return [...(valuesOf.get(name) ?? []).slice(from, from + seedCount)];
  };
  const estimateOf: SweepData["estimate"] = ({ name, scale, against }, configuration, scheduler) => {
    if (scheduler === against) return undefined;
    const own = perSeed(name, configuration, scheduler);
    const other = against === undefined ? undefined : perSeed(name, configuration, against);
    const values = own.map((value, k) => value - (other?.[k] ?? 0)).filter(Number.isFinite);
    if (values.length === 0) return undefined;
    const metric = metricNames.find((each) => each === name);
    if (metric === undefined || other !== undefined) return estimate(values.map((value) => value * scale));
    const requests = member(sweep.dataOf(configuration), "requests") ?? scenarioDefaults.requests;
    return scaled(metricEstimate(metric, values, Number(requests)), scale);
  };
  return {
    ...{ sweep, schedulers, seedCount, done, errors },
    measures: known.filter((_, k) => columns[k].values.some(Number.isFinite)),
    placesOf: (configuration) => placesOf(source.kept[configuration], lengths),
    estimate: estimateOf,
    spread: (measure) => spreadOf(measure, configurationCount, schedulers.length, estimateOf),
  };
}

/** How every other scheduler differs from one on the same requests; none of a sweep of one scheduler. */
export function differenceMeasures({ schedulers, measures }: SweepData): Measure[] {
  if (schedulers.length < 2) return [];
  // The same as that of dysta run.
  const against = Math.max(0, schedulers.indexOf("dysta"));
  return measures
    .filter(({ name }) => name === "violationRate" || name === "antt")
    .map((measure) => ({
      ...measure,
      against,
      title:
        measure.name === "antt"
          ? `ANTT − that of ${schedulers[against]}`
          : `violated deadlines − those of ${schedulers[against]}, points`,
    }));
}

function metricEstimate(metric: MetricName, values: readonly number[], requests: number): Estimate {
  return rangedEstimate(values, metricRange(metric, requests * values.length));
}

function scaled({ mean, ci95, ends }: Estimate, scale: number): Estimate {
  return {
    mean: mean * scale,
    ci95: ci95 === null ? null : ci95 * scale,
    ...(ends === undefined ? {} : { ends: { low: ends.low * scale, high: ends.high * scale } }),
  };
}

function spreadOf(
  measure: Measure,
  configurations: number,
  schedulers: number,
  estimateOf: SweepData["estimate"],
): Spread {
  let [least, most, isPerScheduler, hasIntervals] = [Infinity, -Infinity, false, false];
  for (let configuration = 0; configuration < configurations; configuration++) {
    let first: number | undefined;
    for (let scheduler = 0; scheduler < schedulers; scheduler++) {
      const found = estimateOf(measure, configuration, scheduler);
      if (found === undefined) continue;
      const { mean, ci95 } = found;
      if (ci95 !== null && ci95 > 0) hasIntervals = true;
      first ??= mean;
      if (mean !== first) isPerScheduler = true;
      least = Math.min(least, mean);
      most = Math.max(most, mean);
    }
  }
  return { isPerScheduler, isVaried: most > least, hasIntervals, least, most };
}
