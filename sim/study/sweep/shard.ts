/** Parts of a sweep for several machines: point numbers are cut into n stretches of equal length, give or take one. */
import { ConfigError } from "../../../workloads/input/errors.ts";
import type { Shard } from "./sweep.ts";

/** A sweep that is not cut. */
export const wholeSweep: Shard = { index: 1, count: 1 };

interface PointRange {
  readonly from: number;
  /** Not part of it. */
  readonly to: number;
}

/** The points of a shard. */
export function shardPoints(pointCount: number, { index, count }: Shard): PointRange {
  return {
    from: Math.floor(((index - 1) * pointCount) / count),
    to: Math.floor((index * pointCount) / count),
  };
}

/**
 * The shard that `3/7` names.
 *
 * @throws ConfigError for other text, and for a shard that there is not.
 */
export function parseShard(text: string): Shard {
  const [, index, count] = (/^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? []).map(Number);
  if (index === undefined) throw new ConfigError(`--shard must be i/n such as 3/7, is "${text}"`);
  if (count === 0) throw new ConfigError(`--shard ${text}: there must be 1 shard or more`);
  if (index >= 1 && index <= count) return { index, count };
  throw new ConfigError(`--shard ${text}: shards are 1/${count} … ${count}/${count}`);
}

export function shardText({ index, count }: Shard): string {
  return `${index}/${count}`;
}
