/**
 * Static timing of a block in an open standard-cell library: scripts for Yosys (mapping, with cells buffered and sized for
 * fan-out by ABC) and OpenSTA, and what their reports say. No wire load, no layout; inputs come at the clock edge and
 * outputs are due at the next. Memories are mapped to flip-flops: only blocks without large ones are meaningful.
 */
import type { Design } from "./yosys.ts";

/** What one block needs. */
export interface BlockTiming {
  readonly block: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** The longest path, ns, set-up time included: the shortest period of its clock. */
  readonly periodNs: number;
  /** Its ends: registers or ports, by the RTL's names. */
  readonly from: string;
  readonly to: string;
  /** Of all cells, µm². */
  readonly areaUm2: number;
  /** The area in two-input NAND gates of the library. */
  readonly gateEquivalents: number;
}

/** ABC sizes and buffers for this period, and slack is given against it, ns: 200 MHz. */
const targetNs = 5;

/** NAND2X1 of osu018_stdcells, µm². */
const nandUm2 = 24;

const netlistFile = "netlist.v";

/** For sources whose parameters are resolved. @param liberty path of the library. */
export function mappingScript({ top, sources }: Design, liberty: string): string {
  return [
    `read_verilog -sv ${Object.keys(sources).join(" ")}`,
    `hierarchy -check -top ${top}`,
    `synth -flatten -top ${top}`,
    `dfflibmap -liberty ${liberty}`,
    `abc -D ${1000 * targetNs} -liberty ${liberty}`,
    // OpenSTA reads no concatenations.
    "splitnets",
    "opt_clean -purge",
    `tee -o area.txt stat -liberty ${liberty}`,
    `write_verilog -noattr -noexpr -nohex ${netlistFile}`,
    "",
  ].join("\n");
}

/** @param hasClock false for a combinational block, whose longest path is from input to output. */
export function timingScript(top: string, liberty: string, hasClock: boolean): string {
  return [
    `read_liberty ${liberty}`,
    `read_verilog ${netlistFile}`,
    `link_design ${top}`,
    `create_clock -name clk -period ${targetNs}${hasClock ? " [get_ports clk]" : ""}`,
    "set_input_delay 0 -clock clk [all_inputs]",
    "set_output_delay 0 -clock clk [all_outputs]",
    "report_checks -path_delay max -format full",
    "exit",
    "",
  ].join("\n");
}

/**
 * @param report of OpenSTA.
 * @param netlist that it read, for the names of registers.
 * @param area report of Yosys.
 * @throws Error for reports that are not what the scripts ask for.
 */
export function blockTiming(design: Design, report: string, netlist: string, area: string): BlockTiming {
  const slack = numberAfter(report, /(-?[\d.]+)\s+slack/);
  const end = (kind: string) => nameOf(found(report, new RegExp(`${kind}: (\\S+)`)), netlist);
  const areaUm2 = numberAfter(area, /Chip area for [^:]*: ([\d.]+)/);
  return {
    block: design.top,
    parameters: design.parameters,
    periodNs: Number((targetNs - slack).toFixed(2)),
    from: end("Startpoint"),
    to: end("Endpoint"),
    areaUm2: Math.round(areaUm2),
    gateEquivalents: Math.round(areaUm2 / nandUm2),
  };
}

/** The register that a flip-flop of the netlist is, or the port. */
function nameOf(point: string, netlist: string): string {
  const cell = new RegExp(`\\b${point} \\(([^;]*)\\);`).exec(netlist)?.[1];
  if (cell === undefined) return point;
  return (/\.Q\(\\?([^\s)]+)\s*\)/.exec(cell)?.[1] ?? point).trim();
}

function found(text: string, pattern: RegExp): string {
  const match = pattern.exec(text)?.[1];
  if (match === undefined) throw new Error(`no ${pattern.source} in: ${text.slice(0, 500)}`);
  return match;
}

function numberAfter(text: string, pattern: RegExp): number {
  return Number(found(text, pattern));
}
