/** Resources of monitor and scheduling unit for people, beside the paper's. */
import type { Figures, NoResources, Ratio, ResourcesReport } from "../../study/overhead/overhead-resources.ts";
import { newTable } from "./table.ts";

export function resourcesText(report: ResourcesReport | NoResources): string {
  if ("unavailable" in report) return `none: ${report.unavailable}`;
  return [partsTable(report), unitsTable(report), designsTable(report), legend(report)].join("\n\n");
}

function partsTable({ monitor, unit, pe, peArray, oneMacArray, published }: ResourcesReport): string {
  const table = newTable(["", "LUT", "FF", "DSP", "memory bits", "block RAM, 18 kbit"]);
  const row = (name: string, { lut, ff, dsp, memoryBits, bram18s }: Figures) =>
    table.push([name, lut, ff, dsp, memoryBits, bram18s]);
  row("monitor", monitor);
  row("scheduling unit", unit);
  row("one PE", pe);
  row("PEs of the array", peArray);
  row("as many PEs of one MAC", oneMacArray);
  const { scheduler, eyerissV2 } = published;
  table.push(["paper: scheduler, Table 6", scheduler.lut, "", scheduler.dsp, scheduler.ramKilobytes * 8 * 1024, ""]);
  table.push(["paper: Eyeriss v2, Table 6", eyerissV2.lut, "", eyerissV2.dsp, eyerissV2.ramKilobytes * 8 * 1024, ""]);
  return table.toString();
}

function unitsTable({ units }: ResourcesReport): string {
  const table = newTable(["unit of 64 requests, fp16, of", "LUT", "FF", "DSP", "memory bits", "block RAM, 18 kbit"]);
  for (const { policy, lut, ff, dsp, memoryBits, bram18s } of units) {
    table.push([policy, lut, ff, dsp, memoryBits, bram18s]);
  }
  return table.toString();
}

function designsTable({ designs }: ResourcesReport): string {
  const table = newTable([
    "design",
    "depth",
    "LUT",
    "FF",
    "DSP",
    "memory bits",
    "relative LUT/FF/DSP",
    "paper, Fig. 16",
  ]);
  for (const { design, depth, lut, ff, dsp, memoryBits, relative, published } of designs) {
    table.push([design, depth, lut, ff, dsp, memoryBits, ratios(relative), ratios(published)]);
  }
  return table.toString();
}

function legend({ relative }: ResourcesReport): string {
  const { toOneMacArray, toPublished } = relative;
  return (
    `Monitor and unit take ${percent(toPublished.memory)} of the memory, ${percent(toPublished.lut)} of the LUTs and ${percent(toPublished.dsp)} of the DSPs of the published Eyeriss v2 (the paper: 0.35 %, 0.55 % and 1.5 %); ` +
    `${percent(toOneMacArray.lut)} of the LUTs, ${percent(toOneMacArray.ff)} of the flip-flops and ${percent(toOneMacArray.dsp)} of the DSPs of as many of our PEs with one MAC.\n` +
    "Before place and route, by Yosys; the PEs without clusters, network and buffers. Memory bits: FIFOs and tables; the paper's 0.5 KB are its FIFOs only.\n" +
    "Relative: to Non_Opt_FP32 of the same depth."
  );
}

function ratios({ lut, ff, dsp }: Ratio): string {
  return [lut, ff, dsp].map((value) => value.toFixed(2)).join(" ");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
