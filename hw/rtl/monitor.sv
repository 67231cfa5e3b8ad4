// The runtime monitor (paper, section 5.2): zero detectors on the lanes of the output write-back, and counters of
// non-zero outputs, one for every channel group. Twin of hw/monitor/monitor.ts; test/models/monitor-port.ts is the
// same cycle by cycle.
//
// `begin_layer` clears everything and takes nothing in that cycle; there is no other reset. `offered` outputs wait at
// the write-back. The first PORT_WORDS of them lie in `words`, with their channel groups in `groups`. The monitor
// takes `accepted` of them in this cycle. If that is not all, `is_held` says that the write-back stands, and a stall
// is counted. LANES words are looked at per cycle, those that wait in the buffer first.
// With ZEROS_PROMISED the port has zeros beyond the outputs that are offered, in `words` and `groups`, and nothing is
// masked: those of more outputs than there is room for are shifted out.
// An output that is looked at is in its counter in the next cycle. Counters stop at their largest value, and what
// they miss is counted in `saturated`; this counter and that of stall cycles stop at their largest value too. Not
// modelled: pipelining (detectors, sum and counter take one cycle), the address generator that knows the groups.
module monitor #(
    parameter int LANES = 128,
    parameter int WORD_BITS = 8,
    parameter int COUNTER_BITS = 24,
    parameter int BUFFER_WORDS = 0,
    parameter int GROUPS = 1,
    parameter int OFFERED_BITS = 16,
    parameter int STATUS_BITS = 32,
    parameter bit ZEROS_PROMISED = 0,
    localparam int GROUP_BITS = GROUPS > 1 ? $clog2(GROUPS) : 1,
    localparam int PORT_WORDS = LANES + BUFFER_WORDS
) (
    input  logic                             clk,
    input  logic                             begin_layer,
    input  logic [         OFFERED_BITS-1:0] offered,
    input  logic [ PORT_WORDS*WORD_BITS-1:0] words,
    input  logic [PORT_WORDS*GROUP_BITS-1:0] groups,
    output logic [ $clog2(PORT_WORDS+1)-1:0] accepted,
    output logic                             is_held,
    output logic                             is_draining,
    output logic [  GROUPS*COUNTER_BITS-1:0] non_zeros,
    output logic [          STATUS_BITS-1:0] saturated,
    output logic [          STATUS_BITS-1:0] stall_cycles
);
  localparam int COUNT_BITS = $clog2(PORT_WORDS + 1);
  localparam int LANE_BITS = $clog2(LANES + 1);
  localparam int ITEM_BITS = GROUP_BITS + WORD_BITS;
  localparam int SUM_BITS = (COUNTER_BITS > LANE_BITS ? COUNTER_BITS : LANE_BITS) + 1;
  localparam int MISSED_BITS = SUM_BITS + $clog2(GROUPS + 1);
  localparam int STATUS_SUM_BITS = (STATUS_BITS > MISSED_BITS ? STATUS_BITS : MISSED_BITS) + 1;
  localparam logic [COUNTER_BITS-1:0] FULL = {COUNTER_BITS{1'b1}};
  localparam logic [STATUS_BITS-1:0] STATUS_FULL = {STATUS_BITS{1'b1}};

  // Registers behind the outputs.
  logic [GROUPS*COUNTER_BITS-1:0] non_zeros_q;
  logic [STATUS_BITS-1:0] saturated_q, stall_cycles_q;
  assign non_zeros = non_zeros_q;
  assign saturated = saturated_q;
  assign stall_cycles = stall_cycles_q;

  // Outputs in the buffer at the start of the cycle, and room for new ones.
  logic [COUNT_BITS-1:0] backlog, room;
  // Words and groups at the detectors.
  logic [LANES*ITEM_BITS-1:0] lanes;

  assign room = COUNT_BITS'(PORT_WORDS) - backlog;
  assign accepted = begin_layer ? '0 : offered < OFFERED_BITS'(room) ? COUNT_BITS'(offered) : room;
  assign is_held = !begin_layer && offered > OFFERED_BITS'(accepted);
  assign is_draining = backlog != '0;

  // What is not taken is zero here, and so is what follows the last word in the buffer.
  logic [PORT_WORDS*ITEM_BITS-1:0] items;
  if (ZEROS_PROMISED) begin : g_promised
    for (genvar i = 0; i < PORT_WORDS; i++) begin : g_item
      assign items[i*ITEM_BITS+:ITEM_BITS] = {groups[i*GROUP_BITS+:GROUP_BITS], words[i*WORD_BITS+:WORD_BITS]};
    end
  end else begin : g_masked
    always_comb begin
      items = '0;
      for (int i = 0; i < PORT_WORDS; i++) begin
        if (COUNT_BITS'(i) < accepted) begin
          items[i*ITEM_BITS+:ITEM_BITS] = {groups[i*GROUP_BITS+:GROUP_BITS], words[i*WORD_BITS+:WORD_BITS]};
        end
      end
    end
  end

  generate
    if (BUFFER_WORDS == 0) begin : g_direct
      assign backlog = '0;
      assign lanes   = items;
    end else begin : g_buffered
      logic [BUFFER_WORDS*ITEM_BITS-1:0] buffer_q;
      localparam int BUFFERED_BITS = $clog2(BUFFER_WORDS + 1);
      logic [BUFFERED_BITS-1:0] buffered_q;
      logic [COUNT_BITS-1:0] present;
      logic [PORT_WORDS*ITEM_BITS-1:0] queue;

      assign backlog = COUNT_BITS'(buffered_q);
      assign present = backlog + accepted;
      assign lanes   = queue[LANES*ITEM_BITS-1:0];

      // What is new comes behind what waits.
      always_comb begin
        queue = items;
        for (int i = 0; i < BUFFERED_BITS; i++) if (buffered_q[i]) queue = queue << (ITEM_BITS * 2 ** i);
        queue = queue | (PORT_WORDS * ITEM_BITS)'(buffer_q);
      end

      always_ff @(posedge clk) begin
        if (begin_layer) begin
          buffer_q   <= '0;
          buffered_q <= '0;
        end else begin
          buffer_q   <= queue[PORT_WORDS*ITEM_BITS-1:LANES*ITEM_BITS];
          buffered_q <= present > COUNT_BITS'(LANES) ? BUFFERED_BITS'(present - COUNT_BITS'(LANES)) : '0;
        end
      end
    end
  endgenerate

  logic [LANES-1:0] is_non_zero;
  always_comb begin
    for (int lane = 0; lane < LANES; lane++) is_non_zero[lane] = lanes[lane*ITEM_BITS+:WORD_BITS] != '0;
  end

  logic [LANE_BITS-1:0] hits;
  logic [SUM_BITS-1:0] sum;
  logic [MISSED_BITS-1:0] missed;
  logic [GROUPS*COUNTER_BITS-1:0] next_non_zeros;
  always_comb begin
    missed = '0;
    for (int g = 0; g < GROUPS; g++) begin
      hits = '0;
      for (int lane = 0; lane < LANES; lane++) begin
        hits = hits + LANE_BITS'(is_non_zero[lane] && (GROUPS == 1 ||
            lanes[lane*ITEM_BITS+WORD_BITS+:GROUP_BITS] == GROUP_BITS'(g)));
      end
      sum = SUM_BITS'(non_zeros_q[g*COUNTER_BITS+:COUNTER_BITS]) + SUM_BITS'(hits);
      if (sum > SUM_BITS'(FULL)) begin
        next_non_zeros[g*COUNTER_BITS+:COUNTER_BITS] = FULL;
        missed = missed + MISSED_BITS'(sum) - MISSED_BITS'(FULL);
      end else begin
        next_non_zeros[g*COUNTER_BITS+:COUNTER_BITS] = COUNTER_BITS'(sum);
      end
    end
  end

  logic [STATUS_SUM_BITS-1:0] saturated_sum;
  assign saturated_sum = STATUS_SUM_BITS'(saturated_q) + STATUS_SUM_BITS'(missed);

  always_ff @(posedge clk) begin
    if (begin_layer) begin
      non_zeros_q <= '0;
      saturated_q <= '0;
      stall_cycles_q <= '0;
    end else begin
      non_zeros_q <= next_non_zeros;
      saturated_q <= saturated_sum > STATUS_SUM_BITS'(STATUS_FULL) ? STATUS_FULL : STATUS_BITS'(saturated_sum);
      if (is_held && stall_cycles_q != STATUS_FULL) stall_cycles_q <= stall_cycles_q + STATUS_BITS'(1);
    end
  end

`ifndef SYNTHESIS
  always @(posedge clk) begin
    if (begin_layer === 1'b0) begin
      assert (32'(accepted) <= 32'(offered)) else $fatal(1, "monitor: more outputs are taken than offered");
      assert (32'(backlog) <= BUFFER_WORDS) else $fatal(1, "monitor: the buffer holds more than BUFFER_WORDS");
      if (ZEROS_PROMISED) begin
        for (int i = 0; i < PORT_WORDS; i++) begin
          assert (32'(offered) > i || {groups[i*GROUP_BITS+:GROUP_BITS], words[i*WORD_BITS+:WORD_BITS]} == '0)
          else $fatal(1, "monitor: output %0d is not zero, and only %0d are offered", i, offered);
        end
      end
      assert (!is_held || 32'(backlog) + 32'(accepted) == PORT_WORDS)
      else $fatal(1, "monitor: the write-back is held although there is room");
    end
  end
`endif
endmodule
