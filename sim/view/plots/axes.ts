/** Axes that several figures share. */
interface LogAxis {
  readonly field: string;
  readonly type: "quantitative";
  readonly title: string;
  readonly scale: { type: "log"; domain: [number, number]; nice: false };
}

/** A logarithmic axis that ends where `domain` does. */
export function logAxis(field: string, title: string, domain: [number, number]): LogAxis {
  return {
    field,
    type: "quantitative",
    title: `${title}, logarithmic`,
    scale: { type: "log", domain, nice: false },
  };
}

/** An axis of names, as wide as they are: without a canvas Vega takes text to be a third wider than it is. */
export function nameAxis(names: readonly string[]): {
  ticks: false;
  domain: false;
  minExtent: number;
  maxExtent: number;
} {
  const extent = Math.ceil(7.2 * Math.max(...names.map((name) => name.length))) + 8;
  return { ticks: false, domain: false, minExtent: extent, maxExtent: extent };
}
