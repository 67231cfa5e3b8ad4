/** Who is best beyond chance, and what nobody can beat: the sentences under the table of a comparison. */
import type { MetricName } from "../../core/metrics.ts";
import type { Comparison } from "../../study/run/run.ts";
import type { Standing } from "../../study/run/summary.ts";

const titles = new Map<MetricName, string>([
  ["violationRate", "Fewest violations"],
  ["antt", "Smallest ANTT"],
  ["meanMs", "mean ms"],
  ["p95Ms", "p95 ms"],
  ["p99Ms", "p99 ms"],
  ["maxMs", "max ms"],
  ["throughputPerS", "req/s"],
  ["stp", "STP"],
  ["jain", "Jain"],
]);

/** With more of them that cannot be told apart a metric orders next to nothing: they are counted, not named. */
const maxNamed = 8;

/** A sentence on violations, one on ANTT, one on the other metrics, and one for the bounds; none where there is nothing to say. */
export function standingsText({ standings, bounds }: Pick<Comparison, "standings" | "bounds">): string[] {
  const isMain = ({ metric }: Standing) => metric === "violationRate" || metric === "antt";
  const lines = standings
    .filter(isMain)
    .map((standing) => `${titles.get(standing.metric)}: ${standingText(standing)}.`);
  const others = standings
    .filter((standing) => titles.has(standing.metric) && !isMain(standing))
    .map((standing) => shortText(standing));
  if (others.length > 0) lines.push(`The other metrics, best first (~ = cannot be told apart): ${others.join("; ")}.`);
  if (bounds !== undefined) {
    const { violationRate, antt } = bounds;
    const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
    lines.push(
      `No schedule has fewer violations than ${percent(violationRate.lower)} or a smaller ANTT than ${antt.lower.toFixed(2)}; ` +
        `knowing the future and preempting within layers, ${percent(violationRate.feasible)} and ${antt.feasible.toFixed(2)} can be had.`,
    );
  }
  return lines.length === 0 ? [] : [lines.join("\n")];
}

function standingText({ best, tied }: Standing): string {
  if (tied.length === 0) return `${best}, beyond the interval of every other`;
  const named = tied.length > maxNamed ? `${tied.length} others` : tied.join(", ");
  return `${best}, not told apart from ${named}`;
}

function shortText({ metric, best, tied }: Standing): string {
  const rest = tied.length > 3 ? `${tied.length} others` : tied.join(", ");
  return `${titles.get(metric)} ${best}${tied.length === 0 ? "" : ` ~ ${rest}`}`;
}
