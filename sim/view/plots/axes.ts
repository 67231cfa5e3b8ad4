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

/** An axis of shares in percent by their odds, which tells apart near 0 % and near 100 % alike. */
export interface OddsAxis {
  /** Where a share is on the axis: log10 of its odds; what is beyond the axis, 0 % and 100 % included, is at its ends. */
  place(percent: number): number;
  /** The same from 0, the lower end, to 1. */
  share(percent: number): number;
  /** Of a field that has places. */
  encoding(field: string, title: string): OddsEncoding;
}

interface OddsEncoding {
  readonly field: string;
  readonly type: "quantitative";
  readonly title: string;
  readonly scale: { type: "linear"; domain: [number, number]; nice: false; zero: false };
  readonly axis: { values: number[]; labelExpr: string; labelOverlap: "greedy" };
}

/** Shares that have a tick, in percent. */
const oddsTicks = [0.001, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 50, 70, 90, 97, 99, 99.7, 99.9, 99.97, 99.99];

/** Around all of `percents` with room beyond; one that is 0 or 100 is a little outside of the rest. */
export function oddsAxis(percents: readonly number[]): OddsAxis {
  const logOdds = (percent: number) => Math.log10(percent / (100 - percent));
  const places = percents.filter((percent) => percent > 0 && percent < 100).map(logOdds);
  const [least, most] = places.length === 0 ? [-2, 0] : [Math.min(...places), Math.max(...places)];
  const room = Math.max(0.15, (1 - (most - least)) / 2);
  const [low, high] = [least - room, most + room];
  const place = (percent: number) => {
    if (percent <= 0) return low;
    return percent >= 100 ? high : Math.min(Math.max(logOdds(percent), low), high);
  };
  const inside = oddsTicks.filter((percent) => logOdds(percent) > low + 0.1 && logOdds(percent) < high);
  const ticks = [
    ...(percents.some((percent) => percent <= 0) ? [{ at: low, text: "0" }] : []),
    ...inside.map((percent) => ({ at: logOdds(percent), text: String(percent) })),
    ...(percents.some((percent) => percent >= 100) ? [{ at: high, text: "100" }] : []),
  ];
  const cases = ticks.map(({ at, text }) => `abs(datum.value - ${at}) < 1e-6 ? '${text}' : `).join("");
  return {
    place,
    share: (percent) => (place(percent) - low) / (high - low),
    encoding: (field, title) => ({
      ...{ field, type: "quantitative", title: `${title}, logarithmic odds` },
      scale: { type: "linear", domain: [low, high], nice: false, zero: false },
      axis: { values: ticks.map(({ at }) => at), labelExpr: `${cases}''`, labelOverlap: "greedy" },
    }),
  };
}
