/** Do quantities with units come out in base units, and are wrong dimensions refused? */
import { expect, test } from "vitest";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { type Dimension, parseQuantity } from "../../../workloads/input/units.ts";

test.each<[number | string, Dimension, number]>([
  [3, "rate", 3],
  ["3", "rate", 3],
  ["3 /s", "rate", 3],
  ["120 / minute", "rate", 2],
  ["1.5 kHz", "rate", 1500],
  ["200 MHz", "frequency", 200e6],
  ["5 ms", "time", 0.005],
  ["20 us", "time", 20e-6],
  ["25.6 GB/s", "bandwidth", 25.6e9],
  ["1.5 kB", "size", 1500],
  ["96 KiB", "size", 98304],
])("%s as a %s is %d", async (value, dimension, expected) => {
  const actual = await parseQuantity(value, dimension, "here");
  expect(actual / expected).toBeCloseTo(1, 14);
});

test.each<[number | string, Dimension, string]>([
  ["5 m", "time", 'here must be a time such as 5 ms, 20 us, or a number in seconds; is "5 m"'],
  ["fast", "rate", 'here must be a rate such as 3 /s, 1.5 kHz, or a number in 1/s; is "fast"'],
  ["200 ms", "frequency", 'here must be a frequency such as 200 MHz, 1 GHz, or a number in Hz; is "200 ms"'],
  [Number.NaN, "rate", "here must be a rate such as 3 /s, 1.5 kHz, or a number in 1/s; is NaN"],
])("%s is not a %s", async (value, dimension, message) => {
  await expect(parseQuantity(value, dimension, "here")).rejects.toThrow(new ConfigError(message));
});
