/** The requests of one run, as columns: who arrives when, on which input, and by when it should be done. */

export interface RequestTable {
  readonly count: number;
  /**
   * Arrival times, never decreasing; in the run's time unit (cycles or seconds), as are the deadlines. NaN for a request
   * that another one's end releases: when that is, the schedule decides.
   */
  readonly arrival: Float64Array;
  /** Index of each request's profile in the run's list of profiles. */
  readonly profile: Int32Array;
  /** Row of the profile's tables (an index into `sampleIds`, not a sample number). */
  readonly sample: Int32Array;
  /** 1, 3 or 9; only PREMA and Planaria look at it. */
  readonly priority: Int32Array;
  /**
   * Absolute: arrival + SLO multiplier × the model's mean isolated latency, unless the scenario or a trace file gives
   * another. NaN where it counts from a release.
   */
  readonly deadline: Float64Array;
  /** Requests that are released by the end of others; absent: all arrive by themselves. */
  readonly released?: ReleasedRequests;
  /** 1 for a request that is dropped if it has not begun by its deadline; absent: none is. */
  readonly dropsWhenLate?: Uint8Array;
}

/** Who releases whom. Columns are by request; requests that are released follow all that arrive by themselves. */
export interface ReleasedRequests {
  /** Requests 0 … arriving − 1 arrive by themselves. */
  readonly arriving: number;
  /** The request whose end releases this one; −1 for those that arrive by themselves. */
  readonly parent: Int32Array;
  /** From the parent's end to the release, and from there to the deadline where that is not known before. */
  readonly delay: Float64Array;
  readonly allowance: Float64Array;
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
