/** Fig. 16 and Table 6: what the scheduler takes on an FPGA. */
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { defaultUnit } from "../../../hw/scheduling-unit/description.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { type ResourcesReport, resourcesReport } from "../overhead/overhead-resources.ts";
import type { Findings, Item } from "./item.ts";
import { fixed, rowOf } from "./row.ts";

export const fig16: Item = {
  title: "Fig. 16: resources of the scheduler relative to Non_Opt_FP32 of the same depth",
  rows: async (findings) => {
    const { designs } = await resourcesOf(findings);
    return designs.flatMap(({ design, depth, relative, published }) =>
      (["lut", "ff", "dsp"] as const).map((kind) =>
        rowOf({
          ...{ panel: `FIFO depth ${depth}`, line: design, column: kind.toUpperCase(), unit: "× Non_Opt_FP32" },
          paper: published[kind],
          corrected: fixed(relative[kind]),
        }),
      ),
    );
  },
  why:
    "Ours are our own RTL, synthesised by Yosys for 7-series cells before place and route; the published RTL does not elaborate, so that there is no column for the artifact. The direction is the paper's: sharing the multipliers and " +
    "FP16 both save. The shares differ because FIFOs and tables, which do not shrink with sharing, are part of ours.",
};

export const table6: Item = {
  title: "Table 6: resources beside Eyeriss v2 (FIFO depth 64, Opt_FP16)",
  rows: async (findings) => {
    const { designs, published } = await resourcesOf(findings);
    const own = designs.find(({ design, depth }) => design === "Opt_FP16" && depth === 64);
    if (own === undefined) throw new Error("no design Opt_FP16 of depth 64");
    const { eyerissV2: array, scheduler } = published;
    const line = "scheduler";
    const share = (part: number, whole: number) => (100 * part) / whole;
    const kilobytes = own.memoryBits / 8 / 1024;
    const overhead = { panel: "", line: "overhead over the published Eyeriss v2", unit: "%" };
    return [
      rowOf({ panel: "", line, column: "LUTs", unit: "LUT", paper: scheduler.lut, corrected: fixed(own.lut) }),
      rowOf({ panel: "", line, column: "DSPs", unit: "DSP", paper: scheduler.dsp, corrected: fixed(own.dsp) }),
      rowOf({ panel: "", line, column: "RAM", unit: "KB", paper: scheduler.ramKilobytes, corrected: fixed(kilobytes) }),
      rowOf({
        ...overhead,
        column: "LUTs",
        paper: share(scheduler.lut, array.lut),
        corrected: fixed(share(own.lut, array.lut)),
      }),
      rowOf({
        ...overhead,
        column: "DSPs",
        paper: share(scheduler.dsp, array.dsp),
        corrected: fixed(share(own.dsp, array.dsp)),
      }),
      rowOf({
        ...{ ...overhead, column: "RAM", paper: share(scheduler.ramKilobytes, array.ramKilobytes) },
        corrected: fixed(share(kilobytes, array.ramKilobytes)),
      }),
    ];
  },
  why:
    "0.5 KB are 64 entries of 64 bits: the paper counts the FIFOs and leaves the look-up tables of latencies, densities and shapes out, which are most of our memory. 553 LUTs are fewer than FIFOs, comparators and " +
    "a floating-point adder take by themselves in any synthesis that we know of. The published RTL does not elaborate, so that there is no column for the artifact (docs/validation-overhead.md).",
};

/** Committed with the RTL; nothing is synthesised here. */
async function resourcesOf({ work: { workers, cache } }: Findings): Promise<ResourcesReport> {
  const report = await resourcesReport(defaultUnit("fp16"), eyerissV2, cache, { workers });
  if ("unavailable" in report) throw new ConfigError(report.unavailable);
  return report;
}
