/** The shapes in which networks are pruned, as users name them. */
import { ConfigError, didYouMean } from "../input/errors.ts";

/** `sparsity` is the share of zero weights, 0..1. */
export type WeightPattern =
  | { readonly kind: "dense" }
  /** Any weight may be zero. */
  | { readonly kind: "unstructured"; readonly sparsity: number }
  /** At most `nonZeros` of every `groupSize` consecutive input channels (of one filter and kernel tap) are kept. */
  | { readonly kind: "n:m"; readonly nonZeros: number; readonly groupSize: number }
  /** `blockSize` consecutive input channels (of one filter and kernel tap), aligned, are kept or zero together. */
  | { readonly kind: "block"; readonly sparsity: number; readonly blockSize: number }
  /** Whole input channels are zero in all filters. */
  | { readonly kind: "channel"; readonly sparsity: number }
  /** Whole filters are zero. */
  | { readonly kind: "filter"; readonly sparsity: number };

const kindsWithRate = ["unstructured", "channel", "filter"] as const;
const names = ["dense", ...kindsWithRate, "block4", "2:4"];

/**
 * The pattern of a name and a sparsity: `dense`, `unstructured`, `channel`, `filter`, `block4` (blocks of 4 channels, or
 * any other number) or `2:4` (2 of 4, or any other numbers).
 *
 * @param sparsity share of zero weights, 0..1; N:M patterns and `dense` have their own and take no other
 * @throws ConfigError for an unknown name, a sparsity outside 0..1 or missing, or one that contradicts the name
 */
export function parseWeightPattern(name: string, sparsity?: number): WeightPattern {
  const ratio = /^(\d+):(\d+)$/.exec(name);
  if (ratio !== null) return ratioPattern(name, Number(ratio[1]), Number(ratio[2]), sparsity);
  if (name === "dense") {
    checkOwnSparsity(name, 0, sparsity);
    return { kind: "dense" };
  }
  const block = /^block([1-9]\d*)$/.exec(name);
  if (block !== null) return { kind: "block", sparsity: checkedSparsity(name, sparsity), blockSize: Number(block[1]) };
  const kind = kindsWithRate.find((known) => known === name);
  if (kind === undefined) throw new ConfigError(`unknown weight pattern "${name}"${didYouMean(name, names)}`);
  return { kind, sparsity: checkedSparsity(name, sparsity) };
}

/** How a pattern is called in tables: `unstructured_0.8`, `2:4`; `trained` for a network's own weights. */
export function patternName(name: string | undefined, sparsity: number | undefined): string {
  if (name === undefined) return "trained";
  return sparsity === undefined ? name : `${name}_${sparsity}`;
}

/** Share of non-zero weights that the pattern asks for. */
export function patternDensity(pattern: WeightPattern): number {
  if (pattern.kind === "dense") return 1;
  return pattern.kind === "n:m" ? pattern.nonZeros / pattern.groupSize : 1 - pattern.sparsity;
}

function ratioPattern(name: string, nonZeros: number, groupSize: number, sparsity: number | undefined): WeightPattern {
  if (nonZeros > groupSize || groupSize === 0) {
    throw new ConfigError(`weight pattern ${name}: cannot keep ${nonZeros} of ${groupSize} channels`);
  }
  checkOwnSparsity(name, 1 - nonZeros / groupSize, sparsity);
  return { kind: "n:m", nonZeros, groupSize };
}

function checkOwnSparsity(name: string, own: number, sparsity: number | undefined): void {
  if (sparsity === undefined || Math.abs(sparsity - own) < 1e-9) return;
  throw new ConfigError(`weight pattern ${name}: its sparsity is ${own}, not ${sparsity}`);
}

function checkedSparsity(name: string, sparsity: number | undefined): number {
  if (sparsity === undefined)
    throw new ConfigError(`weight pattern ${name}: needs a sparsity, the share of zero weights`);
  if (!(sparsity >= 0 && sparsity <= 1)) {
    throw new ConfigError(
      `weight pattern ${name}: sparsity must be from 0 to 1 (share of zero weights), is ${sparsity}`,
    );
  }
  return sparsity;
}
