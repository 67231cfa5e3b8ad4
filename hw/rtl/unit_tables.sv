// The tables of the scheduling unit (paper, section 5.2). For every layer of every (model, pattern): the remaining
// latency, the reciprocal of the average density, the reciprocal of the number of outputs. For every (model,
// pattern): the reciprocal of the isolated latency.
//
// Each read port has an address and an enable; the words are there in the next cycle and stay until the next enable.
// One word is written per cycle, and never in a cycle in which one is read. An entry of a layer lies at row ·
// LAYERS_PER_ROW + layer.
module unit_tables #(
    parameter int BITS = 16,
    parameter int TABLE_ROWS = 16,
    parameter int LAYERS_PER_ROW = 64,
    parameter int ROW_BITS = 4,
    parameter int TABLE_BITS = 10
) (
    input  logic                  clk,

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

    input  logic [TABLE_BITS-1:0] write_address,
    input  logic                  is_remaining_written,
    input  logic                  is_density_written,
    input  logic                  is_shape_written,
    input  logic                  is_isolated_written,
    input  logic [      BITS-1:0] word
);
  localparam int ENTRIES = TABLE_ROWS * LAYERS_PER_ROW;

  // Registers behind the outputs.
  logic [BITS-1:0] remaining_q, per_density_q, per_output_q, per_isolated_q;
  assign remaining = remaining_q;
  assign per_density = per_density_q;
  assign per_output = per_output_q;
  assign per_isolated = per_isolated_q;

  logic [BITS-1:0] remaining_table[ENTRIES];
  logic [BITS-1:0] per_density_table[ENTRIES];
  logic [BITS-1:0] per_output_table[ENTRIES];
  logic [BITS-1:0] per_isolated_table[TABLE_ROWS];

  always_ff @(posedge clk) begin
    if (is_remaining_written) remaining_table[write_address] <= word;
    if (is_density_written) per_density_table[write_address] <= word;
    if (is_shape_written) per_output_table[write_address] <= word;
    if (is_isolated_written) per_isolated_table[write_address[ROW_BITS-1:0]] <= word;
    if (is_remaining_read) remaining_q <= remaining_table[remaining_address];
    if (is_measured_read) per_density_q <= per_density_table[measured_address];
    if (is_measured_read) per_output_q <= per_output_table[measured_address];
    if (is_isolated_read) per_isolated_q <= per_isolated_table[isolated_address];
  end

`ifndef SYNTHESIS
  logic is_layer_written, is_any_written;
  assign is_layer_written = is_remaining_written || is_density_written || is_shape_written;
  assign is_any_written = is_layer_written || is_isolated_written;
  always @(posedge clk) begin
    assert (is_any_written !== 1'b1 || !(is_remaining_read || is_measured_read || is_isolated_read))
    else $fatal(1, "unit_tables: a word is written while one is read");
    assert (is_layer_written !== 1'b1 || 32'(write_address) < ENTRIES)
    else $fatal(1, "unit_tables: layer entry %0d does not exist", write_address);
    assert (is_isolated_written !== 1'b1 || 32'(write_address) < TABLE_ROWS)
    else $fatal(1, "unit_tables: row %0d does not exist", write_address);
  end
`endif
endmodule
