/** The shape of an array: clusters, PEs of a cluster, MACs of a PE; as users write it, and as hardware. */
import type { Axis, Hardware } from "../../../hw/array/description.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { withoutHardwareFile } from "../../../workloads/scenarios/hardware-file.ts";
import type { HardwareChoice, HardwareKeys } from "../../../workloads/scenarios/scenario.ts";

export interface Shape extends Readonly<Record<Axis, number>> {
  readonly macsPerPe: number;
}

export function shapeOf({ grid, macsPerPe }: Hardware): Shape {
  return { ...grid, macsPerPe };
}

export function pesIn({ clusterRows, clusterColumns, peRows, peColumns }: Shape): number {
  return clusterRows * clusterColumns * peRows * peColumns;
}

/** Cluster rows × cluster columns × PE rows × PE columns, e.g. `8x2x3x4`. */
export function shapeText({ clusterRows, clusterColumns, peRows, peColumns }: Omit<Shape, "macsPerPe">): string {
  return [clusterRows, clusterColumns, peRows, peColumns].join("x");
}

export function isSameShape(a: Shape, b: Shape): boolean {
  return shapeText(a) === shapeText(b) && a.macsPerPe === b.macsPerPe;
}

/** PEs along an axis, or MACs of a PE, at most: what is larger is a slip of the keyboard. */
const maxAlongAxis = 4096;

/**
 * The shapes in a text like `8x2x3x4,4x4x3x4`, each with `macsPerPe`.
 *
 * @throws ConfigError for one that is not four whole numbers, 1 or more, or that is named twice.
 */
export function parseShapes(text: string, macsPerPe: number): Shape[] {
  const shapes = text.split(",").map((word) => parseShape(word.trim(), macsPerPe));
  const texts = shapes.map(shapeText);
  const twice = texts.find((each, k) => texts.indexOf(each) !== k);
  if (twice !== undefined) throw new ConfigError(`--shapes: ${twice} is named twice`);
  return shapes;
}

function parseShape(word: string, macsPerPe: number): Shape {
  const sizes = /^\d+(x\d+){3}$/.test(word) ? word.split("x").map(Number) : [];
  if (sizes.length === 0 || sizes.some((size) => size < 1 || size > maxAlongAxis)) {
    throw new ConfigError(
      `--shapes: a shape is cluster rows x cluster columns x PE rows x PE columns, each from 1 to ${maxAlongAxis}, e.g. 8x2x3x4; is "${word}"`,
    );
  }
  const [clusterRows, clusterColumns, peRows, peColumns] = sizes;
  return { clusterRows, clusterColumns, peRows, peColumns, macsPerPe };
}

/**
 * The numbers of MACs in a text like `1,2,4`.
 *
 * @throws ConfigError for one that is not a whole number, 1 or more, or that is named twice.
 */
export function parseMacs(text: string): number[] {
  const words = text.split(",").map((word) => word.trim());
  const wrong = words.find((word) => !/^[1-9]\d*$/.test(word) || Number(word) > maxAlongAxis);
  if (wrong !== undefined) {
    throw new ConfigError(
      `--macs-per-pe must be whole numbers from 1 to ${maxAlongAxis}, separated by commas, is "${text}"`,
    );
  }
  const twice = words.find((word, k) => words.indexOf(word) !== k);
  if (twice !== undefined) throw new ConfigError(`--macs-per-pe: ${twice} is named twice`);
  return words.map(Number);
}

/** A budget of PEs, both ends included. */
export interface PeBudget {
  readonly least: number;
  readonly most: number;
}

/** PEs of an array, at most. */
const maxPes = 1 << 20;

/**
 * The budget in a text like `48..768`, or `192` for exactly so many.
 *
 * @throws ConfigError for any other text, and for a budget that ends before it begins.
 */
export function parseBudget(text: string): PeBudget {
  const [, first, last = first] = /^(\d+)(?:\.\.(\d+))?$/.exec(text.trim()) ?? [];
  const [least, most] = [Number(first), Number(last)];
  if (first === undefined || least < 1 || most > maxPes) {
    throw new ConfigError(`--pes must be a number of PEs or a range A..B, from 1 to ${maxPes}, is "${text}"`);
  }
  if (least > most) throw new ConfigError(`--pes ${text}: the range ends before it begins`);
  return { least, most };
}

/**
 * The hardware of a scenario with another shape, as keys of a hardware file. Everything else stays: clock, DRAM, SPads of
 * a PE, buffers and ports of a cluster.
 *
 * @throws ConfigError if a hardware file cannot be read.
 */
export function hardwareWithShape(base: HardwareChoice, { macsPerPe, ...grid }: Shape): HardwareKeys {
  const content = withoutHardwareFile(base);
  const keys = (typeof content === "string" ? { preset: content } : content) as HardwareKeys;
  const named = typeof keys.name === "string" ? { name: `${keys.name} ${shapeText(grid)}x${macsPerPe}` } : {};
  return { ...keys, ...named, grid, macsPerPe };
}
