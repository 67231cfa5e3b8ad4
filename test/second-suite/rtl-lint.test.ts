/** Does Verilator find nothing to say about any module of hw/rtl (all warnings on), and does Icarus read it? */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { layerMonitor } from "../../hw/monitor/monitor.ts";
import { optFp16, paperDesigns, type SchedulingUnit } from "../../hw/scheduling-unit/description.ts";
import { peFiles, rtlDesign } from "../../hw/synthesis/designs.ts";
import { resolvedSources } from "../../hw/synthesis/resolved.ts";
import { schedulingUnitDesign } from "../../hw/synthesis/scheduling-unit.ts";
import type { Design } from "../../hw/synthesis/yosys.ts";
import { monitorParameters, smallMonitor } from "../rtl/monitor-twin.ts";
import { eyerissPe, oneMacPe, peParameters, smallPe } from "../rtl/pe-block.ts";
import { smallUnits } from "../rtl/unit-netlist.ts";
import { isInstalled } from "./icarus.ts";

const monitors = [
  smallMonitor,
  { ...smallMonitor, zerosPromised: true },
  { ...layerMonitor, offeredBits: 16, statusBits: 32 },
].map((monitor) => rtlDesign("monitor", ["monitor.sv"], monitorParameters(monitor)));
const pes = [smallPe, oneMacPe, eyerissPe].map((pe) => rtlDesign("pe", peFiles, peParameters(pe)));
const overlapped: SchedulingUnit = { ...optFp16, rescoring: "overlapped" };
const units = [...paperDesigns, overlapped, ...Object.values(smallUnits)].map((unit) => schedulingUnitDesign(unit));
const designs = [...monitors, ...pes, ...units].map((design, number) => [`${number} ${design.top}`, design] as const);

/** What a tool says about the sources of a design; empty: nothing. */
function complaints(program: string, options: readonly string[], design: Design): string {
  const folder = mkdtempSync(join(tmpdir(), "dysta-lint-"));
  try {
    const sources = resolvedSources(design);
    for (const [name, text] of Object.entries(sources)) writeFileSync(join(folder, name), text);
    const { status, stdout, stderr } = spawnSync(program, [...options, design.top, ...Object.keys(sources)], {
      cwd: folder,
      encoding: "utf8",
    });
    return status === 0 && program === "iverilog" ? "" : `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const hasVerilator = isInstalled("verilator");
if (!hasVerilator) process.stderr.write("skipped: Verilator is not installed (apt-get install verilator)\n");
describe.skipIf(!hasVerilator)("verilator --lint-only -Wall", () => {
  it.each(designs)("%s", (_, design) => {
    expect(complaints("verilator", ["--lint-only", "-Wall", "--top-module"], design)).toBe("");
  });
});

const hasIcarus = isInstalled("iverilog");
if (!hasIcarus) process.stderr.write("skipped: Icarus Verilog is not installed (apt-get install iverilog)\n");
describe.skipIf(!hasIcarus)("iverilog -g2012", () => {
  it.each(designs)("%s", (_, design) => {
    expect(complaints("iverilog", ["-g2012", "-t", "null", "-s"], design)).toBe("");
  });
});
