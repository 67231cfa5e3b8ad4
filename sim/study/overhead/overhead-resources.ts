/** What monitor and scheduling unit take on an FPGA, from synthesis of their RTL, beside the array and the paper's figures. */
import { type Hardware, peCount } from "../../../hw/array/description.ts";
import { layerMonitor, type MonitorDescription } from "../../../hw/monitor/monitor.ts";
import {
  optFp16,
  paperDesigns,
  type SchedulingUnit,
  type UnitPolicy,
  unitPolicies,
} from "../../../hw/scheduling-unit/description.ts";
import { monitorDesign, peDesign } from "../../../hw/synthesis/designs.ts";
import { fig16, table6 } from "../../../hw/synthesis/published.ts";
import type { Resources } from "../../../hw/synthesis/resources.ts";
import { schedulingUnitDesign } from "../../../hw/synthesis/scheduling-unit.ts";
import type { Design } from "../../../hw/synthesis/yosys.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { type PoolOptions, runJobs } from "../../threads/pool.ts";
import { comparedLanes } from "./monitor-report.ts";
import { committedResourcesOf, synthesiseTask } from "./synthesis.ts";

export interface Figures {
  /** Look-up tables, those that are memory included. */
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  /** Of FIFOs and tables, whatever they are mapped to. */
  readonly memoryBits: number;
  /** Block RAM in halves of 18 kbit: what of the memory is mapped to it. */
  readonly bram18s: number;
}

interface PaperDesign extends Figures {
  readonly design: string;
  readonly depth: number;
  /** To Non_Opt_FP32 of the same depth: ours, and what Fig. 16 shows. */
  readonly relative: Ratio;
  readonly published: Ratio;
}

export interface Ratio {
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
}

export interface ResourcesReport {
  readonly monitor: Figures;
  readonly unit: Figures;
  readonly pe: Figures;
  /** One PE times the PEs of the array: no clusters, network or buffers. */
  readonly peArray: Figures;
  /**
   * The same of PEs with one MAC, whose partial sums fit LUT memory: nearest to the published chip. With two MACs they have
   * two write ports and become flip-flops, which makes a PE several times as large.
   */
  readonly oneMacArray: Figures;
  /** Unit and monitor, as shares of the array of one-MAC PEs and of the published Eyeriss v2. */
  readonly relative: {
    readonly toOneMacArray: Ratio;
    readonly toPublished: PublishedShares;
  };
  /** Units of the paper's size by whom they dispatch for, as far as their resources are committed. */
  readonly units: readonly (Figures & { readonly policy: UnitPolicy })[];
  /** Monitors of other numbers of lanes, without outputs that wait: those whose resources are committed. */
  readonly monitors: readonly (Figures & { readonly lanes: number })[];
  readonly designs: readonly PaperDesign[];
  readonly published: typeof table6;
}

/** `memory` is all FIFOs and tables against the on-chip memory that the paper gives. */
interface PublishedShares {
  readonly lut: number;
  readonly dsp: number;
  readonly memory: number;
}

/** Why there are no figures. */
export interface NoResources {
  readonly unavailable: string;
}

/**
 * Synthesises what is neither committed with the RTL nor kept in the cache; a design takes some ten seconds to a minute.
 *
 * @param cache folder of kept results, if any.
 */
export async function resourcesReport(
  unit: SchedulingUnit,
  hardware: Hardware,
  cache: string | undefined,
  pool: PoolOptions,
): Promise<ResourcesReport | NoResources> {
  try {
    const named = [
      schedulingUnitDesign(unit),
      monitorDesign(monitorOf(hardware)),
      peDesign(hardware),
      oneMacPe(hardware),
    ];
    const paper = paperDesigns.map((each) => ({ ...each, eta: unit.policy === "dysta" ? unit.eta : each.eta }));
    const figures = await figuresOf([...named, ...paper.map((each) => schedulingUnitDesign(each))], cache, pool);
    const [ofUnit, monitor, pe, oneMac, ...ofPaper] = figures;
    const added = together(ofUnit, monitor);
    const oneMacArray = times(oneMac, peCount(hardware));
    const { eyerissV2 } = table6;
    return {
      monitor,
      unit: ofUnit,
      pe,
      peArray: times(pe, peCount(hardware)),
      oneMacArray,
      relative: {
        toOneMacArray: ratio(added, oneMacArray),
        toPublished: {
          lut: added.lut / eyerissV2.lut,
          dsp: added.dsp / eyerissV2.dsp,
          memory: added.memoryBits / (eyerissV2.ramKilobytes * 1024 * 8),
        },
      },
      units: comparedUnits(),
      monitors: comparedMonitors(),
      designs: paper.map((each, index) => paperDesign(each, ofPaper[index], ofPaper[firstOfDepth(paper, each)])),
      published: table6,
    };
  } catch (error) {
    if (error instanceof ConfigError) return { unavailable: error.message };
    throw error;
  }
}

async function figuresOf(designs: readonly Design[], cache: string | undefined, pool: PoolOptions): Promise<Figures[]> {
  const jobs = designs.map((design) => ({ design, cache }));
  const outcomes = await runJobs(synthesiseTask, jobs, pool);
  return outcomes.map((outcome) => {
    if (!outcome.ok) throw outcome.error;
    return figures(outcome.result);
  });
}

function figures({ logicLuts, memoryLuts, flipFlops, dsps, memoryBits, bram18s }: Resources): Figures {
  return { lut: logicLuts + memoryLuts, ff: flipFlops, dsp: dsps, memoryBits, bram18s };
}

const kinds = ["lut", "ff", "dsp", "memoryBits", "bram18s"] as const;

function together(a: Figures, b: Figures): Figures {
  return ofKinds((kind) => a[kind] + b[kind]);
}

function times(of: Figures, count: number): Figures {
  return ofKinds((kind) => of[kind] * count);
}

function ofKinds(value: (kind: (typeof kinds)[number]) => number): Figures {
  const [lut, ff, dsp, memoryBits, bram18s] = kinds.map(value);
  return { lut, ff, dsp, memoryBits, bram18s };
}

/** The monitor in the array's path; without one, or of unlimited lanes, which no hardware has, the one of 128 lanes. */
function monitorOf({ monitor }: Hardware): MonitorDescription {
  if (monitor === null || monitor.lanes === Infinity) return layerMonitor;
  const { lanes, bufferOutputs, channelGroups } = monitor;
  return { ...layerMonitor, lanes, bufferOutputs, channelGroups };
}

function comparedUnits(): (Figures & { readonly policy: UnitPolicy })[] {
  return unitPolicies.flatMap((policy) => {
    const resources = committedResourcesOf(schedulingUnitDesign({ ...optFp16, policy }));
    return resources === undefined ? [] : [{ policy, ...figures(resources) }];
  });
}

function comparedMonitors(): (Figures & { readonly lanes: number })[] {
  return comparedLanes.flatMap((lanes) => {
    const resources = committedResourcesOf(monitorDesign({ ...layerMonitor, lanes }));
    return resources === undefined ? [] : [{ lanes, ...figures(resources) }];
  });
}

function oneMacPe(hardware: Hardware): Design {
  const mechanisms = { ...hardware.mechanisms, weightsLoadedPerCycle: 1 };
  return peDesign({ ...hardware, macsPerPe: 1, mechanisms });
}

function ratio(of: Ratio, to: Ratio): Ratio {
  return { lut: of.lut / to.lut, ff: of.ff / to.ff, dsp: of.dsp / to.dsp };
}

/** The paper's Non_Opt_FP32 comes first of each depth. */
function firstOfDepth(designs: readonly SchedulingUnit[], { fifoDepth: depth }: SchedulingUnit): number {
  return designs.findIndex((each) => each.fifoDepth === depth);
}

function paperDesign({ name, fifoDepth: depth }: SchedulingUnit, own: Figures, nonOpt: Figures): PaperDesign {
  const design = name.split(",")[0] as keyof (typeof fig16)[64];
  return { design, depth, ...own, relative: ratio(own, nonOpt), published: fig16[depth as keyof typeof fig16][design] };
}
