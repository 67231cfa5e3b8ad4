import { ConfigError } from "./errors.ts";

/**
 * A count that must be a whole number, 1 or more, where it is given.
 *
 * @param name what the message calls it, e.g. `--workers`
 * @throws ConfigError naming it and its value
 */
export function requirePositiveInteger(name: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return value;
  throw new ConfigError(`${name} must be a whole number, 1 or more, is ${value}`);
}
