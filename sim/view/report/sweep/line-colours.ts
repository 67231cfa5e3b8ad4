/** What tells the lines of a plot apart. */
import { categoryColours, categoryShapes, palette } from "../../plots/look.ts";
import { schedulerColours, schedulerDashes, schedulerShapes } from "../../plots/scheduler-looks.ts";

const legend = { symbolOpacity: 1, symbolStrokeWidth: 0, columns: 6 } as const;
const field = { field: "line", type: "nominal", title: null, sort: null, legend } as const;

interface NamedScale<Look> {
  domain: string[];
  range: Look[];
}

type LineField<Look> = typeof field & { readonly scale: NamedScale<Look> };

/** Encodings of points and intervals, and of lines. */
export interface LineEncodings {
  readonly ofPoints: {
    readonly color: LineField<string> | { readonly value: string };
    readonly shape?: LineField<string>;
  };
  readonly ofLines: Pick<LineEncodings["ofPoints"], "color"> & { readonly strokeDash?: LineField<number[]> };
}

export function oneColour(): LineEncodings {
  const ofPoints = { color: { value: palette.blue } };
  return { ofPoints, ofLines: ofPoints };
}

export function categoryEncodings(lines: readonly string[]): LineEncodings {
  const range = lines.map((_, k) => categoryColours[k % categoryColours.length]);
  const shapes = lines.map((_, k) => categoryShapes[k % categoryShapes.length]);
  const color = { ...field, scale: { domain: [...lines], range } };
  const shape = { ...field, scale: { domain: [...lines], range: shapes } };
  return { ofPoints: { color, shape }, ofLines: { color } };
}

/** No two schedulers look alike; kin share a hue. */
export function schedulerLines(names: readonly string[]): LineEncodings {
  const color = { ...field, scale: schedulerColours(names) };
  const shape = { ...field, scale: schedulerShapes(names) };
  return {
    ofPoints: { color, shape },
    ofLines: { color, strokeDash: { ...field, scale: schedulerDashes(names) } },
  };
}
