/** Quantities in files: plain numbers in a documented base unit, or text with a unit such as `200 MHz` or `5 ms`. */
import { ConfigError } from "./errors.ts";

/** Per dimension: the unit of plain numbers, as mathjs calls it and in words; examples for messages. */
const dimensions = {
  time: { baseUnit: "s", plainly: "seconds", examples: "5 ms, 20 us" },
  rate: { baseUnit: "Hz", plainly: "1/s", examples: "3 /s, 1.5 kHz" },
  frequency: { baseUnit: "Hz", plainly: "Hz", examples: "200 MHz, 1 GHz" },
  bandwidth: { baseUnit: "B/s", plainly: "bytes/s", examples: "25.6 GB/s" },
  energy: { baseUnit: "J", plainly: "joules", examples: "500 uJ, 2 mJ" },
  size: { baseUnit: "B", plainly: "bytes", examples: "1.5 kB, 96 KiB" },
} as const;

export type Dimension = keyof typeof dimensions;

const plainNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * `value` in the base unit of `dimension`. mathjs is loaded when the first text with a unit comes by.
 *
 * @param where the place, which begins the message, e.g. `scenario a.yaml: arrivals.rate`
 * @throws ConfigError if it is neither a finite number nor a quantity of this dimension.
 */
export async function parseQuantity(value: number | string, dimension: Dimension, where: string): Promise<number> {
  const { baseUnit, plainly, examples } = dimensions[dimension];
  const number = await inBaseUnit(value, baseUnit);
  if (Number.isFinite(number)) return number;
  const shown = typeof value === "string" ? `"${value}"` : String(value);
  throw new ConfigError(
    `${where} must be ${dimension === "energy" ? "an" : "a"} ${dimension} such as ${examples}, or a number in ${plainly}; is ${shown}`,
  );
}

async function inBaseUnit(value: number | string, baseUnit: string): Promise<number> {
  if (typeof value === "number") return value;
  if (plainNumber.test(value.trim())) return Number(value);
  const { unit } = await import("mathjs");
  try {
    // Its factors are doubles: 20 us would be 0.000019999999999999998 s.
    return Number(unit(value).toNumber(baseUnit).toPrecision(15));
  } catch {
    return Number.NaN;
  }
}
