/** A measure of a sweep as columns of a table: its mean, and the ends of its 95 % interval where it has one. */
import { endsOf } from "../../../study/run/summary.ts";
import type { Measure, Spread, SweepData } from "../../../study/sweep/sweep-data.ts";
import type { TableColumn } from "../../plots/figure.ts";

export interface ShownMeasure extends Measure {
  readonly spread: Spread;
}

export function measureColumns({ title, digits, spread }: ShownMeasure): TableColumn[] {
  const rounding = digits === undefined ? {} : { digits };
  if (!spread.hasIntervals) return [{ title, ...rounding }];
  return [title, "95 % from", "to"].map((each) => ({ title: each, ...rounding }));
}

export function measureCells(
  data: SweepData,
  measure: ShownMeasure,
  configuration: number,
  scheduler: number,
): (number | null)[] {
  const found = data.estimate(measure, configuration, scheduler);
  if (!measure.spread.hasIntervals) return [found?.mean ?? null];
  if (found === undefined || found.ci95 === null) return [found?.mean ?? null, null, null];
  const { low, high } = endsOf(found);
  return [found.mean, low, high];
}
