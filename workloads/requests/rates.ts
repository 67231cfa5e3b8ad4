/** How many requests of each network come per second. */
import { meanRate } from "./arrivals.ts";
import type { RequestSpec } from "./request-spec.ts";

type Rated = Pick<RequestSpec, "arrivals" | "mix" | "own" | "cascades">;

/**
 * Requests per second of each profile in the long run, released ones as if none of their parents were dropped; undefined
 * where a trace is among the arrivals.
 */
export function ratesOf(spec: Rated): number[] | undefined {
  const { arrivals, mix, own = [], cascades = [] } = spec;
  const taken = new Set([...own, ...cascades].flatMap(({ members }) => members));
  const shared = [...mix.keys()].filter((index) => !taken.has(index));
  const sources = [...(arrivals === undefined ? [] : [{ arrivals, members: shared }]), ...own];
  const rates = mix.map(() => 0);
  const spread = (members: readonly number[], rate: number) => {
    const total = members.reduce((sum, index) => sum + mix[index].weight, 0);
    for (const index of members) rates[index] = (rate * mix[index].weight) / total;
  };
  for (const source of sources) {
    if (source.arrivals.kind === "trace") return undefined;
    spread(source.members, meanRate(source.arrivals));
  }
  // A chain has at most as many links as there are cascades.
  for (let round = 0; round < cascades.length; round++) {
    for (const { parents, members, probability } of cascades) {
      spread(members, probability * parents.reduce((sum, index) => sum + rates[index], 0));
    }
  }
  return rates;
}

/** What each profile's part of all requests is in proportion to: its weight, or its rate where networks have rates of their own. */
export function sharesOf(spec: Rated): readonly number[] {
  const weights = spec.mix.map(({ weight }) => weight);
  return spec.own === undefined && spec.cascades === undefined ? weights : (ratesOf(spec) ?? weights);
}

/** Requests per second of all networks together; undefined where a trace is among the arrivals. */
export function totalRate(spec: Rated): number | undefined {
  return ratesOf(spec)?.reduce((sum, rate) => sum + rate, 0);
}
