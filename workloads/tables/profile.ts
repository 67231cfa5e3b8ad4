/**
 * A profile: what one network with one weight-sparsity pattern costs, layer by layer, for a number of input samples.
 * It is the one hand-over between the hardware model (or a recording) and scheduling.
 *
 * The arrays lie in shared memory so that worker threads read them without a copy.
 */

/** Layer latencies are either whole cycles of the accelerator clock or, for recordings made in seconds, seconds. */
export type TimeUnit = "cycles" | "seconds";

export interface Profile {
  /** Unique within a run, e.g. `resnet50_unstructured_sparse80`. */
  readonly name: string;
  /** The network, e.g. `resnet50`. Pattern-blind schedulers average over the profiles of one model. */
  readonly model: string;
  /** The weight-sparsity pattern, e.g. `unstructured_sparse80`; with `model` it names a row of the scheduler's tables. */
  readonly pattern: string;
  readonly timeUnit: TimeUnit;
  /** Accelerator clock in Hz; what turns cycles into seconds. For tables in seconds: the clock they were made with. */
  readonly clockHz: number;
  /** Clock of its accelerator, where the cycles are counted in those of a faster one; else `clockHz`. */
  readonly acceleratorHz?: number;
  /** One sentence on where the latencies come from, printed wherever they are shown. */
  readonly source: string;
  /** What else to know of them, e.g. what they leave out; printed with the source. */
  readonly note?: string;
  /** The sample numbers of the rows, in order of first appearance in the table. */
  readonly sampleIds: Int32Array;
  readonly layerCount: number;
  /** Time of a layer, in `timeUnit`; row-major [samples, layers], as are the arrays below. */
  readonly latency: Float64Array;
  /** Non-zeros / all elements of the layer's input activation, 0..1. */
  readonly inputDensity: Float64Array;
  /** The same of the layer's output, which is what a monitor at write-back sees. Absent from the artifact's tables. */
  readonly outputDensity?: Float64Array;
  /**
   * Outputs of each layer, one per layer: with them a density is known as the count that a monitor would report. Absent
   * where samples differ in size, whose densities are taken as they are.
   */
  readonly outputs?: Float64Array;
  /**
   * For tables recorded as shares of zeros: the mean over the samples of that share, per layer. One minus it is the
   * average density to the last bit of the recorded results (1 − mean(s) and mean(1 − s) round differently).
   */
  readonly meanSparsity?: Float64Array;
  /** What its layers do with the global buffer, where known: what a preemption can displace. */
  readonly bufferUse?: BufferUse;
  /** Further columns of our own tables, by their name there (`effectual_macs`, `stall_cycles`, …), where known. */
  readonly extra: Readonly<Partial<Record<ExtraColumn, Float64Array>>>;
}

/** Bytes of compressed activations in the global buffer (and fetched ahead of it); row-major [samples, layers]. */
export interface BufferUse {
  /** The layer's whole input. */
  readonly inputBytes: Float64Array;
  /** The layer's whole output if the layer after it reads that very tensor, else 0. */
  readonly forwardedBytes: Float64Array;
  /** What is loaded for the layer, weights too, while the layer before it still runs. Absent: nothing is. */
  readonly prefetchedBytes?: Float64Array;
}

/** Columns of our own profile tables that scheduling does not need. Units: MACs, cycles, bytes, picojoules. */
export const extraColumns = ["effectual_macs", "stall_cycles", "dram_bytes", "energy_pj"] as const;
export type ExtraColumn = (typeof extraColumns)[number];

/** A zeroed [length] array of doubles in shared memory. */
export function sharedDoubles(length: number): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
}

/** A copy of `values` in shared memory. */
export function sharedDoublesOf(values: ArrayLike<number>): Float64Array<SharedArrayBuffer> {
  const copy = sharedDoubles(values.length);
  copy.set(values);
  return copy;
}

/** A copy of `values` as 32-bit integers in shared memory. */
export function sharedIntegersOf(values: ArrayLike<number>): Int32Array<SharedArrayBuffer> {
  const copy = new Int32Array(new SharedArrayBuffer(values.length * Int32Array.BYTES_PER_ELEMENT));
  copy.set(values);
  return copy;
}

/**
 * The density a monitor reports for each (sample, layer): of the output where the table has it, else of the input.
 * The table average that it is compared with is always of the same quantity. Where the number of outputs is known it is
 * count · (1 / outputs), as the hardware forms it.
 */
export function monitoredDensity(profile: Profile): Float64Array {
  const { inputDensity, outputDensity, outputs, layerCount } = profile;
  if (outputDensity === undefined) return inputDensity;
  if (outputs === undefined) return outputDensity;
  return outputDensity.map((density, index) => {
    const count = outputs[index % layerCount];
    return Math.round(density * count) * (1 / count);
  });
}

/** Seconds per unit of the profile's latencies. */
export function secondsPerTick(profile: Pick<Profile, "timeUnit" | "clockHz">): number {
  return profile.timeUnit === "seconds" ? 1 : 1 / profile.clockHz;
}
