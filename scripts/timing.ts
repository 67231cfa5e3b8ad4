/**
 * Static timing of the RTL in OSU 0.18 µm with open tools, to hw/rtl/timing.json: `npm run timing`. It needs Debian's yosys,
 * opensta and qflow-tech-osu018; the file says which versions it was made with.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layerMonitor } from "../hw/monitor/monitor.ts";
import { optFp16 } from "../hw/scheduling-unit/description.ts";
import { monitorDesign, packageFile, rtlDesign } from "../hw/synthesis/designs.ts";
import { resolvedSources } from "../hw/synthesis/resolved.ts";
import { schedulingUnitDesign } from "../hw/synthesis/scheduling-unit.ts";
import { type BlockTiming, blockTiming, mappingScript, timingScript } from "../hw/synthesis/timing.ts";
import type { Design } from "../hw/synthesis/yosys.ts";
import { packagePath } from "../workloads/input/package-root.ts";

const liberty = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";
const needed = ["yosys", "sta"].filter((program) => spawnSync(program, ["-version"]).error !== undefined);
if (needed.length > 0 || !existsSync(liberty)) {
  process.stderr.write("timing: install yosys, opensta and qflow-tech-osu018 (apt-get install)\n");
  process.exit(2);
}

const unit = schedulingUnitDesign(optFp16).parameters;
const of = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, unit[name]]));
const format = of(["EXPONENT_BITS", "FRACTION_BITS"]);
const operators = ["fp_multiply.sv", "fp_add.sv", "int_to_float.sv"];

/** Blocks of the paper's unit (FP16, 64 requests) and the monitor of 128 lanes; memories are in none of them. */
const blocks: readonly Design[] = [
  rtlDesign("fp_multiply", ["fp_multiply.sv"], format),
  rtlDesign("fp_add", ["fp_add.sv"], format),
  rtlDesign("fp_less", ["fp_less.sv"], format),
  rtlDesign("int_to_float", ["int_to_float.sv"], {
    ...format,
    INTEGER_BITS: optFp16.timeBits,
    SHIFT_BITS: optFp16.timeShiftBits,
  }),
  rtlDesign("compute_unit", [...operators, "coefficient_unit.sv", "compute_unit.sv"], {
    ...format,
    ...of(["TIME_BITS", "TIME_SHIFT_BITS", "NON_ZERO_BITS", "COUNT_SHIFT_BITS", "IS_SHARED", "ETA", "PER_QUANTUM"]),
  }),
  rtlDesign("swp_compute_unit", [...operators, "fp_scale.sv", "swp_compute_unit.sv"], {
    ...format,
    ...of(["TIME_BITS", "TIME_SHIFT_BITS", "NON_ZERO_BITS", "COUNT_SHIFT_BITS"]),
    IS_PLUS: 1,
  }),
  rtlDesign("controller", [packageFile, "controller.sv"], of(["DEPTH", "TIME_BITS", "IS_SHARED", "IS_OVERLAPPED"])),
  monitorDesign(layerMonitor),
];

const versions = {
  yosys: execFileSync("yosys", ["-V"], { encoding: "utf8" }).trim(),
  opensta: execFileSync("sta", ["-version"], { encoding: "utf8" }).trim(),
  library: "osu018_stdcells (Debian qflow-tech-osu018), typical corner",
};
const timings = blocks.map(timed);
for (const { block, periodNs, from, to, gateEquivalents } of timings) {
  process.stdout.write(`${block}: ${periodNs} ns from ${from} to ${to}, ${gateEquivalents} gate equivalents\n`);
}
writeFileSync(packagePath("hw", "rtl", "timing.json"), `${JSON.stringify({ versions, blocks: timings }, null, 2)}\n`);

function timed(design: Design): BlockTiming {
  const folder = mkdtempSync(join(tmpdir(), "dysta-timing-"));
  const run = (program: string, ...args: string[]) => execFileSync(program, args, { cwd: folder, encoding: "utf8" });
  try {
    for (const [name, text] of Object.entries(resolvedSources(design))) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, "map.ys"), mappingScript(design, liberty));
    run("yosys", "-q", "map.ys");
    const netlist = readFileSync(join(folder, "netlist.v"), "utf8");
    writeFileSync(join(folder, "time.tcl"), timingScript(design.top, liberty, /input clk;/.test(netlist)));
    const report = run("sta", "-no_splash", "-exit", "time.tcl");
    return blockTiming(design, report, netlist, readFileSync(join(folder, "area.txt"), "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
