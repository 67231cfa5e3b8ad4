/**
 * The request port's protocol: words of a command and data, one per cycle at most.
 *
 * A request is three words, tag (with table row), deadline, initial score (for `swp`: isolated latency); the third admits
 * it. Its waiting time counts from the first. A table entry is an address word and one word per table; an isolated-latency word takes a row for its
 * address. Times are ticks; scores and table entries travel as patterns of the number format (here: as their values).
 */
import { ConfigError } from "../../workloads/input/errors.ts";
import { type SchedulingUnit, tagBits, unitsPerSecond } from "./description.ts";
import { numberFormat } from "./number-format.ts";
import type { Tables } from "./tables.ts";

export const commands = {
  none: 0,
  tag: 1,
  deadline: 2,
  score: 3,
  address: 4,
  remaining: 5,
  density: 6,
  shape: 7,
  isolated: 8,
} as const;
export type Command = (typeof commands)[keyof typeof commands];

export interface Word {
  readonly command: Command;
  readonly data: number;
}

export interface Request {
  /** The host's name for it, below 2^24. */
  readonly tag: number;
  /** Row of the tables: its (model, pattern). */
  readonly row: number;
  readonly deadlineTicks: number;
  /** Seconds, from the static scheduler; a unit of `swp` is sent the request's isolated latency in its place. */
  readonly initialScore: number;
}

/**
 * @param rows of the tables that are in use.
 * @throws ConfigError for a row, tag or deadline that the words of the port cannot carry.
 */
export function checkRequest(unit: SchedulingUnit, rows: number, { tag, row, deadlineTicks }: Request): void {
  const what = `scheduling unit: request ${tag}:`;
  if (!(Number.isInteger(row) && row >= 0 && row < rows)) {
    throw new ConfigError(`${what} the model id must be from 0 to ${rows - 1}, not ${row}`);
  }
  if (!(Number.isInteger(tag) && tag >= 0 && tag < 2 ** tagBits)) {
    throw new ConfigError(`${what} the tag must be an integer from 0 to ${2 ** tagBits - 1}`);
  }
  if (!(deadlineTicks >= 0 && deadlineTicks < 2 ** unit.timeBits)) {
    throw new ConfigError(`${what} the deadline must fit ${unit.timeBits} bits, not be ${deadlineTicks} ticks`);
  }
}

/** A score as it goes to the unit; beyond the format's largest number it becomes that number. */
export function scoreWord(unit: SchedulingUnit, scoreSeconds: number): number {
  const { round, largest } = numberFormat(unit.format);
  return Math.max(-largest, Math.min(largest, round(scoreSeconds * unitsPerSecond(unit))));
}

/** The three words of a request. @throws ConfigError as `checkRequest` does. */
export function requestWords(unit: SchedulingUnit, rows: number, request: Request): Word[] {
  checkRequest(unit, rows, request);
  return [
    { command: commands.tag, data: request.row * 2 ** tagBits + request.tag },
    { command: commands.deadline, data: request.deadlineTicks },
    { command: commands.score, data: scoreWord(unit, request.initialScore) },
  ];
}

/** The words that load the tables, all rows. */
export function tableWords({
  remaining,
  reciprocalDensity,
  reciprocalOutputs,
  reciprocalIsolatedSeconds,
}: Tables): Word[] {
  const words: Word[] = [];
  for (let address = 0; address < remaining.length; address++) {
    words.push({ command: commands.address, data: address });
    words.push({ command: commands.remaining, data: remaining[address] });
    words.push({ command: commands.density, data: reciprocalDensity[address] });
    words.push({ command: commands.shape, data: reciprocalOutputs[address] });
  }
  for (let row = 0; row < reciprocalIsolatedSeconds.length; row++) {
    words.push({ command: commands.address, data: row });
    words.push({ command: commands.isolated, data: reciprocalIsolatedSeconds[row] });
  }
  return words;
}
