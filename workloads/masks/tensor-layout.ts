/**
 * Which axis of a file is which of a tensor. Our own order is [C, H, W] for activations, [M, C/groups, R, S] for weights
 * and [M, E, F] for outputs; frameworks put a batch of 1 in front, leave axes of one element out, or have channels last.
 * What can be read in one way only is read; where two readings are possible, the file must say its layout.
 */
import { ConfigError } from "../input/errors.ts";

/** How a tensor's file is to be read. */
export interface TensorReading {
  /** What begins every message. */
  readonly file: string;
  /** `input`, `weight` or `output`: the keys `inputLayout`, … are named after it. */
  readonly tensor: TensorName;
  /** In our own order of axes. */
  readonly shape: readonly number[];
  /** Of a product of two matrices: a square operand can be itself or its transpose, even in our own order. */
  readonly isProduct: boolean;
  /** A letter for each axis of the file: those of our own order, and N for a batch of 1. */
  readonly layout?: string | undefined;
}

export const tensorNames = ["input", "weight", "output"] as const;
export type TensorName = (typeof tensorNames)[number];

/** Our own order first; the others as frameworks write them. Axes of one element may be left out. */
const layouts: Readonly<Record<TensorName, readonly string[]>> = {
  input: ["CHW", "NCHW", "HWC", "NHWC", "CH", "HC", "NCH", "NHC", "C", "NC"],
  weight: ["MCRS", "RSCM", "MC", "CM"],
  output: ["MEF", "NMEF", "EFM", "NEFM", "ME", "EM", "NME", "NEM", "M", "NM"],
};

/** Our own order of a matrix that is given transposed. */
const transposed: Readonly<Record<TensorName, string>> = { input: "HCW", weight: "CMRS", output: "EMF" };

/** Other letters for the same axes. */
const synonyms: Readonly<Record<TensorName, Readonly<Record<string, string>>>> = {
  input: {},
  weight: { O: "M", K: "M", I: "C", H: "R", W: "S" },
  output: { C: "M", H: "E", W: "F" },
};

/**
 * For each axis in our own order, the axis of the file that holds it; −1 where the file leaves it out.
 *
 * @throws ConfigError, naming the file: no reading fits its shape; several do; an impossible layout
 */
export function axesOf(reading: TensorReading, shape: readonly number[]): readonly number[] {
  const { tensor } = reading;
  if (reading.layout !== undefined) return statedAxes(reading, reading.layout, shape);
  const known = [...layouts[tensor], ...(reading.isProduct ? [transposed[tensor]] : [])];
  const fitting = known.filter((layout) => fits(reading, layout, shape));
  const distinct = fitting.filter((layout, i) => fitting.findIndex((other) => isSame(reading, layout, other)) === i);
  const [own] = layouts[tensor];
  if (distinct.length > 1 && (reading.isProduct || !fitting.includes(own))) {
    throw layoutError(
      reading,
      `has shape ${text(shape)}, which can be read as ${distinct.join(" or ")}: say ${tensor}Layout`,
    );
  }
  if (fitting.length === 0) throw layoutError(reading, `must have shape ${text(reading.shape)}, has ${text(shape)}`);
  return axesIn(reading, fitting[0]);
}

function statedAxes(reading: TensorReading, stated: string, shape: readonly number[]): readonly number[] {
  const { tensor } = reading;
  const [own] = layouts[tensor];
  const layout = [...stated.toUpperCase()].map((letter) => synonyms[tensor][letter] ?? letter).join("");
  const unknown = [...layout].find((letter) => !`N${own}`.includes(letter) || (letter === "N" && tensor === "weight"));
  if (unknown !== undefined || new Set(layout).size !== layout.length) {
    const letters = tensor === "weight" ? own : `N${own}`;
    throw layoutError(reading, `${tensor}Layout must be made of the letters ${letters}, each once, is "${stated}"`);
  }
  if (!fits(reading, layout, shape)) {
    const expected = [...layout].map((letter) => sizeOf(reading, letter));
    const leftOut = [...own].find((letter) => !layout.includes(letter) && sizeOf(reading, letter) !== 1);
    throw layoutError(
      reading,
      leftOut === undefined
        ? `must have shape ${text(expected)} (${stated}), has ${text(shape)}`
        : `${tensor}Layout ${stated} leaves out ${leftOut}, which has ${sizeOf(reading, leftOut)} elements`,
    );
  }
  return axesIn(reading, layout);
}

/** Whether a file of this shape can have the layout: sizes agree, and what is left out has one element. */
function fits(reading: TensorReading, layout: string, shape: readonly number[]): boolean {
  const [own] = layouts[reading.tensor];
  return (
    layout.length === shape.length &&
    [...layout].every((letter, axis) => shape[axis] === sizeOf(reading, letter)) &&
    [...own].every((letter) => layout.includes(letter) || sizeOf(reading, letter) === 1)
  );
}

/** Whether two layouts put the elements into the same order. */
function isSame(reading: TensorReading, a: string, b: string): boolean {
  const order = (layout: string) => [...layout].filter((letter) => sizeOf(reading, letter) !== 1).join("");
  return order(a) === order(b);
}

function sizeOf({ tensor, shape }: TensorReading, letter: string): number {
  const axis = layouts[tensor][0].indexOf(letter);
  return axis < 0 ? 1 : shape[axis];
}

function axesIn({ tensor }: TensorReading, layout: string): readonly number[] {
  return [...layouts[tensor][0]].map((letter) => layout.indexOf(letter));
}

function layoutError({ file }: TensorReading, message: string): ConfigError {
  return new ConfigError(`mask ${file}: ${message}`);
}

function text(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}
