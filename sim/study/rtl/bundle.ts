/** All files of an exported design, by name: sources, file list, test bench, vectors, Makefile, README. */
import { resolvedSources } from "../../../hw/synthesis/resolved.ts";
import type { Design } from "../../../hw/synthesis/yosys.ts";
import { testbench, vectorsFile } from "./testbench.ts";
import type { Vectors } from "./vectors.ts";

/** What the README says besides. */
interface BundleNotes {
  /** How to get the folder again. */
  readonly command: string;
  readonly version: string;
  /** What the vectors are of, a sentence. */
  readonly vectors: string;
}

export function bundle(design: Design, vectors: Vectors, notes: BundleNotes): Record<string, string> {
  const sources = resolvedSources(design);
  return {
    ...sources,
    "files.f": `${Object.keys(sources).join("\n")}\n`,
    "testbench.sv": testbench(design.top, vectors),
    [vectorsFile]: `${vectors.rows.join("\n")}\n`,
    Makefile: makefile(design.top),
    "README.md": readme(design, vectors, notes),
  };
}

function makefile(top: string): string {
  return `# make icarus, make verilator: the test bench; make lint; make yosys: synthesis for UltraScale+.
IVERILOG ?= iverilog
VVP ?= vvp
VERILATOR ?= verilator
YOSYS ?= yosys

.PHONY: all icarus verilator lint yosys clean
all: icarus verilator

icarus:
	$(IVERILOG) -g2012 -s testbench -o icarus.vvp -f files.f testbench.sv
	$(VVP) -n icarus.vvp

verilator:
	$(VERILATOR) --binary --timing --assert -Wno-fatal -Wno-WIDTH -Wno-TIMESCALEMOD --top-module testbench -f files.f testbench.sv
	./obj_dir/Vtestbench

lint:
	$(VERILATOR) --lint-only -Wall --top-module ${top} -f files.f

yosys:
	$(YOSYS) -q -p "read_verilog -sv $(shell cat files.f); synth_xilinx -family xcup -flatten -noiopad -top ${top}; tee -o statistics.txt stat"
	cat statistics.txt

clean:
	rm -rf icarus.vvp obj_dir statistics.txt
`;
}

function readme({ top, parameters }: Design, { rows }: Vectors, { command, version, vectors }: BundleNotes): string {
  const values = Object.entries(parameters).map(([name, value]) => `| ${name} | ${value} |`);
  return `# ${top}

SystemVerilog of \`${top}\`, written by dysta-sim ${version}. Nothing else of the project is needed to simulate or synthesise it.

\`\`\`
make icarus      # the test bench in Icarus Verilog (11 or later)
make verilator   # the test bench in Verilator (5.006 or later)
make lint        # verilator --lint-only -Wall
make yosys       # synthesis for Xilinx UltraScale+ with Yosys
\`\`\`

\`files.f\` lists the sources in the order in which they must be read. The header of each file describes its ports and says
what is not modelled. The test bench ends with \`PASS\`, or with \`FAIL\`, the cycle and the output that differs, and a
status that is not zero. Assertions inside the sources are active in both simulators.

## Parameters

The defaults of the top module are these values. Parameters that depend on each other (a width and the patterns of its
number format, the depth and the table of reciprocals) should be changed together, by exporting again.

| parameter | value |
|---|---|
${values.join("\n")}

## Vectors

${rows.length} cycles. ${vectors}

Made by \`${command}\`.
`;
}
