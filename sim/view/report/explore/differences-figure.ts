/** Figure of `dysta explore`: how every array differs from one on the same requests, seed by seed. */
import type { ExploredPoint } from "../../../study/explore/compared-points.ts";
import type { Exploration } from "../../../study/explore/explore.ts";
import { type Estimate, estimate } from "../../../study/run/summary.ts";
import { nameAxis } from "../../plots/axes.ts";
import type { Figure, NumberTable } from "../../plots/figure.ts";
import { ink, palette } from "../../plots/look.ts";

interface Difference {
  readonly name: string;
  /** Points of percent. */
  readonly violations: Estimate;
  readonly antt: Estimate;
}

/**
 * Undefined with one seed or one array: there is nothing to pair.
 *
 * @param nameOf what an array is called
 */
export function differencesFigure(
  { points, base, knee }: Exploration,
  nameOf: (point: ExploredPoint) => string,
): Figure | undefined {
  if (points.length < 2 || points[0].perSeed.length < 2) return undefined;
  const isBase = ({ shape, macsPerPe }: ExploredPoint) => shape === base.shape && macsPerPe === base.macsPerPe;
  const against = points.find(isBase) ?? knee ?? points[0];
  const differences = points
    .filter((point) => point !== against)
    .map((point) => ({ name: nameOf(point), ...differenceOf(point, against) }));
  return {
    id: "differences",
    title: `Every array against ${nameOf(against)}, on the same requests`,
    caption:
      `Differences of each seed's figures, which all arrays had the same requests for: means over ${against.perSeed.length} seeds with 95 % ` +
      "intervals. Below 0 is better; an interval that holds 0 does not tell the two apart.",
    plots: [
      {
        name: "panels",
        label: `Differences of violations and ANTT from ${nameOf(against)}, by array`,
        spec: {
          columns: 2,
          spacing: 24,
          concat: [panel(differences, "violations", "violated deadlines, points"), panel(differences, "antt", "ANTT")],
        },
      },
    ],
    tables: [differencesTable(differences, nameOf(against))],
  };
}

function differenceOf(point: ExploredPoint, against: ExploredPoint): Omit<Difference, "name"> {
  const of = (metric: "violationRate" | "antt", scale: number) =>
    estimate(point.perSeed.map((own, k) => (own[metric] - against.perSeed[k][metric]) * scale));
  return { violations: of("violationRate", 100), antt: of("antt", 1) };
}

function panel(differences: readonly Difference[], metric: "violations" | "antt", title: string) {
  const names = differences.map(({ name }) => name);
  const values = differences.map((difference) => {
    const { mean, ci95 } = difference[metric];
    const half = ci95 ?? 0;
    const says = `${difference.name}: ${title} ${mean.toFixed(3)} ± ${half.toFixed(3)}`;
    return { name: difference.name, mean, low: mean - half, high: mean + half, says };
  });
  const x = { field: "mean", type: "quantitative", title: `${title}, difference` } as const;
  return {
    width: 250,
    height: 20 * names.length,
    data: { values },
    encoding: {
      y: { field: "name", type: "nominal", sort: names, title: null, axis: nameAxis(names) } as const,
    },
    layer: [
      {
        mark: { type: "rule" as const, color: ink.faint, strokeDash: [4, 3] },
        encoding: { x: { datum: 0 }, y: { value: 0 }, y2: { value: 20 * names.length } },
      },
      {
        mark: { type: "rule", color: palette.blue, strokeWidth: 1.5 } as const,
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" } },
      },
      {
        mark: { type: "point", filled: true, size: 50, opacity: 1, color: palette.blue, aria: true } as const,
        encoding: { x, description: { field: "says" } as const },
      },
    ],
  };
}

function differencesTable(differences: readonly Difference[], against: string): NumberTable {
  return {
    title: `Differences from ${against}`,
    columns: [
      { title: "shape" },
      { title: "violations, points", digits: 2 },
      { title: "± 95 %", digits: 2 },
      { title: "ANTT", digits: 3 },
      { title: "± 95 %", digits: 3 },
    ],
    rows: differences.map(({ name, violations, antt }) => [
      name,
      ...[violations, antt].flatMap(({ mean, ci95 }) => [mean, ci95]),
    ]),
  };
}
