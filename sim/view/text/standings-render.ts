/** Who is best beyond chance, and what nobody can beat: the sentences under the table of a comparison. */
import type { Comparison } from "../../study/run/run.ts";

const adjectives = { violationRate: "Fewest violations", antt: "Smallest ANTT" } as const;

/** One sentence per metric, and one for the bounds; none where there is nothing to say. */
export function standingsText({ standings, bounds }: Pick<Comparison, "standings" | "bounds">): string[] {
  const lines = standings.map(({ metric, best, tied }) => {
    const rest = tied.length === 0 ? "beyond the interval of every other" : `not told apart from ${tied.join(", ")}`;
    return `${adjectives[metric]}: ${best}, ${rest}.`;
  });
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
