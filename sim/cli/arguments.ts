import { UsageError } from "./exit.ts";

/** An option that must be a whole number, 1 or more, where it is given. */
export function requirePositiveInteger(option: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return value;
  throw new UsageError(`${option} must be a whole number, 1 or more, is ${value}`);
}
