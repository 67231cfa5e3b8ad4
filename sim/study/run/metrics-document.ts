/** Metrics as documents have them: the turnaround in milliseconds is a part of its own. */
import { type MetricName, type Metrics, metricNames } from "../../core/metrics.ts";
import type { MetricEstimates } from "./summary.ts";

const turnaroundNames = ["mean", "p50", "p95", "p99", "max"] as const;
type TurnaroundName = (typeof turnaroundNames)[number];
type PlainName = Exclude<MetricName, `${TurnaroundName}Ms`>;

const plainNames = metricNames.filter((name): name is PlainName => !name.endsWith("Ms"));

/** Of one seed. */
interface SeedMetrics extends Readonly<Record<PlainName, number>> {
  readonly requests: number;
  readonly turnaroundMs: Readonly<Record<TurnaroundName, number>>;
}

/**
 * Means over the seeds; Ci95 is the half-width of Student's t on the mean (null with one seed), Low and High are the ends of an
 * interval that does not leave the metric's range. Null: all requests of a network were dropped.
 */
type Estimated<Name extends string> = {
  readonly [K in Name | `${Name}Ci95`]: number | null;
} & { readonly [K in `${Name}Low` | `${Name}High`]?: number };

type EstimatedMetrics = Estimated<PlainName> & { readonly turnaroundMs: Estimated<TurnaroundName> };

export function seedMetrics(metrics: Metrics): SeedMetrics {
  return {
    requests: metrics.requests,
    ...(fromNames(plainNames, (name) => [[name, metrics[name]]]) as Record<PlainName, number>),
    turnaroundMs: fromNames(turnaroundNames, (name) => [[name, metrics[`${name}Ms`]]]) as Record<
      TurnaroundName,
      number
    >,
  };
}

export function estimatedMetrics(metrics: MetricEstimates): EstimatedMetrics {
  const parts = (name: string, of: MetricName) => {
    const { mean, ci95, ends } = metrics[of];
    const interval =
      ends === undefined
        ? []
        : ([
            [`${name}Low`, ends.low],
            [`${name}High`, ends.high],
          ] as const);
    return [[name, Number.isNaN(mean) ? null : mean], [`${name}Ci95`, ci95], ...interval] as const;
  };
  return {
    ...(fromNames(plainNames, (name) => parts(name, name)) as Estimated<PlainName>),
    turnaroundMs: fromNames(turnaroundNames, (name) => parts(name, `${name}Ms`)) as Estimated<TurnaroundName>,
  };
}

function fromNames<Name>(
  names: readonly Name[],
  partsOf: (name: Name) => readonly (readonly [string, unknown])[],
): object {
  return Object.fromEntries(names.flatMap(partsOf));
}
