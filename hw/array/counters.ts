/** What a run of one layer counts. `stepped` and `counted` agree on every one of these. */

/** The parts of the cycles; they sum to `cycles` exactly. */
export const cycleParts = [
  /**
   * Walking columns, if the work were spread evenly over every PE of the array (rounded up per barrier; no more than
   * what the PE that finishes last walks).
   */
  "compute",
  /** What the PE that finishes last walks beyond that: uneven work, and PEs without any. */
  "imbalance",
  /** Draining partial sums, filling the pipeline, loading the weight SPad: of the PE that finishes last. */
  "drain",
  "fill",
  "spadLoad",
  /** Waiting for the ports of the global buffer after the PEs are done. */
  "port",
  /** Waiting for the next tile's data; for the channel to take finished outputs (the last store included). */
  "load",
  "store",
  /** The first tile's load, which nothing hides. */
  "prologue",
] as const;
export type CyclePart = (typeof cycleParts)[number];

const eventNames = [
  /** Multiply-accumulates of two non-zeros. */
  "effectualMacs",
  /** Cycles in which a PE walks columns, summed over the PEs. */
  "walkPeCycles",
  /** Activations that PEs take out of their SPads (non-zero ones where zeros are skipped). */
  "activationsWalked",
  /** Partial sums that PEs pass on. */
  "psumsDrained",
  /** Non-zeros that enter SPads, summed over the PEs that receive them. */
  "spadWeightWrites",
  "spadActivationWrites",
  /** Global buffer: compressed activations read into the array, and sums written (again) after each pass. */
  "bufferActivationReads",
  "bufferPsumWrites",
  /** DRAM traffic in bits. */
  "dramActivationBits",
  "dramWeightBits",
  "dramOutputBits",
  /** Of these, what the first pass waits for: what can be fetched ahead of the layer. */
  "firstLoadBits",
  /** Outputs written back, and the non-zeros among them: what a monitor sees. */
  "outputs",
  "outputNonZeros",
  "passes",
] as const;
type EventName = (typeof eventNames)[number];

type CounterName = "cycles" | CyclePart | EventName;
export type Counters = Record<CounterName, number>;

export const counterNames: readonly CounterName[] = ["cycles", ...cycleParts, ...eventNames];

export function zeroCounters(): Counters {
  return Object.fromEntries(counterNames.map((name) => [name, 0])) as Counters;
}
