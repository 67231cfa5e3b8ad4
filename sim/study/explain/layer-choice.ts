/** Which layers of a network are looked at: by name, by what binds them, the slowest. */
import { type CyclePart, cycleParts } from "../../../hw/array/counters.ts";
import { ConfigError, didYouMean } from "../../../workloads/input/errors.ts";
import { requirePositiveInteger } from "../../../workloads/input/positive-integer.ts";
import type { LayerRow } from "../../profile/profile-document.ts";

export interface LayerChoice {
  /** Names, in which `*` stands for any letters; absent: all. */
  readonly names?: readonly string[] | undefined;
  readonly boundBy?: CyclePart | undefined;
  /** So many of what is left, the slowest first. */
  readonly top?: number | undefined;
}

/** The choice as users say it. */
export interface LayerWords {
  readonly layers?: readonly string[] | undefined;
  readonly boundBy?: string | undefined;
  readonly top?: number | undefined;
}

/** @throws ConfigError for a cause that there is not, and a number that is none. */
export function layerChoice({ layers: names, boundBy, top }: LayerWords): LayerChoice {
  const cause = cycleParts.find((part) => part === boundBy);
  if (boundBy !== undefined && cause === undefined) {
    throw new ConfigError(`--bound-by: unknown cause "${boundBy}"${didYouMean(boundBy, cycleParts)}`);
  }
  return { names, boundBy: cause, top: requirePositiveInteger("--top", top) };
}

/**
 * Indices of the chosen layers.
 *
 * @throws ConfigError for a name that no layer has, and for a choice that leaves none.
 */
export function chosenLayers(
  rows: readonly Pick<LayerRow, "name" | "cycles" | "boundBy">[],
  { names, boundBy, top }: LayerChoice,
): number[] {
  const patterns = names?.map((name) => patternOf(name, rows));
  const indices = [...rows.keys()].filter(
    (k) =>
      (patterns === undefined || patterns.some((pattern) => pattern.test(rows[k].name))) &&
      (boundBy === undefined || rows[k].boundBy === boundBy),
  );
  if (indices.length === 0) {
    throw new ConfigError(`--bound-by ${boundBy}: no layer${names === undefined ? "" : " among those named"} is`);
  }
  if (top === undefined) return indices;
  return indices.toSorted((a, b) => rows[b].cycles - rows[a].cycles).slice(0, top);
}

function patternOf(name: string, rows: readonly Pick<LayerRow, "name">[]): RegExp {
  const literal = name.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`^${literal.join(".*")}$`);
  if (rows.some((row) => pattern.test(row.name))) return pattern;
  const known = rows.map((row) => row.name);
  const hint = name.includes("*") ? "" : didYouMean(name, known.length > 12 ? nearestOf(name, known) : known);
  throw new ConfigError(`no layer "${name}"${hint}`);
}

/** Of many layers a message names those that begin or end alike, not all. */
function nearestOf(name: string, known: readonly string[]): string[] {
  const alike = known.filter((each) => each.startsWith(name.slice(0, 3)) || each.endsWith(name.slice(-3)));
  return (alike.length === 0 ? known : alike).slice(0, 12);
}
