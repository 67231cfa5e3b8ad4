// The tables of the scheduling unit (paper, section 5.2): per layer of each (model, pattern) the remaining latency, the
// reciprocal density and the reciprocal shape; per (model, pattern) the reciprocal isolated latency.
//
// Ports: an address and an enable for the latency, for density and shape, and for the isolated latency; the words are
// there in the next cycle, until the next enable. One word is written per cycle, never in a cycle in which one is read.
// Layer tables are addressed by row · LAYERS_PER_ROW + layer.
module unit_tables #(
    parameter int BITS = 16,
    parameter int TABLE_ROWS = 16,
    parameter int LAYERS_PER_ROW = 64,
    parameter int ROW_BITS = 4,
    parameter int TABLE_BITS = 10
) (
    input logic clk,

    input  logic                  is_remaining_read,
    input  logic [TABLE_BITS-1:0] remaining_address,
    output logic [      BITS-1:0] remaining,
    input  logic                  is_measured_read,
    input  logic [TABLE_BITS-1:0] measured_address,
    output logic [      BITS-1:0] per_density,
    output logic [      BITS-1:0] per_output,
    input  logic                  is_isolated_read,
    input  logic [  ROW_BITS-1:0] isolated_address,
    output logic [      BITS-1:0] per_isolated,

    input logic [TABLE_BITS-1:0] write_address,
    input logic                  is_remaining_written,
    input logic                  is_density_written,
    input logic                  is_shape_written,
    input logic                  is_isolated_written,
    input logic [      BITS-1:0] word
);
  localparam int ENTRIES = TABLE_ROWS * LAYERS_PER_ROW;

  logic [BITS-1:0] remaining_table[ENTRIES];
  logic [BITS-1:0] per_density_table[ENTRIES];
  logic [BITS-1:0] per_output_table[ENTRIES];
  logic [BITS-1:0] per_isolated_table[TABLE_ROWS];

  always_ff @(posedge clk) begin
    if (is_remaining_written) remaining_table[write_address] <= word;
    if (is_density_written) per_density_table[write_address] <= word;
    if (is_shape_written) per_output_table[write_address] <= word;
    if (is_isolated_written) per_isolated_table[write_address[ROW_BITS-1:0]] <= word;
    if (is_remaining_read) remaining <= remaining_table[remaining_address];
    if (is_measured_read) per_density <= per_density_table[measured_address];
    if (is_measured_read) per_output <= per_output_table[measured_address];
    if (is_isolated_read) per_isolated <= per_isolated_table[isolated_address];
  end
endmodule
