/** The stimuli of a twin in Icarus Verilog: a second simulator, of the RTL itself instead of its netlist. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Design } from "../../hw/synthesis/yosys.ts";
import { streamCount } from "../rtl/bit-slices.ts";
import { bitsOf, type Field, portsOf, type Recording } from "../rtl/twin.ts";

/** Whether a program can be started. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ["-V"]).error === undefined;
}

/**
 * Runs the 32 streams of a recording one after the other; each must begin with a reset.
 *
 * @param clock name of the clock port.
 * @returns what the simulation printed: `agrees` and the number of cycles, the first mismatch, or (`FATAL`) the assertion
 * of the RTL that does not hold.
 */
export function runInIcarus(design: Design, recording: Recording, clock: string): string {
  const folder = mkdtempSync(join(tmpdir(), "dysta-icarus-"));
  try {
    for (const [name, text] of Object.entries(design.sources)) writeFileSync(join(folder, name), text);
    const { ports, cycles } = recording;
    writeFileSync(join(folder, "testbench.sv"), testbench(design, recording, clock));
    writeFileSync(join(folder, "inputs.txt"), rows(recording.inputs, bitsOf(ports.inputs), cycles));
    writeFileSync(join(folder, "outputs.txt"), rows(recording.outputs, bitsOf(ports.outputs), cycles));
    writeFileSync(join(folder, "compared.txt"), rows(recording.compared, bitsOf(ports.outputs), cycles));
    const files = ["testbench.sv", ...Object.keys(design.sources)];
    execFileSync("iverilog", ["-g2012", "-o", "simulation", ...files], { cwd: folder, stdio: "pipe" });
    return spawnSync("vvp", ["simulation"], { cwd: folder, encoding: "utf8" }).stdout.trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function testbench({ top, parameters }: Design, { ports, cycles }: Recording, clock: string): string {
  const [inputBits, outputBits] = [bitsOf(ports.inputs), bitsOf(ports.outputs)];
  const rowCount = cycles * streamCount;
  const settings = Object.entries(parameters).map(([name, value]) => `.${name}(${value})`);
  const connections = [...slices(ports.inputs, "inputs"), ...slices(ports.outputs, "outputs")];
  return `
module testbench;
  logic clock = 0;
  logic [${inputBits - 1}:0] inputs;
  wire [${outputBits - 1}:0] outputs;
  reg [${inputBits - 1}:0] all_inputs [0:${rowCount - 1}];
  reg [${outputBits - 1}:0] all_outputs [0:${rowCount - 1}];
  reg [${outputBits - 1}:0] all_compared [0:${rowCount - 1}];
  ${top} #(${settings.join(", ")}) dut (.${clock}(clock), ${connections.join(", ")});
  initial begin
    $readmemb("inputs.txt", all_inputs);
    $readmemb("outputs.txt", all_outputs);
    $readmemb("compared.txt", all_compared);
    for (int row = 0; row < ${rowCount}; row++) begin
      inputs = all_inputs[row];
      #1;
      if (((outputs ^ all_outputs[row]) & all_compared[row]) !== 0) begin
        $display("stream %0d, cycle %0d: %b, expected %b", row / ${cycles}, row % ${cycles}, outputs, all_outputs[row]);
        $finish;
      end
      clock = 1;
      #1 clock = 0;
    end
    $display("agrees %0d", ${rowCount});
    $finish;
  end
endmodule
`;
}

function slices(fields: readonly Field[], vector: string): string[] {
  return portsOf(fields).map(({ port, firstBit, width }) => `.${port}(${vector}[${firstBit}+:${width}])`);
}

/** A line of bits for every stream and cycle, the highest bit first. */
function rows(slicesByCycle: Int32Array, bits: number, cycles: number): string {
  const lines: string[] = [];
  for (let stream = 0; stream < streamCount; stream++) {
    for (let cycle = 0; cycle < cycles; cycle++) {
      let line = "";
      for (let bit = bits - 1; bit >= 0; bit--) line += (slicesByCycle[cycle * bits + bit] >>> stream) & 1;
      lines.push(line);
    }
  }
  return `${lines.join("\n")}\n`;
}
