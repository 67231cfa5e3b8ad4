/** A quantity of a scenario file. */
import { ConfigError } from "../input/errors.ts";
import { shown } from "../input/schema-errors.ts";
import { type Dimension, parseQuantity } from "../input/units.ts";

/** A quantity of the file in its base unit; more than 0 unless `least` allows that value. */
export async function quantity(
  file: string,
  key: string,
  dimension: Dimension,
  value: number | string,
  { least }: { least?: number } = {},
): Promise<number> {
  const where = `scenario ${file}: ${key}`;
  const number = await parseQuantity(value, dimension, where);
  if (dimension === "time" && number > 0 && !(number >= 1e-12 && number <= 1e12)) {
    throw new ConfigError(`${where} must be from 1e-12 to 1e12 seconds, is ${shown(value)}`);
  }
  if (least === undefined ? number > 0 : number >= least) return number;
  throw new ConfigError(
    `${where} must be ${least === undefined ? "more than 0" : `${least} or more`}, is ${shown(value)}`,
  );
}
