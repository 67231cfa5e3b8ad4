/** The self-checking test bench of an exported design, in SystemVerilog that Icarus and Verilator read. */
import { rowBits, type VectorPort, type Vectors } from "./vectors.ts";

export const vectorsFile = "vectors.hex";

/** @param top whose parameters need no values from outside, and whose clock is `clk`. */
export function testbench(top: string, { inputs, outputs, rows }: Vectors): string {
  const inputBits = rowBits(inputs);
  const outputBits = rowBits(outputs);
  const connections = [...slices(inputs, "inputs"), ...slices(outputs, "outputs")].map((each) => `      ${each}`);
  return `// Self-checking test bench of ${top}: ${rows.length} cycles. Every line of ${vectorsFile} is a cycle: a mask of the outputs
// that are compared, the expected outputs, the inputs. Outputs are compared before the rising edge of the clock.
\`timescale 1ns / 1ps
module testbench;
  localparam int ROWS = ${rows.length};

  logic clk = 1'b0;
  logic [${2 * outputBits + inputBits - 1}:0] rows[0:ROWS-1];
  logic [${inputBits - 1}:0] inputs;
  logic [${outputBits - 1}:0] outputs, expected, compared, wrong;
  int row;

  ${top} dut (
      .clk(clk),
${connections.join(",\n")}
  );
${padding(outputs, outputBits)}
  // Names the output that differs.
  task automatic report;
${differences(outputs).join("\n")}
  endtask

  initial begin
    $readmemh("${vectorsFile}", rows);
    for (row = 0; row < ROWS; row++) begin
      {compared, expected, inputs} = rows[row];
      #5;
      wrong = (outputs ^ expected) & compared;
      if (wrong !== '0) begin
        report();
        $fatal(1, "FAIL in cycle %0d of %0d", row, ROWS);
      end
      clk = 1'b1;
      #5 clk = 1'b0;
    end
    $display("PASS: %0d cycles agree", ROWS);
    $finish;
  end
endmodule
`;
}

/** Bits that fill the last hexadecimal digit. */
function padding(ports: readonly VectorPort[], bits: number): string {
  const used = ports.reduce((sum, { width }) => sum + width, 0);
  return used === bits ? "" : `  assign outputs[${bits - 1}:${used}] = '0;\n`;
}

function placed(ports: readonly VectorPort[]): (VectorPort & { readonly at: number })[] {
  let at = 0;
  return ports.map((port) => {
    const place = { ...port, at };
    at += port.width;
    return place;
  });
}

function slices(ports: readonly VectorPort[], vector: string): string[] {
  return placed(ports).map(({ name, at, width }) => `.${name}(${vector}[${at}+:${width}])`);
}

function differences(outputs: readonly VectorPort[]): string[] {
  return placed(outputs).map(
    ({ name, at, width }) =>
      `    if (wrong[${at}+:${width}] !== '0)\n` +
      `      $display("cycle %0d: ${name} is %h, expected %h", row, outputs[${at}+:${width}], expected[${at}+:${width}]);`,
  );
}
