/**
 * What a scheduling unit consists of (paper, section 5.2, Fig. 10 and 11), presets, and which units cannot work.
 */
import { ConfigError, didYouMean } from "../../workloads/input/errors.ts";
import { type FormatName, numberFormat } from "./number-format.ts";

/** Scores that a unit can compute: Algorithm 2, and slack-weighted processing time (`sched/swp.ts`). */
export const unitPolicies = ["dysta", "swp", "swp_plus"] as const;
export type UnitPolicy = (typeof unitPolicies)[number];
export const variants = ["shared", "separate"] as const;
export const rescorings = ["before-dispatch", "overlapped"] as const;

export interface SchedulingUnit {
  readonly name: string;
  /** Whose score it computes. */
  readonly policy: UnitPolicy;
  /** Of scores, coefficients and tables; a score of `swp` has one more bit of exponent. */
  readonly format: FormatName;
  /** Requests that the tag, score and deadline FIFOs hold; a full unit holds the host. */
  readonly fifoDepth: number;
  /** Rows of the tables, one per (model, pattern), and layers that each row has room for. */
  readonly tableRows: number;
  readonly layersPerRow: number;
  /** `shared`: the coefficient borrows two multipliers of the score (Fig. 11). `separate`: it has two of its own. */
  readonly variant: (typeof variants)[number];
  /**
   * `before-dispatch`: every score is renewed between a layer's end and the next dispatch. `overlapped`: while the layer
   * runs, so that only the selection delays the next one, on scores that are one layer old.
   */
  readonly rescoring: (typeof rescorings)[number];
  /** η of Algorithm 2; `swp` has none. */
  readonly eta: number;
  /** Whether Algorithm 2 counts a negative slack as 0. */
  readonly clampSlack: boolean;
  /** Clock, deadlines and last-run times are unsigned integers of this many bits, in ticks. */
  readonly timeBits: number;
  readonly secondsPerTick: number;
  /** Time differences enter the score's format in units of 2^timeShiftBits ticks. */
  readonly timeShiftBits: number;
  /**
   * Dysta's scores, and the times they are made of, are held in units of 2^−scoreShiftBits s. It moves the format's range
   * and changes no order: the penalty, waiting time · 1/s of isolated latency, moves with the times. The times of `swp`
   * are held in units of 2^timeShiftBits ticks.
   */
  readonly scoreShiftBits: number;
  /** Counts of non-zeros enter it in units of 2^countShiftBits, and the shape table holds 2^countShiftBits / outputs. */
  readonly countShiftBits: number;
}

/** The paper's choice: half precision, one compute unit, 64 requests, 200 MHz. */
export const optFp16: SchedulingUnit = {
  name: "opt-fp16-64",
  policy: "dysta",
  format: "fp16",
  fifoDepth: 64,
  tableRows: 16,
  layersPerRow: 128,
  variant: "shared",
  rescoring: "before-dispatch",
  eta: 0.01,
  clampSlack: true,
  timeBits: 48,
  secondsPerTick: 1 / 200e6,
  // Quanta of 5.2 ms, of which 65504 are 343 s, and scores from 3.8 µs up.
  timeShiftBits: 20,
  scoreShiftBits: 4,
  countShiftBits: 12,
};

/**
 * The paper's unit in another format, on another clock. Only half precision needs its numbers scaled: its quantum of time
 * stays near 5.2 ms.
 */
export function defaultUnit(format: FormatName, clockHz = 1 / optFp16.secondsPerTick): SchedulingUnit {
  const unit = { ...optFp16, secondsPerTick: 1 / clockHz };
  if (format === "fp16") {
    const shift = optFp16.timeShiftBits + Math.round(Math.log2(clockHz * optFp16.secondsPerTick));
    return { ...unit, timeShiftBits: Math.max(0, Math.min(52, shift)) };
  }
  return { ...unit, name: `opt-${format}-64`, format, timeShiftBits: 0, scoreShiftBits: 0, countShiftBits: 0 };
}

/** The paper's three designs at its two depths (Fig. 16, table 6). */
export const paperDesigns: readonly SchedulingUnit[] = [512, 64].flatMap((depth): SchedulingUnit[] => [
  { ...defaultUnit("fp32"), name: `Non_Opt_FP32, depth ${depth}`, variant: "separate", fifoDepth: depth },
  { ...defaultUnit("fp32"), name: `Opt_FP32, depth ${depth}`, fifoDepth: depth },
  { ...defaultUnit("fp16"), name: `Opt_FP16, depth ${depth}`, fifoDepth: depth },
]);

/** Tags of requests have this many bits. */
export const tagBits = 24;

/** @throws ConfigError for a unit that cannot work. */
export function checkUnit(unit: SchedulingUnit): void {
  const { round, largest } = numberFormat(unit.format);
  requireInteger("fifoDepth", unit.fifoDepth, 1, 65_536);
  requireInteger("tableRows", unit.tableRows, 1, 256);
  requireInteger("layersPerRow", unit.layersPerRow, 1, 65_536);
  requireInteger("timeBits", unit.timeBits, 1, 52);
  requireInteger("timeShiftBits", unit.timeShiftBits, 0, 52);
  requireInteger("scoreShiftBits", unit.scoreShiftBits, 0, 52);
  requireInteger("countShiftBits", unit.countShiftBits, 0, 52);
  requireOneOf("policy", unit.policy, unitPolicies);
  requireOneOf("variant", unit.variant, variants);
  requireOneOf("rescoring", unit.rescoring, rescorings);
  if (unit.policy !== "dysta") requireSwpForm(unit);
  const fits = (value: number) => round(value) > 0 && round(value) <= largest;
  if (!(unit.eta === 0 || fits(unit.eta))) {
    throw new ConfigError(`scheduling unit: eta must be 0 or a positive ${unit.format} number, not ${unit.eta}`);
  }
  const quantumSeconds = unit.secondsPerTick * 2 ** unit.timeShiftBits;
  if (!fits(quantumSeconds * 2 ** unit.scoreShiftBits)) {
    throw new ConfigError(
      `scheduling unit: a time unit of 2^${unit.timeShiftBits} ticks must be a positive ${unit.format} number of 2^-${unit.scoreShiftBits} s, not ${Number((quantumSeconds * 2 ** unit.scoreShiftBits).toPrecision(4))}`,
    );
  }
  if (!fits(1 / unit.fifoDepth)) {
    throw new ConfigError(
      `scheduling unit: 1/fifoDepth must be a positive ${unit.format} number, not 1/${unit.fifoDepth}`,
    );
  }
}

/** `swp` has one multiplier for everything, and renews every score before it selects. */
function requireSwpForm({ policy, variant, rescoring, layersPerRow, format }: SchedulingUnit): void {
  if (variant !== "shared") {
    throw new ConfigError(`scheduling unit: variant must be shared for the scheduler ${policy}, not ${variant}`);
  }
  if (rescoring !== "before-dispatch") {
    throw new ConfigError(
      `scheduling unit: rescoring must be before-dispatch for the scheduler ${policy}, not ${rescoring}`,
    );
  }
  if (numberFormat(format).round(1 / layersPerRow) > 0) return;
  throw new ConfigError(
    `scheduling unit: 1/layersPerRow must be a positive ${format} number for the scheduler ${policy}, not 1/${layersPerRow}`,
  );
}

/** Units of the times in tables and scores in a second. */
export function unitsPerSecond({ policy, scoreShiftBits, secondsPerTick, timeShiftBits }: SchedulingUnit): number {
  return policy === "dysta" ? 2 ** scoreShiftBits : 1 / (secondsPerTick * 2 ** timeShiftBits);
}

function requireInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new ConfigError(`scheduling unit: ${name} must be an integer from ${least} to ${most}, not ${value}`);
}

function requireOneOf(name: string, value: string, valid: readonly string[]): void {
  if (valid.includes(value)) return;
  throw new ConfigError(`scheduling unit: unknown ${name} "${value}"${didYouMean(value, valid)}`);
}
