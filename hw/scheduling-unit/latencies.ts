/**
 * Cycles that the unit spends in each state. Multipliers and adders are pipelined, two cycles deep; memories take one
 * cycle to read and one to write; so do the wide subtraction and the conversion of its result.
 *
 * A score, by the cycle in which each step begins: 0 read the request; 1 subtract last run and read the latency; 2 subtract
 * the deadline, convert, T̂; 3 waiting time and 4 slack to seconds; 5 ÷ isolated; 6 slack − T̂; 7 ÷ queue length; 9 slack +
 * penalty; 12 · η; 14 + T̂; 16 write. Six multiplications and three additions, starting every second cycle, share three
 * multipliers (cycles 3, 5, 7 against 4, 2, 12) and two adders (9 against 6, 14). So every request starts in an even cycle.
 *
 * A score of `swp`: 0 read the request; 1 subtract the deadline; 2 convert; 3 slack = time left − T; 5 urgency = P − slack/8;
 * 7 choose what urgency or lateness adds; 8 W = P + that; 10 T · W; 12 write. One multiplier, two adders (3; 5 against 8).
 * Its coefficient: 0 read the tables and convert the count; 1 · 1/outputs; 3 · ε/average density; 5 − ε; 7 add to the sum;
 * 9 ÷ layers that have run; 11 + 1; 13 · remaining latency; 14 · isolated latency; 16 write.
 */
import type { SchedulingUnit } from "./description.ts";

/** From reading a request to its new score in the memory. */
export function scoreCycles({ policy }: SchedulingUnit): number {
  return policy === "dysta" ? 17 : 13;
}

/** Between one request and the next. */
export const scoreIntervalCycles = 2;
/** Read the entry and its tables, convert the count, multiply twice (for `swp` five times, and add three times), write. */
export function coefficientCycles({ policy }: SchedulingUnit): number {
  return policy === "dysta" ? 7 : 17;
}

/** The first even cycle of the scoring in which a coefficient that is computed beside it can be used. */
const lateStartCycle = 8;

/** In the coefficient state: with two multipliers of its own the coefficient is computed during the scoring. */
export function coefficientStateCycles(unit: SchedulingUnit): number {
  return unit.variant === "shared" ? coefficientCycles(unit) : 0;
}

/** In the scoring state, for `count` requests; `isMeasured` when a separate coefficient is computed meanwhile. */
export function scoringCycles(unit: SchedulingUnit, count: number, isMeasured: boolean): number {
  const lastStart = (count - 1) * scoreIntervalCycles;
  const isLate = unit.variant === "separate" && isMeasured;
  return (isLate ? Math.max(lastStart, lateStartCycle) : lastStart) + scoreCycles(unit);
}

/** One request per cycle passes the comparison, a cycle after it was read. */
export function selectCycles(count: number): number {
  return count + 1;
}

/** The requests behind the retired one move up, one per cycle; at least one cycle. */
export function retireCycles(count: number, position: number): number {
  return count - position;
}

export interface DecisionCycles {
  /** The unit works. */
  readonly cycles: number;
  /** Of these, between the layer's end and the next layer's begin. */
  readonly exposedCycles: number;
}

/** A decision among `count` requests after a layer that was not its request's last. */
export function decisionCycles(unit: SchedulingUnit, count: number): DecisionCycles {
  const rescoring = coefficientStateCycles(unit) + scoringCycles(unit, count, true);
  const selection = selectCycles(count) + 1;
  const cycles = rescoring + selection;
  return { cycles, exposedCycles: unit.rescoring === "before-dispatch" ? cycles : selection };
}
