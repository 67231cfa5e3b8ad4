/**
 * Energy as accesses per memory level times a table, and what can be said of area without a layout. An access is one
 * data word (an activation, a weight or a partial sum), whatever its width; compressed data count their non-zeros.
 */
import type { Counters } from "./counters.ts";
import { channelBits, clusterCount, type Hardware, peCount, sramBytes } from "./description.ts";

/** Accesses of one layer. */
export interface Accesses {
  readonly mac: number;
  readonly spad: number;
  /** Words handed from one PE to the next. */
  readonly neighbour: number;
  readonly buffer: number;
  readonly dram: number;
}

/** Picojoules per access, and where that comes from. */
export interface EnergyTable {
  readonly source: string;
  readonly picojoules: Readonly<Record<keyof Accesses, number>>;
}

/**
 * Relative energies of Eyeriss (ISCA 2016): MAC 1, register file 1, neighbouring PE 2, global buffer 6, DRAM 200. The
 * unit is one MAC; it is set to 1 pJ here, so that "pJ" reads "MAC energies" until a user's table says otherwise.
 */
export const eyerissEnergy: EnergyTable = {
  source: "ratios of Eyeriss (ISCA 2016), one MAC taken as 1 pJ",
  picojoules: { mac: 1, spad: 1, neighbour: 2, buffer: 6, dram: 200 },
};

/** Word accesses from the counters of a run. */
export function accessesOf(counters: Counters, hardware: Hardware): Accesses {
  const activationsLoaded = counters.dramActivationBits / channelBits(hardware, "activation");
  const weightsLoaded = counters.dramWeightBits / channelBits(hardware, "weight");
  const outputsStored = counters.dramOutputBits / channelBits(hardware, "output");
  const sumsReadBack = counters.bufferPsumWrites - counters.outputs;
  return {
    mac: counters.effectualMacs,
    // Per MAC one weight and one partial sum read, one written; activations once per window position.
    spad:
      3 * counters.effectualMacs +
      counters.activationsWalked +
      counters.spadActivationWrites +
      counters.spadWeightWrites +
      counters.psumsDrained,
    neighbour: counters.psumsDrained - counters.bufferPsumWrites,
    // Activations in and out; sums out of the array, back for the next reduction, and at last out to DRAM.
    buffer:
      activationsLoaded + counters.bufferActivationReads + counters.bufferPsumWrites + sumsReadBack + counters.outputs,
    dram: activationsLoaded + weightsLoaded + outputsStored,
  };
}

export function energyPj(accesses: Accesses, table: EnergyTable): number {
  const levels = Object.keys(table.picojoules) as (keyof Accesses)[];
  return levels.reduce((sum, level) => sum + accesses[level] * table.picojoules[level], 0);
}

/** What a user knows of a technology; all in square millimetres. */
export interface AreaTable {
  readonly source: string;
  readonly perPeMm2: number;
  readonly perSramByteMm2: number;
  readonly perClusterMm2: number;
  /** What a PE's area adds for each of its MACs; 0 where PEs have one size whatever their MACs. */
  readonly perMacMm2: number;
  /** What every array has once: DMA, control, pads. */
  readonly fixedMm2: number;
}

export interface AreaFacts {
  readonly peCount: number;
  readonly sramBytes: number;
  /** Only with a table: no area is published here without a source. */
  readonly mm2?: number;
}

export function areaOf(hardware: Hardware, table?: AreaTable): AreaFacts {
  const facts = { peCount: peCount(hardware), sramBytes: sramBytes(hardware) };
  if (table === undefined) return facts;
  const mm2 =
    table.fixedMm2 +
    facts.peCount * (table.perPeMm2 + hardware.macsPerPe * table.perMacMm2) +
    facts.sramBytes * table.perSramByteMm2 +
    clusterCount(hardware) * table.perClusterMm2;
  return { ...facts, mm2 };
}
