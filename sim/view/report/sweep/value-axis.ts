/** Axes of figures for values of any size: logarithmic where they differ by much, else from zero. */

/** Values that differ by more than this factor are drawn logarithmically. */
const logFrom = 12;

export function isLogarithmic(values: readonly number[]): boolean {
  const least = Math.min(...values);
  return least > 0 && Math.max(...values) / least > logFrom;
}

interface ValueAxis {
  readonly title: string;
  readonly scale: { readonly type: "log" | "linear"; readonly domain: [number, number]; readonly nice: false };
  readonly axis: { readonly format?: string };
}

/** Labels such as 20M; undefined where numbers are short as they are. */
export function labelFormat(values: readonly number[]): string | undefined {
  return Math.max(...values.map(Math.abs)) >= 1e5 ? "~s" : undefined;
}

/** An axis around `values` that ends a little beyond them. */
export function valueAxis(title: string, values: readonly number[]): ValueAxis {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const format = labelFormat(values);
  const axis = format === undefined ? {} : { format };
  if (isLogarithmic(values)) {
    return {
      title: `${title}, logarithmic`,
      scale: { type: "log", domain: [least / 1.15, most * 1.15], nice: false },
      axis,
    };
  }
  const [low, high] = [Math.min(0, least * 1.05), Math.max(0, most * 1.05)];
  return { title, scale: { type: "linear", domain: [low, high > low ? high : 1], nice: false }, axis };
}

/** A value within the ends of an axis. */
export function within({ scale: { domain } }: ValueAxis, value: number): number {
  return Math.min(Math.max(value, domain[0]), domain[1]);
}

/** Labels of an axis of words stand aslant where they would not fit beside each other within `width` pixels. */
export function labelAngle(labels: readonly string[], width: number): number {
  const pixelsEach = 8;
  return labels.join("  ").length * pixelsEach > width ? -40 : 0;
}
