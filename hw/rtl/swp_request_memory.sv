// The FIFOs of a scheduling unit for slack-weighted processing time: as request_memory.sv, with the fields of sched/swp.ts.
// `sum` is that of elasticity · (density / average − 1) over the layers that have run, `remaining` and `isolated` are T
// and P. A score has one bit more.
//
// There is one address to read at. It is registered: the entry is there in the next cycle and stays while `is_read`
// is low. There is one address to write at, with an enable for every group of fields that is written at a time of its
// own. An entry that is written while it is read has its new value in the next cycle; this happens when the host adds
// the very entry that a retirement reads next.
// Addresses from DEPTH on are never written. Not modelled: errors in memories.
module swp_request_memory #(
    parameter int BITS = 16,
    parameter int DEPTH = 64,
    parameter int ADDRESS_BITS = 6,
    parameter int TAG_BITS = 24,
    parameter int ROW_BITS = 4,
    parameter int LAYER_BITS = 6,
    parameter int TIME_BITS = 48
) (
    input  logic                    clk,

    input  logic                    is_read,
    input  logic [ADDRESS_BITS-1:0] read_address,
    output logic [    TAG_BITS-1:0] tag,
    output logic [    ROW_BITS-1:0] row,
    output logic [  LAYER_BITS-1:0] layer,
    output logic [   TIME_BITS-1:0] deadline_ticks,
    output logic [        BITS-1:0] sum,
    output logic [        BITS-1:0] remaining,
    output logic [        BITS-1:0] isolated,
    output logic [          BITS:0] score,

    input  logic [ADDRESS_BITS-1:0] write_address,
    input  logic                    is_tag_written,
    input  logic                    is_deadline_written,
    input  logic                    is_layer_written,
    input  logic                    is_sum_written,
    input  logic                    is_time_written,
    input  logic                    is_score_written,
    input  logic [    TAG_BITS-1:0] next_tag,
    input  logic [    ROW_BITS-1:0] next_row,
    input  logic [  LAYER_BITS-1:0] next_layer,
    input  logic [   TIME_BITS-1:0] next_deadline_ticks,
    input  logic [        BITS-1:0] next_sum,
    input  logic [        BITS-1:0] next_remaining,
    input  logic [        BITS-1:0] next_isolated,
    input  logic [          BITS:0] next_score
);
  logic [TAG_BITS-1:0] tags[DEPTH];
  logic [ROW_BITS-1:0] rows[DEPTH];
  logic [LAYER_BITS-1:0] layers[DEPTH];
  logic [TIME_BITS-1:0] deadlines[DEPTH];
  logic [BITS-1:0] sums[DEPTH];
  logic [BITS-1:0] remainings[DEPTH];
  logic [BITS-1:0] isolateds[DEPTH];
  logic [BITS:0] scores[DEPTH];

  logic [ADDRESS_BITS-1:0] address_q;

  always_ff @(posedge clk) begin
    if (is_read) address_q <= read_address;
    if (is_tag_written) tags[write_address] <= next_tag;
    if (is_tag_written) rows[write_address] <= next_row;
    if (is_layer_written) layers[write_address] <= next_layer;
    if (is_deadline_written) deadlines[write_address] <= next_deadline_ticks;
    if (is_sum_written) sums[write_address] <= next_sum;
    if (is_time_written) remainings[write_address] <= next_remaining;
    if (is_time_written) isolateds[write_address] <= next_isolated;
    if (is_score_written) scores[write_address] <= next_score;
  end

  assign tag = tags[address_q];
  assign row = rows[address_q];
  assign layer = layers[address_q];
  assign deadline_ticks = deadlines[address_q];
  assign sum = sums[address_q];
  assign remaining = remainings[address_q];
  assign isolated = isolateds[address_q];
  assign score = scores[address_q];

`ifndef SYNTHESIS
  logic is_written;
  assign is_written = is_tag_written || is_deadline_written || is_layer_written || is_sum_written || is_time_written
      || is_score_written;
  always @(posedge clk) begin
    assert (is_written !== 1'b1 || 32'(write_address) < DEPTH)
    else $fatal(1, "swp_request_memory: entry %0d does not exist", write_address);
  end
`endif
endmodule
