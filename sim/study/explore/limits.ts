/** How large an array may be, and how much energy an inference may take. */

import type { Hardware } from "../../../hw/array/description.ts";
import { type AreaTable, areaOf } from "../../../hw/array/energy.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { requirePositiveInteger } from "../../../workloads/input/positive-integer.ts";
import { parseQuantity } from "../../../workloads/input/units.ts";
import type { ArrayPoint } from "./array-point.ts";

/** At most; what is absent has no limit. */
export interface Limits {
  readonly pes?: number;
  readonly sramBytes?: number;
  /** mm² */
  readonly area?: number;
  readonly energyPj?: number;
}

/** As users write them. */
export interface LimitWords {
  readonly maxPes?: number | undefined;
  /** With a unit, or bytes. */
  readonly maxSram?: string | undefined;
  /** mm² */
  readonly maxArea?: number | undefined;
  /** Of an inference, with a unit, or joules. */
  readonly maxEnergy?: string | undefined;
}

const optionOf = {
  pes: "--max-pes",
  sramBytes: "--max-sram",
  area: "--max-area",
  energyPj: "--max-energy",
} as const satisfies Record<keyof Limits, string>;

const unitOf: Readonly<Record<keyof Limits, string>> = { pes: "PEs", sramBytes: "bytes", area: "mm²", energyPj: "pJ" };

/** @throws ConfigError for a limit that is none, or that nothing is known of. */
export async function limitsOf(words: LimitWords, hasArea: boolean): Promise<Limits> {
  const { maxPes, maxSram, maxArea, maxEnergy } = words;
  const pes = requirePositiveInteger(optionOf.pes, maxPes);
  if (maxArea !== undefined && !hasArea) {
    throw new ConfigError(`${optionOf.area}: areas are known with a table of areas only (--area FILE)`);
  }
  return {
    ...(pes === undefined ? {} : { pes }),
    ...(maxSram === undefined
      ? {}
      : { sramBytes: positive(optionOf.sramBytes, await parseQuantity(maxSram, "size", optionOf.sramBytes)) }),
    ...(maxArea === undefined ? {} : { area: positive(optionOf.area, maxArea) }),
    ...(maxEnergy === undefined
      ? {}
      : { energyPj: positive(optionOf.energyPj, await parseQuantity(maxEnergy, "energy", optionOf.energyPj), 1e12) }),
  };
}

/** @param scale to the limit's unit; the product has the digits of a decimal. */
function positive(option: string, value: number, scale = 1): number {
  if (value > 0) return Number((value * scale).toPrecision(15));
  throw new ConfigError(`${option} must be more than 0, is ${value}`);
}

/** What is known of an array before anything runs on it. */
export function sizeFacts(hardware: Hardware, table: AreaTable | undefined) {
  const { peCount: pes, sramBytes, mm2: area } = areaOf(hardware, table);
  return { pes, sramBytes, ...(area === undefined ? {} : { area }) };
}

type Facts = Partial<Record<keyof Limits, number | null>>;

export function isWithin(facts: Facts, limits: Limits): boolean {
  return exceeded(facts, limits) === undefined;
}

/** The limit that is exceeded most, and by what factor. */
function exceeded(facts: Facts, limits: Limits) {
  const names = Object.keys(limits) as (keyof Limits)[];
  const over = names
    .map((name) => ({ name, factor: (facts[name] ?? 0) / (limits[name] ?? Number.POSITIVE_INFINITY) }))
    .filter(({ factor }) => factor > 1);
  return over.toSorted((a, b) => b.factor - a.factor)[0];
}

/** @throws ConfigError naming the nearest where none of the arrays is within the limits. */
export function requireSomeWithin(
  arrays: readonly { readonly name: string; readonly facts: Facts }[],
  limits: Limits,
): void {
  if (arrays.some(({ facts }) => isWithin(facts, limits))) return;
  const ranked = arrays
    .map(({ name, facts }) => ({ name, facts, over: exceeded(facts, limits) }))
    .toSorted((a, b) => (a.over?.factor ?? 0) - (b.over?.factor ?? 0));
  const [{ name, facts, over }] = ranked;
  if (over === undefined) return;
  const { name: limit } = over;
  throw new ConfigError(
    `${optionOf[limit]} ${limits[limit]} ${unitOf[limit]}: none of the ${arrays.length} arrays that were looked at is within the limits; the nearest, ${name}, has ${facts[limit]} ${unitOf[limit]}`,
  );
}

/** Only energy is not known before an array has run. */
export function pointFacts({ pes, sramBytes, area, energyPj }: ArrayPoint): Facts {
  return { pes, sramBytes, ...(area === undefined ? {} : { area }), energyPj };
}

/** The limits that hold before anything runs. */
export function staticLimits({ energyPj: _, ...limits }: Limits): Limits {
  return limits;
}
