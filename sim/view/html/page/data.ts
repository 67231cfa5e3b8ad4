/** The schedules inside a report, as the page reads them. Times are whole ticks from the first arrival of the seed. */

export interface PageSchedules {
  readonly tickMs: number;
  /** `model/pattern`, and the colour of each. */
  readonly networks: readonly string[];
  readonly colours: readonly string[];
  readonly seeds: readonly PageRequests[];
  readonly runs: readonly PageRun[];
  /** What is shown first. */
  readonly first: { readonly run: number; readonly lengthTicks: number };
}

/** Columns with one number per request, packed. */
export interface PageRequests {
  readonly seed: number;
  /** Since the arrival before. */
  readonly arrivals: string;
  /** Since the arrival. */
  readonly deadlines: string;
  readonly networks: string;
}

export interface PageRun {
  readonly scheduler: string;
  readonly seed: number;
  /** Of each turn: request − that of the turn before, time since its end, length; packed. */
  readonly turns: string;
}
