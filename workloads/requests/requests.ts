/** The requests of one run, as columns: who arrives when, on which input, and by when it should be done. */

export interface RequestTable {
  readonly count: number;
  /** Arrival times, never decreasing; in the run's time unit (cycles or seconds), as are the deadlines. */
  readonly arrival: Float64Array;
  /** Index of each request's profile in the run's list of profiles. */
  readonly profile: Int32Array;
  /** Row of the profile's tables (an index into `sampleIds`, not a sample number). */
  readonly sample: Int32Array;
  /** 1, 3 or 9; only PREMA and Planaria look at it. */
  readonly priority: Int32Array;
  /** Absolute: arrival + SLO multiplier × the model's mean isolated latency, unless a trace file gives another. */
  readonly deadline: Float64Array;
}

/** The three priority levels of PREMA, drawn uniformly (paper, section 6.1). */
export const priorityLevels = [1, 3, 9] as const;

export function emptyRequestTable(count: number): RequestTable {
  return {
    count,
    arrival: new Float64Array(count),
    profile: new Int32Array(count),
    sample: new Int32Array(count),
    priority: new Int32Array(count),
    deadline: new Float64Array(count),
  };
}
