/**
 * The scheduling unit between a host and an accelerator: what surrounds it in a run, and what it answers.
 *
 * Three forms: `counted-loop.ts` (decision by decision), `stepped-loop.ts` (the same, cycle by cycle, for waveforms and as
 * a check), `free-loop.ts` (decisions take no time and requests no words: what the unit would decide if it were free).
 */
import type { RangeCounts } from "./compute-unit.ts";
import type { Request } from "./words.ts";

/** A request as the host has it; tags are 0, 1, 2, … in order of arrival. */
export interface HostRequest extends Request {
  /** From then on its words can be sent. */
  readonly arrivalTicks: number;
}

export interface Host {
  /** The request with this tag; undefined beyond the last. */
  request(tag: number): HostRequest | undefined;
  /** The unit has admitted it. @param sinceTicks from when it waits in the unit's eyes. */
  admitted(tag: number, sinceTicks: number): void;
}

/** End of the layer that was dispatched last. */
export interface LayerEnd {
  /** First cycle after the layer. */
  readonly atTicks: number;
  /** Non-zero outputs, as the monitor counted. */
  readonly nonZeros: number;
  /** The request is done with it. */
  readonly isLastLayer: boolean;
}

export interface Dispatched {
  readonly tag: number;
  /** Place of the request among the admitted, unfinished ones, in order of admission. */
  readonly position: number;
  /** Requests the unit chose from. */
  readonly queueLength: number;
  /** The clock that stands in the scores. */
  readonly decidedForTicks: number;
  /** The accelerator can begin the layer. */
  readonly startTicks: number;
  /** Between the layer's end (or the admission that woke the unit) and `startTicks`: the unit's, on the critical path. */
  readonly exposedCycles: number;
  /** Cycles that the unit worked since the last dispatch, on the critical path and beside the layer. */
  readonly busyCycles: number;
}

export interface UnitDriver {
  readonly rangeCounts: RangeCounts;
  /**
   * The next dispatch; there must be a request left.
   *
   * @param end of the layer dispatched last; undefined the first time.
   */
  next(end: LayerEnd | undefined): Dispatched;
}
