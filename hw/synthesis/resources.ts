/**
 * What a design takes on an FPGA (Xilinx UltraScale+), as `synth_xilinx -family xcup` of Yosys maps it: before place and
 * route, without I/O buffers. Not modelled: clock frequency, routing, what a vendor's tool would do better.
 */
import { createHash } from "node:crypto";
import { type Design, elaborate, runYosys } from "./yosys.ts";

interface Memory {
  /** As the RTL names it, with the instances it lies in. */
  readonly name: string;
  readonly entries: number;
  readonly width: number;
  readonly mappedTo: "lutram" | "bram" | "flipFlops" | "logic";
}

export interface Resources {
  readonly top: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** Look-up tables that compute. */
  readonly logicLuts: number;
  /** Look-up tables that are memory or shift registers. */
  readonly memoryLuts: number;
  readonly flipFlops: number;
  readonly dsps: number;
  /** Block RAM in halves of 18 kbit. */
  readonly bram18s: number;
  /** MUXF7 to MUXF9, which join LUTs of a slice. */
  readonly wideMuxes: number;
  /** Bits of the RTL's memories, by what they are mapped to, and together. */
  readonly lutramBits: number;
  readonly bramBits: number;
  readonly memoryBits: number;
  readonly memories: readonly Memory[];
  /** Number of cells by Xilinx's names. */
  readonly cells: Readonly<Record<string, number>>;
}

/** LUTs of a cell that is memory or shift register (UG574). */
const memoryLuts: Readonly<Record<string, number>> = {
  RAM32X1S: 1,
  RAM32X1D: 2,
  RAM32M: 4,
  RAM32M16: 8,
  RAM64X1S: 1,
  RAM64X1D: 2,
  RAM64M: 4,
  RAM64M8: 8,
  RAM128X1S: 2,
  RAM128X1D: 4,
  RAM256X1S: 4,
  RAM256X1D: 8,
  RAM512X1S: 8,
  SRL16E: 1,
  SRLC32E: 1,
};

const mapping = `
proc
memory -nomap
write_json memories.json
design -reset
`;

const synthesis = `
tee -o statistics.json stat -json
`;

function script(design: Design): string {
  const read = elaborate(design);
  const toCells = `synth_xilinx -family xcup -flatten -noiopad -top ${design.top}`;
  return [read, mapping, read, toCells, synthesis].join("\n");
}

/** A hash of all that the result depends on: script, Yosys, and sources without comments and layout. */
export function resourcesKey(design: Design, yosysVersion: string): string {
  const sources = Object.entries(design.sources).map(([name, text]) => [name, withoutLayout(text)]);
  return createHash("sha256")
    .update(JSON.stringify([script(design), sources, yosysVersion]))
    .digest("hex");
}

function withoutLayout(text: string): string {
  return text
    .replaceAll(/\/\/.*/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/**
 * Synthesises a design; some ten seconds for a PE.
 *
 * @throws ConfigError if Yosys is not installed, RtlError if the RTL has a mistake.
 */
export async function synthesise(design: Design): Promise<Resources> {
  const { files, log } = await runYosys(script(design), design.sources);
  const cells = cellCounts(files["statistics.json"]);
  const memories = memoriesOf(files["memories.json"], log);
  const count = (isCounted: (type: string) => boolean) =>
    Object.entries(cells).reduce((sum, [type, number]) => sum + (isCounted(type) ? number : 0), 0);
  const bits = (isCounted: (memory: Memory) => boolean) =>
    memories.filter(isCounted).reduce((sum, { entries, width }) => sum + entries * width, 0);
  return {
    top: design.top,
    parameters: design.parameters,
    logicLuts: count((type) => /^LUT\d$/.test(type)) + count((type) => type === "INV"),
    memoryLuts: Object.entries(cells).reduce((sum, [type, number]) => sum + number * (memoryLuts[type] ?? 0), 0),
    flipFlops: count((type) => /^FD[RSCP]E$/.test(type)),
    dsps: count((type) => type.startsWith("DSP")),
    bram18s: count((type) => type.startsWith("RAMB18")) + 2 * count((type) => type.startsWith("RAMB36")),
    wideMuxes: count((type) => type.startsWith("MUXF")),
    lutramBits: bits(({ mappedTo }) => mappedTo === "lutram"),
    bramBits: bits(({ mappedTo }) => mappedTo === "bram"),
    memoryBits: bits(() => true),
    memories,
    cells,
  };
}

function cellCounts(statistics: string): Record<string, number> {
  const { design } = JSON.parse(statistics) as { design: { num_cells_by_type: Record<string, number> } };
  return design.num_cells_by_type;
}

/** The memories of the RTL, and where the log says that they have gone. */
function memoriesOf(json: string, log: string): Memory[] {
  const { modules } = JSON.parse(json) as {
    modules: Record<string, { cells: Record<string, { type: string; parameters: Record<string, string> }> }>;
  };
  const cells = Object.values(modules).flatMap((module) => Object.values(module.cells));
  return cells
    .filter(({ type }) => type === "$mem_v2")
    .map(({ parameters }) => {
      const name = parameters.MEMID.replace(/^\\/, "").trim();
      const entries = Number.parseInt(parameters.SIZE, 2);
      return { name, entries, width: Number.parseInt(parameters.WIDTH, 2), mappedTo: target(name, log) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function target(name: string, log: string): Memory["mappedTo"] {
  const via = log.split("\n").find((line) => line.startsWith("mapping memory ") && line.includes(`.${name} via `));
  if (via !== undefined) return via.includes("LUTRAM") ? "lutram" : "bram";
  return log.includes(`Mapping memory \\${name} in module`) ? "flipFlops" : "logic";
}
