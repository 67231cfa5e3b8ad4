/** Shares of requests as users write them. */
import { ConfigError } from "./errors.ts";

/**
 * The share in a text like `99%`, `99.9 %` or `0.99`, or a plain number, 0..1.
 *
 * @param where begins the message, e.g. `--target`
 * @throws ConfigError unless it is above 0 and at most 1.
 */
export function parseShare(value: string | number, where: string): number {
  const [, digits, percent] = /^\s*(\d+\.?\d*|\.\d+)\s*(%?)\s*$/.exec(String(value)) ?? [];
  const share = digits === undefined ? Number.NaN : Number(digits) / (percent === "%" ? 100 : 1);
  if (share > 0 && share <= 1) return Number(share.toPrecision(12));
  throw new ConfigError(`${where} must be above 0 and at most 100 %, such as 99% or 0.99; is ${value}`);
}

/** `99.9 %` */
export function shareText(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}
