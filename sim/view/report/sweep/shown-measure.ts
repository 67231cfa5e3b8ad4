/** A measure of a sweep as columns of a table: its mean, and the half-width of its 95 % interval where it has one. */
import type { TableColumn } from "../../plots/figure.ts";
import type { Measure, Spread, SweepData } from "./sweep-data.ts";

export interface ShownMeasure extends Measure {
  readonly spread: Spread;
}

export function measureColumns({ title, digits, spread }: ShownMeasure): TableColumn[] {
  const rounding = digits === undefined ? {} : { digits };
  return [{ title, ...rounding }, ...(spread.hasIntervals ? [{ title: "± 95 %", ...rounding }] : [])];
}

export function measureCells(
  data: SweepData,
  measure: ShownMeasure,
  configuration: number,
  scheduler: number,
): (number | null)[] {
  const found = data.estimate(measure, configuration, scheduler);
  return [found?.mean ?? null, ...(measure.spread.hasIntervals ? [found?.ci95 ?? null] : [])];
}
