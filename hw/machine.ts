/**
 * The contract that every accelerator keeps, whatever it computes and however: what profiling, tables, documents and
 * schedules may ask of a machine. Each room of `hw/` that is one (`array/`, `artifact/`, `attention/`) has a file
 * `machine.ts` that keeps it. A machine is chosen by name or file; only the choice (`sim/profile/accelerator.ts`) knows
 * which machines exist.
 */

/** What is known of a machine before anything runs on it. */
export interface MachineFacts {
  readonly name: string;
  readonly clockHz: number;
  /** Processing elements of the whole machine. */
  readonly peCount: number;
  /** Multiply-accumulates per cycle at best. */
  readonly peakMacsPerCycle: number;
  /** Bits that the DRAM channel moves per cycle; null for a model without DRAM. */
  readonly dramBitsPerCycle: number | null;
}

/**
 * One sample of one layer on a machine: what every machine and every fidelity can say. A machine adds what it knows
 * (parts of the cycles, bytes per memory, energy) under names of its own.
 */
export interface LayerOutcome {
  readonly cycles: number;
  readonly denseMacs: number;
  readonly effectualMacs: number;
  /** Non-zeros / elements of this sample's input and output, 0..1. */
  readonly inputDensity: number;
  readonly outputDensity: number;
}
