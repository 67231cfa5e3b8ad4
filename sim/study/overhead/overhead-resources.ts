/** What monitor and scheduling unit take on an FPGA, from synthesis of their RTL, beside the array and the paper's figures. */
import { type Hardware, peCount } from "../../../hw/array/description.ts";
import { layerMonitor } from "../../../hw/monitor/monitor.ts";
import { paperDesigns, type SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
import { monitorDesign, peDesign } from "../../../hw/synthesis/designs.ts";
import { fig16, table6 } from "../../../hw/synthesis/published.ts";
import type { Resources } from "../../../hw/synthesis/resources.ts";
import { schedulingUnitDesign } from "../../../hw/synthesis/scheduling-unit.ts";
import type { Design } from "../../../hw/synthesis/yosys.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { type PoolOptions, runJobs } from "../../threads/pool.ts";
import { synthesiseTask } from "./synthesis.ts";

export interface Figures {
  /** Look-up tables, those that are memory included. */
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  /** Of FIFOs and tables, whatever they are mapped to. */
  readonly memoryBits: number;
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
  /** Unit and monitor, as shares of our array and of the published Eyeriss v2. */
  readonly relative: {
    readonly toPeArray: Ratio;
    readonly toPublished: { readonly lut: number; readonly dsp: number };
  };
  readonly designs: readonly PaperDesign[];
  readonly published: typeof table6;
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
    const named = [schedulingUnitDesign(unit), monitorDesign(layerMonitor), peDesign(hardware)];
    const paper = paperDesigns.map((each) => ({ ...each, eta: unit.eta }));
    const figures = await figuresOf([...named, ...paper.map((each) => schedulingUnitDesign(each))], cache, pool);
    const [ofUnit, monitor, pe, ...ofPaper] = figures;
    const peArray = times(pe, peCount(hardware));
    const added = { lut: ofUnit.lut + monitor.lut, ff: ofUnit.ff + monitor.ff, dsp: ofUnit.dsp + monitor.dsp };
    return {
      monitor,
      unit: ofUnit,
      pe,
      peArray,
      relative: {
        toPeArray: ratio(added, peArray),
        toPublished: { lut: added.lut / table6.eyerissV2.lut, dsp: added.dsp / table6.eyerissV2.dsp },
      },
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

function figures({ logicLuts, memoryLuts, flipFlops, dsps, memoryBits }: Resources): Figures {
  return { lut: logicLuts + memoryLuts, ff: flipFlops, dsp: dsps, memoryBits };
}

function times({ lut, ff, dsp, memoryBits }: Figures, count: number): Figures {
  return { lut: lut * count, ff: ff * count, dsp: dsp * count, memoryBits: memoryBits * count };
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
