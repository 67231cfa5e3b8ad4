/**
 * A design as gates of one or two inputs (and multiplexers), rising-edge flip-flops without reset or enable, and whole
 * memories, for simulation and for mutants. Yosys writes it as JSON; the part of that which is used is typed here.
 */
import { type Design, elaborate, runYosys } from "../../hw/synthesis/yosys.ts";

/** A net by number, or a constant. */
export type NetBit = number | "0" | "1" | "x";

export interface NetlistCell {
  readonly type: string;
  /** Values as Yosys writes them: strings of binary digits, most significant first. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly connections: Readonly<Record<string, readonly NetBit[]>>;
}

export interface NetlistPort {
  readonly direction: "input" | "output" | "inout";
  /** Least significant bit first. */
  readonly bits: readonly NetBit[];
}

export interface Netlist {
  readonly ports: Readonly<Record<string, NetlistPort>>;
  readonly cells: Readonly<Record<string, NetlistCell>>;
  /** Registers keep their hierarchical names (`unit.state`); other named nets may have no driver left. */
  readonly netnames: Readonly<
    Record<string, { readonly bits: readonly NetBit[]; readonly attributes?: Readonly<Record<string, string>> }>
  >;
}

/** Synchronous reads become asynchronous ones with a register behind (`-nordff`); memories are not mapped to gates. */
const toGates = (optimisation: string) => `
opt
memory -nordff -nomap
opt -full
techmap
opt
dfflegalize -cell $_DFF_P_ 01
${optimisation}
opt_clean
check -assert
write_json netlist.json
`;

const optimised = "abc -g AND,NAND,OR,NOR,XOR,XNOR,ANDNOT,ORNOT,MUX";

/**
 * The gates of a design.
 *
 * @param isFast leaves the gates as the mapping has them: more of them, in half the time, for large designs.
 * @throws ConfigError if Yosys is not installed, RtlError if the RTL has a mistake or a combinational loop, or has
 * flip-flops that are not of one rising edge (latches, asynchronous resets).
 */
export async function gateNetlist(design: Design, { isFast = false } = {}): Promise<Netlist> {
  const { files } = await runYosys(`${elaborate(design)}\n${toGates(isFast ? "" : optimised)}`, design.sources);
  const { modules } = JSON.parse(files["netlist.json"]) as { modules: Record<string, Netlist> };
  return modules[design.top] ?? Object.values(modules)[0];
}
