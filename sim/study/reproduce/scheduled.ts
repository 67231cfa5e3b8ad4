/** Rows of the paper's scheduling figures: one metric of one scheduler at one point, in every reading. */
import type { Findings } from "./item.ts";
import type { Judged, PointQuestion, Reading } from "./points.ts";
import type { Workload } from "./published.ts";
import { type Ours, type ReproducedRow, type RowFacts, rowOf } from "./row.ts";

/** The paper's names of the workloads. */
export const workloadNames: Readonly<Record<Workload, string>> = { attnn: "multi-AttNN", cnn: "multi-CNN" };

const shownUnits: Readonly<Record<Judged, string>> = {
  violationRate: "%",
  antt: "ANTT",
  throughputPerS: "inferences/s",
};

/** One value of a scheduling figure: where it stands, and what it is of. */
interface ScheduledValue extends Pick<RowFacts, "panel" | "line" | "column" | "paper"> {
  readonly question: PointQuestion;
  /** As the paper calls it. */
  readonly scheduler: string;
  readonly judged: Judged;
}

export function scheduledRow(
  findings: Findings,
  { question, scheduler, judged, ...place }: ScheduledValue,
): ReproducedRow {
  const result = findings.point(question);
  const ours = (reading: Reading): Ours => {
    const { mean, ci95 } = result.estimate(reading, scheduler, judged);
    const factor = factorOf(judged, reading === "corrected" ? result.rateFactor : 1);
    return { mean: mean * factor, ci95: ci95 === null ? null : ci95 * factor };
  };
  return rowOf({
    ...place,
    unit: shownUnits[judged],
    artifact: ours("artifact"),
    sameTables: ours("sameTables"),
    corrected: ours("corrected"),
  });
}

/** Shares become percentages; throughput at another rate is brought to the paper's. */
function factorOf(judged: Judged, rateFactor: number): number {
  if (judged === "violationRate") return 100;
  return judged === "throughputPerS" ? 1 / rateFactor : 1;
}
