/** What tells the lines of a plot apart. */
import { categoryColours, palette } from "../../plots/look.ts";
import { schedulerScale } from "../run/summary-metrics.ts";

const legend = { symbolType: "stroke", symbolStrokeWidth: 2, symbolOpacity: 1, columns: 7 } as const;
const field = { field: "line", type: "nominal", title: null, sort: null, legend } as const;

interface NamedScale<Look> {
  readonly domain: string[];
  readonly range: Look[];
}

type LineField<Look> = typeof field & { readonly scale: NamedScale<Look> };

/** Encodings of points and intervals, and of lines. */
export interface LineEncodings {
  readonly ofPoints: { readonly color: LineField<string> | { readonly value: string } };
  readonly ofLines: LineEncodings["ofPoints"] & { readonly strokeDash?: LineField<number[]> };
}

export function oneColour(): LineEncodings {
  const ofPoints = { color: { value: palette.blue } };
  return { ofPoints, ofLines: ofPoints };
}

export function categoryEncodings(lines: readonly string[]): LineEncodings {
  const range = lines.map((_, k) => categoryColours[k % categoryColours.length]);
  const ofPoints = { color: { ...field, scale: { domain: [...lines], range } } };
  return { ofPoints, ofLines: ofPoints };
}

const dashes = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 2, 2, 2],
];

/** Families of schedulers share a colour; their members are told apart by the dashes of their lines. */
export function schedulerColours(names: readonly string[]): LineEncodings {
  const scale = schedulerScale(names);
  const dashOf = (name: number) => {
    const earlier = scale.range.slice(0, name).filter((colour) => colour === scale.range[name]).length;
    return dashes[earlier % dashes.length];
  };
  const color = { ...field, scale };
  const strokeDash = { ...field, scale: { domain: [...names], range: names.map((_, k) => dashOf(k)) } };
  return { ofPoints: { color }, ofLines: { color, strokeDash } };
}
