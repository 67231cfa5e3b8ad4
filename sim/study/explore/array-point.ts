/** What one array shape makes of a mix of networks: size, one inference, and the requests of the scenario. */
import { type AreaTable, areaOf } from "../../../hw/array/energy.ts";
import { sharesOf, totalRate } from "../../../workloads/requests/rates.ts";
import { type ArrayAccelerator, machineFacts } from "../../profile/accelerator.ts";
import type { PreparedRun } from "../run/run.ts";
import type { SchedulerSummary } from "../run/summary.ts";
import type { AxisValue } from "../sweep/sweep.ts";
import type { MixCauses } from "./causes.ts";
import { shapeOf, shapeText } from "./shape.ts";

export interface ArrayPoint extends MixCauses {
  readonly pes: number;
  /** Cluster rows × cluster columns × PE rows × PE columns. */
  readonly shape: string;
  readonly macsPerPe: number;
  /** At most. */
  readonly macsPerCycle: number;
  /** SPads (data, without address words) and global buffers; null where one is unlimited. */
  readonly sramBytes: number | null;
  /** mm² by the user's table; absent without one, or where `sramBytes` is null. */
  readonly area?: number;
  /** Of one inference: mean over the mix by the weights of its networks, and over their samples. */
  readonly cycles: number;
  /** Effectual MACs / (cycles × MACs per cycle), of the mix, 0..1. */
  readonly utilisation: number;
  /** Of one inference; null where the fidelity does not know it. */
  readonly energyPj: number | null;
  /** Energy × cycles. */
  readonly edp: number | null;
  /** Arrivals per second × seconds of an inference; null for a trace, which has no rate. */
  readonly load: number | null;
  /**
   * Means over the seeds; half-widths of their 95 % intervals by Student's t, and the ends of intervals that stay within
   * what the values can be: null with one seed.
   */
  readonly violationRate: number;
  readonly violationRateCi95: number | null;
  readonly violationRateLow: number | null;
  readonly violationRateHigh: number | null;
  readonly antt: number;
  readonly anttCi95: number | null;
  readonly anttLow: number | null;
  readonly anttHigh: number | null;
  /** Milliseconds of an inference alone: cycles / clock. */
  readonly latencyMs: number;
  /** 95th percentile of the requests' turnaround, mean over the seeds; ms. */
  readonly p95Ms: number;
  /** Shares of the requests on time and dropped, and their turnaround in milliseconds: means over the seeds. */
  readonly onTimeRate: number;
  readonly dropRate: number;
  readonly turnaroundMs: Readonly<Record<"mean" | "p50" | "p95" | "p99" | "max", number>>;
  /** Values of the keys of a hardware file that are varied, in base units; absent where none is. */
  readonly keys?: Readonly<Record<string, AxisValue>>;
  /** Of each seed, in their order. */
  readonly perSeed: readonly { readonly seed: number; readonly violationRate: number; readonly antt: number }[];
}

/** @param prepared the run whose only scheduler's results are `summary`, its networks run on `accelerator` */
export function arrayPoint(
  accelerator: ArrayAccelerator,
  prepared: PreparedRun,
  { overall, perSeed }: SchedulerSummary,
  area: AreaTable | undefined,
): Omit<ArrayPoint, keyof MixCauses | "keys"> {
  const { hardware } = accelerator;
  const size = areaOf(hardware, area);
  const hasLimit = Number.isFinite(size.sramBytes);
  const macsPerCycle = machineFacts(accelerator).peakMacsPerCycle;
  const { cycles, effectualMacs, energyPj } = meanInference(prepared);
  return {
    pes: size.peCount,
    shape: shapeText(hardware.grid),
    macsPerPe: shapeOf(hardware).macsPerPe,
    macsPerCycle,
    sramBytes: hasLimit ? size.sramBytes : null,
    ...(size.mm2 === undefined || !hasLimit ? {} : { area: size.mm2 }),
    cycles,
    utilisation: effectualMacs / (cycles * macsPerCycle),
    energyPj,
    edp: energyPj === null ? null : energyPj * cycles,
    load: loadOf(prepared, cycles, hardware.clockHz),
    violationRate: overall.violationRate.mean,
    violationRateCi95: overall.violationRate.ci95,
    violationRateLow: overall.violationRate.ends?.low ?? null,
    violationRateHigh: overall.violationRate.ends?.high ?? null,
    antt: overall.antt.mean,
    anttCi95: overall.antt.ci95,
    anttLow: overall.antt.ends?.low ?? null,
    anttHigh: overall.antt.ends?.high ?? null,
    latencyMs: (cycles / hardware.clockHz) * 1e3,
    p95Ms: overall.p95Ms.mean,
    onTimeRate: overall.onTimeRate.mean,
    dropRate: overall.dropRate.mean,
    turnaroundMs: {
      mean: overall.meanMs.mean,
      p50: overall.p50Ms.mean,
      p95: overall.p95Ms.mean,
      p99: overall.p99Ms.mean,
      max: overall.maxMs.mean,
    },
    perSeed: perSeed.map(({ seed, metrics: { violationRate, antt } }) => ({ seed, violationRate, antt })),
  };
}

/** Means over the mix by the shares of its networks, and over their samples. */
export function meanInference({ setup }: Pick<PreparedRun, "setup">) {
  const { profiles } = setup.networks;
  const shares = sharesOf(setup.requests);
  const totalWeight = shares.reduce((sum, share) => sum + share, 0);
  const mean = (columnOf: (k: number) => Float64Array | undefined): number | null => {
    let total = 0;
    for (const [k, weight] of shares.entries()) {
      const column = columnOf(k);
      if (column === undefined) return null;
      total += (weight * column.reduce((sum, value) => sum + value, 0)) / profiles[k].sampleIds.length;
    }
    return total / totalWeight;
  };
  return {
    cycles: mean((k) => profiles[k].latency) ?? 0,
    effectualMacs: mean((k) => profiles[k].extra.effectual_macs) ?? 0,
    energyPj: mean((k) => profiles[k].extra.energy_pj),
  };
}

function loadOf({ setup }: PreparedRun, cycles: number, clockHz: number): number | null {
  const rate = totalRate(setup.requests);
  return rate === undefined ? null : (rate * cycles) / clockHz;
}
