/** Options of `dysta report`. */
import type { InferredOptionTypes, Options } from "yargs";
import { didYouMean } from "../../workloads/input/errors.ts";
import { type PrintFormat, printFormats } from "../view/report/printed-figures.ts";
import { namesIn } from "./arguments.ts";
import { UsageError } from "./exit.ts";

export const reportOptions = {
  figures: {
    type: "string",
    requiresArg: true,
    describe: "make the figures in figures/ anew for a paper, in these formats: pdf, png, svg",
  },
  width: {
    type: "string",
    requiresArg: true,
    describe: "width of the figures with its unit: mm, cm, in or pt (default: 85mm, a column)",
  },
  only: { type: "string", requiresArg: true, describe: "these figures only, by their names in figures/" },
} as const satisfies Record<string, Options>;

/** What is asked of the figures. */
interface FigureRequest {
  readonly formats: readonly PrintFormat[];
  readonly widthMm: number;
  /** Undefined: all that there are. */
  readonly only: readonly string[] | undefined;
}

const defaultWidthMm = 85;
const [leastMm, mostMm] = [30, 1000];
const mmPer = { mm: 1, cm: 10, in: 25.4, pt: 25.4 / 72 } as const;

/**
 * What the options say of figures; undefined where none are asked for.
 *
 * @throws UsageError for an unknown format, a width that is none, and words about figures that are not asked for.
 */
export function figureRequest(args: InferredOptionTypes<typeof reportOptions>): FigureRequest | undefined {
  const { figures, width, only } = args;
  if (figures === undefined) {
    const idle = (["width", "only"] as const).find((name) => args[name] !== undefined);
    if (idle === undefined) return undefined;
    throw new UsageError(`--${idle} is for figures: name their formats with --figures pdf,png,svg`);
  }
  const formats = namesIn(figures) ?? [];
  return {
    formats: formats.map(formatNamed),
    widthMm: width === undefined ? defaultWidthMm : millimetres(width),
    only: namesIn(only),
  };
}

function formatNamed(name: string): PrintFormat {
  const format = printFormats.find((each) => each === name);
  if (format !== undefined) return format;
  throw new UsageError(`--figures: unknown format "${name}"${didYouMean(name, printFormats)}`);
}

function millimetres(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*(mm|cm|in|pt)$/.exec(text) ?? [];
  if (unit === undefined) {
    throw new UsageError(`--width: must be a number with its unit (mm, cm, in or pt), such as 85mm, is "${text}"`);
  }
  const mm = Number(digits) * mmPer[unit as keyof typeof mmPer];
  if (mm >= leastMm && mm <= mostMm) return mm;
  throw new UsageError(`--width: must be from ${leastMm} to ${mostMm} mm, is ${text}`);
}
