/**
 * The time of a run. Every time is a whole number of ticks, so that sums, differences and ties are exact and a constant
 * shift of all times changes nothing: cycles of the accelerator's clock, or for tables in seconds a decimal fraction of a
 * second. Only the artifact's semantics count in seconds as doubles, as the artifact does.
 */
import { buildLookupTables, type LookupTable } from "../tables/lookup-table.ts";
import { type Profile, sharedDoublesOf, type TimeUnit } from "../tables/profile.ts";

export interface TimeBase {
  /** What times are shown in. */
  readonly timeUnit: TimeUnit;
  /** 1 / clock for cycles; 1e-12 … 1e-9 for ticks of a second; 1 for the artifact's doubles in seconds. */
  readonly secondsPerTick: number;
}

/** Largest number of ticks that a double counts one by one. */
export const maxTicks = Number.MAX_SAFE_INTEGER;

/** Whether times are whole ticks; false for doubles in seconds. */
export function hasWholeTicks({ timeUnit, secondsPerTick }: TimeBase): boolean {
  return timeUnit === "cycles" || secondsPerTick !== 1;
}

/** Ticks in a second, as a number of at most 15 digits: `1 / secondsPerTick` without what the reciprocal rounds off. */
export function ticksPerSecond({ secondsPerTick }: Pick<TimeBase, "secondsPerTick">): number {
  return Number((1 / secondsPerTick).toPrecision(15));
}

/** A time or duration of the run as files show it: cycles as they are, ticks of a second as seconds. */
export function shownTime(base: TimeBase): (ticks: number) => number {
  if (base.timeUnit === "cycles" || base.secondsPerTick === 1) return (ticks) => ticks;
  const perSecond = ticksPerSecond(base);
  return (ticks) => ticks / perSecond;
}

/** One tick in words, e.g. `1 ps`, `1 cycle of 200 MHz`. */
export function tickName(base: TimeBase): string {
  if (base.timeUnit === "cycles") return `1 cycle of ${ticksPerSecond(base) / 1e6} MHz`;
  const picoseconds = Math.round(base.secondsPerTick * 1e12);
  return picoseconds >= 1000 ? `${picoseconds / 1000} ns` : `${picoseconds} ps`;
}

/** Ticks of a second, finest first. */
const secondsTicks = [1e-12, 1e-11, 1e-10, 1e-9];

export interface TimedNetworks extends TimeBase {
  readonly profiles: readonly Profile[];
  readonly tables: readonly LookupTable[];
}

/**
 * Networks in seconds with their latencies in whole ticks, each rounded once; networks in cycles as they are.
 *
 * @param spanSeconds how long the run takes at most: the finest tick is taken that counts it.
 */
export function inWholeTicks(networks: TimedNetworks, spanSeconds: number): TimedNetworks {
  if (hasWholeTicks(networks)) return networks;
  const secondsPerTick = secondsTicks.find((tick) => spanSeconds / tick <= maxTicks / 2) ?? 1e-9;
  const perSecond = ticksPerSecond({ secondsPerTick });
  const profiles = networks.profiles.map((profile) => ({
    ...profile,
    latency: sharedDoublesOf(profile.latency.map((seconds) => Math.round(seconds * perSecond))),
  }));
  return { ...networks, secondsPerTick, profiles, tables: buildLookupTables(profiles) };
}

/** A decimal number as written, `mantissa · 10^exponent`. */
interface Decimal {
  readonly mantissa: bigint;
  readonly exponent: number;
}

function decimalOf(text: string): Decimal {
  const [digits, power = "0"] = text.toLowerCase().split("e");
  const [whole, fraction = ""] = digits.split(".");
  const mantissa = BigInt(`${whole.replace(/^\+/, "")}${fraction}`.replace(/^-?$/, "0"));
  return { mantissa, exponent: Number(power) - fraction.length };
}

/**
 * A decimal number of units in ticks, exactly; what is finer than a tick is rounded once, halves up.
 *
 * @param text a finite decimal number, e.g. `100000000000000.0015`.
 * @param unitSeconds how long the unit is: 1, 1e-3, 1e-6 or 1e-9 seconds.
 */
export function exactTicks(text: string, unitSeconds: number, base: TimeBase): bigint {
  if (Number(text) === 0) return 0n;
  const value = decimalOf(text);
  const perUnit = decimalOf(String(ticksPerSecond(base)));
  const exponent = value.exponent + perUnit.exponent + Math.round(Math.log10(unitSeconds));
  const mantissa = value.mantissa * perUnit.mantissa;
  if (exponent >= 0) return mantissa * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  const doubled = 2n * mantissa + divisor;
  const quotient = doubled / (2n * divisor);
  return doubled < 0n && doubled % (2n * divisor) !== 0n ? quotient - 1n : quotient;
}
