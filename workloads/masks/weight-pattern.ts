/** The shapes in which networks are pruned, as users name them. */
import { ConfigError, didYouMean } from "../input/errors.ts";

/** `rate` is the share of zero weights, 0..1. */
export type WeightPattern =
  | { readonly kind: "dense" }
  /** Any weight may be zero. */
  | { readonly kind: "unstructured"; readonly rate: number }
  /** At most `nonZeros` of every `groupSize` consecutive input channels (of one filter and kernel tap) are kept. */
  | { readonly kind: "n:m"; readonly nonZeros: number; readonly groupSize: number }
  /** `blockSize` consecutive input channels (of one filter and kernel tap), aligned, are kept or zero together. */
  | { readonly kind: "block"; readonly rate: number; readonly blockSize: number }
  /** Whole input channels are zero in all filters. */
  | { readonly kind: "channel"; readonly rate: number }
  /** Whole filters are zero. */
  | { readonly kind: "filter"; readonly rate: number };

const kindsWithRate = ["unstructured", "channel", "filter"] as const;
const names = ["dense", ...kindsWithRate, "block4", "2:4"];

/**
 * The pattern of a name and a rate: `dense`, `unstructured`, `channel`, `filter`, `block4` (blocks of 4 channels, or
 * any other number) or `2:4` (2 of 4, or any other numbers).
 *
 * @param rate share of zero weights, 0..1; N:M patterns and `dense` have their own and take no other
 * @throws ConfigError for an unknown name, a rate outside 0..1 or missing, or one that contradicts the name
 */
export function parseWeightPattern(name: string, rate?: number): WeightPattern {
  const ratio = /^(\d+):(\d+)$/.exec(name);
  if (ratio !== null) return ratioPattern(name, Number(ratio[1]), Number(ratio[2]), rate);
  if (name === "dense") {
    checkOwnRate(name, 0, rate);
    return { kind: "dense" };
  }
  const block = /^block([1-9]\d*)$/.exec(name);
  if (block !== null) return { kind: "block", rate: checkedRate(name, rate), blockSize: Number(block[1]) };
  const kind = kindsWithRate.find((known) => known === name);
  if (kind === undefined) throw new ConfigError(`unknown weight pattern "${name}"${didYouMean(name, names)}`);
  return { kind, rate: checkedRate(name, rate) };
}

/** How a pattern is called in tables: `unstructured_0.8`, `2:4`; `trained` for a network's own weights. */
export function patternName(name: string | undefined, rate: number | undefined): string {
  if (name === undefined) return "trained";
  return rate === undefined ? name : `${name}_${rate}`;
}

/** Share of non-zero weights that the pattern asks for. */
export function patternDensity(pattern: WeightPattern): number {
  if (pattern.kind === "dense") return 1;
  return pattern.kind === "n:m" ? pattern.nonZeros / pattern.groupSize : 1 - pattern.rate;
}

function ratioPattern(name: string, nonZeros: number, groupSize: number, rate: number | undefined): WeightPattern {
  if (nonZeros > groupSize || groupSize === 0) {
    throw new ConfigError(`weight pattern ${name}: cannot keep ${nonZeros} of ${groupSize} channels`);
  }
  checkOwnRate(name, 1 - nonZeros / groupSize, rate);
  return { kind: "n:m", nonZeros, groupSize };
}

function checkOwnRate(name: string, own: number, rate: number | undefined): void {
  if (rate === undefined || Math.abs(rate - own) < 1e-9) return;
  throw new ConfigError(`weight pattern ${name}: its rate of zeros is ${own}, not ${rate}`);
}

function checkedRate(name: string, rate: number | undefined): number {
  if (rate === undefined) throw new ConfigError(`weight pattern ${name}: needs a rate, the share of zero weights`);
  if (!(rate >= 0 && rate <= 1)) {
    throw new ConfigError(`weight pattern ${name}: rate must be from 0 to 1 (share of zero weights), is ${rate}`);
  }
  return rate;
}
