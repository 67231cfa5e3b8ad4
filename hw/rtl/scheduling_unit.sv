// The dynamic scheduler in hardware (paper, section 5.2, Fig. 10): twin of hw/scheduling-unit/stepped.ts, equal to it
// in every cycle. The parameters that are patterns of the number format, and the ROM queue_reciprocals, are generated
// by hw/synthesis/scheduling-unit.ts.
//
// Request port: one word per cycle, taken while `is_port_ready` is high. A word is a command (dysta_pkg::command_e)
// and data; hw/scheduling-unit/words.ts describes them. The three words of a request go straight into the entry
// behind the last one, so every request needs all three, and the score must be the last.
// Accelerator: its readiness, the ends of its layers and the monitor's count come in; a dispatch pulse with the tag
// of the request goes out. The tag stays until the next selection. `state` is a dysta_pkg::state_e.
// The range counters count what went beyond the number format, modulo 2^RANGE_COUNT_BITS.
// Not modelled: a crossing between two clocks; errors in memories.
module scheduling_unit #(
    parameter int EXPONENT_BITS = 5,
    parameter int FRACTION_BITS = 10,
    parameter int DEPTH = 64,
    parameter int TABLE_ROWS = 16,
    parameter int LAYERS_PER_ROW = 64,
    parameter bit IS_SHARED = 1,
    parameter bit IS_OVERLAPPED = 0,
    parameter bit CLAMP_SLACK = 1,
    parameter int TAG_BITS = 24,
    parameter int TIME_BITS = 48,
    parameter int TIME_SHIFT_BITS = 20,
    parameter int NON_ZERO_BITS = 24,
    parameter int COUNT_SHIFT_BITS = 12,
    parameter int RANGE_COUNT_BITS = 16,
    parameter int DATA_BITS = 48,
    parameter logic [EXPONENT_BITS+FRACTION_BITS:0] ETA = 'x,
    parameter logic [EXPONENT_BITS+FRACTION_BITS:0] PER_QUANTUM = 'x,
    localparam int COUNT_BITS = $clog2(DEPTH + 1)
) (
    input  logic                        clk,
    input  logic                        reset,

    input  logic [                 3:0] command,
    input  logic [       DATA_BITS-1:0] data,
    output logic                        is_port_ready,

    input  logic [       TIME_BITS-1:0] clock_ticks,
    input  logic                        is_accelerator_ready,
    input  logic                        is_layer_done,
    input  logic                        is_last_layer,
    input  logic [   NON_ZERO_BITS-1:0] non_zeros,
    output logic                        is_dispatch,
    output logic [        TAG_BITS-1:0] dispatch_tag,

    output logic [                 2:0] state,
    output logic [      COUNT_BITS-1:0] request_count,
    output logic [RANGE_COUNT_BITS-1:0] time_saturations,
    output logic [RANGE_COUNT_BITS-1:0] count_saturations,
    output logic [RANGE_COUNT_BITS-1:0] non_finite_scores
);
  localparam int EXP = EXPONENT_BITS;
  localparam int FRAC = FRACTION_BITS;
  localparam int BITS = EXP + FRAC + 1;
  localparam int ADDRESS_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1;
  localparam int ROW_BITS = TABLE_ROWS > 1 ? $clog2(TABLE_ROWS) : 1;
  localparam int LAYER_BITS = LAYERS_PER_ROW > 1 ? $clog2(LAYERS_PER_ROW) : 1;
  localparam int TABLE_BITS = TABLE_ROWS * LAYERS_PER_ROW > 1 ? $clog2(TABLE_ROWS * LAYERS_PER_ROW) : 1;
  localparam logic [BITS-1:0] ONE = {2'b00, {(EXP - 1) {1'b1}}, {FRAC{1'b0}}};
  localparam logic [BITS-1:0] INFINITY = {1'b0, {EXP{1'b1}}, {FRAC{1'b0}}};

  // Registers behind the outputs.
  logic [TAG_BITS-1:0] dispatch_tag_q;
  logic [RANGE_COUNT_BITS-1:0] time_saturations_q, count_saturations_q, non_finite_scores_q;
  assign dispatch_tag = dispatch_tag_q;
  assign time_saturations = time_saturations_q;
  assign count_saturations = count_saturations_q;
  assign non_finite_scores = non_finite_scores_q;

  // The request port.
  logic is_tag_taken, is_deadline_taken, is_score_taken;
  logic [TABLE_BITS-1:0] word_address_q;
  assign is_tag_taken = is_port_ready && command == dysta_pkg::CommandTag;
  assign is_deadline_taken = is_port_ready && command == dysta_pkg::CommandDeadline;
  assign is_score_taken = is_port_ready && command == dysta_pkg::CommandScore;
  always_ff @(posedge clk) begin
    if (is_port_ready && command == dysta_pkg::CommandAddress) word_address_q <= TABLE_BITS'(data);
  end

  logic [TIME_BITS-1:0] now_ticks;
  logic is_retiring, is_selecting, is_scoring, is_odd, is_layer_ended, is_taken;
  logic is_waiting_converted, is_slack_converted, is_score_written, is_coefficient_written, is_read, is_less;
  logic [ADDRESS_BITS-1:0] read_address, write_address;
  controller #(
      .DEPTH(DEPTH),
      .ADDRESS_BITS(ADDRESS_BITS),
      .COUNT_BITS(COUNT_BITS),
      .TIME_BITS(TIME_BITS),
      .IS_SHARED(IS_SHARED),
      .IS_OVERLAPPED(IS_OVERLAPPED)
  ) u_controller (
      .clk(clk),
      .reset(reset),
      .clock_ticks(clock_ticks),
      .is_accelerator_ready(is_accelerator_ready),
      .is_layer_done(is_layer_done),
      .is_last_layer(is_last_layer),
      .is_request_added(is_score_taken),
      .is_less(is_less),
      .state(state),
      .is_port_ready(is_port_ready),
      .is_dispatch(is_dispatch),
      .request_count(request_count),
      .now_ticks(now_ticks),
      .is_retiring(is_retiring),
      .is_selecting(is_selecting),
      .is_scoring(is_scoring),
      .is_odd(is_odd),
      .is_layer_ended(is_layer_ended),
      .is_taken(is_taken),
      .is_waiting_converted(is_waiting_converted),
      .is_slack_converted(is_slack_converted),
      .is_score_written(is_score_written),
      .is_coefficient_written(is_coefficient_written),
      .is_read(is_read),
      .read_address(read_address),
      .write_address(write_address)
  );

  // The entry that was read, and the one that is written.
  logic [TAG_BITS-1:0] tag;
  logic [ROW_BITS-1:0] row;
  logic [LAYER_BITS-1:0] layer;
  logic [TIME_BITS-1:0] deadline_ticks, last_run_ticks;
  logic [BITS-1:0] coefficient, score, measured_coefficient, new_score;
  request_memory #(
      .BITS(BITS),
      .DEPTH(DEPTH),
      .ADDRESS_BITS(ADDRESS_BITS),
      .TAG_BITS(TAG_BITS),
      .ROW_BITS(ROW_BITS),
      .LAYER_BITS(LAYER_BITS),
      .TIME_BITS(TIME_BITS)
  ) u_requests (
      .clk(clk),
      .is_read(is_read),
      .read_address(read_address),
      .tag(tag),
      .row(row),
      .layer(layer),
      .deadline_ticks(deadline_ticks),
      .last_run_ticks(last_run_ticks),
      .coefficient(coefficient),
      .score(score),
      .write_address(write_address),
      .is_tag_written(is_tag_taken || is_retiring),
      .is_deadline_written(is_deadline_taken || is_retiring),
      .is_run_written(is_tag_taken || is_layer_ended || is_retiring),
      .is_coefficient_written(is_tag_taken || is_coefficient_written || is_retiring),
      .is_score_written(is_score_taken || is_score_written || is_retiring),
      .next_tag(is_retiring ? tag : data[TAG_BITS-1:0]),
      .next_row(is_retiring ? row : data[TAG_BITS+:ROW_BITS]),
      .next_layer(is_retiring ? layer : is_layer_ended ? layer + LAYER_BITS'(1) : LAYER_BITS'(0)),
      .next_deadline_ticks(is_retiring ? deadline_ticks : data[TIME_BITS-1:0]),
      .next_last_run_ticks(is_retiring ? last_run_ticks : is_layer_ended ? now_ticks : clock_ticks),
      .next_coefficient(is_retiring ? coefficient : is_tag_taken ? ONE : measured_coefficient),
      .next_score(is_retiring ? score : is_scoring ? new_score : data[BITS-1:0])
  );

  // Tables. The row of a request is used once more, three cycles after its entry was read.
  logic [TABLE_BITS-1:0] layer_address;
  logic [BITS-1:0] remaining, per_density, per_output, per_isolated;
  logic [ROW_BITS-1:0] row_held_q;
  assign layer_address = TABLE_BITS'(row * LAYERS_PER_ROW) + TABLE_BITS'(layer);
  always_ff @(posedge clk) if (!is_odd) row_held_q <= row;
  unit_tables #(
      .BITS(BITS),
      .TABLE_ROWS(TABLE_ROWS),
      .LAYERS_PER_ROW(LAYERS_PER_ROW),
      .ROW_BITS(ROW_BITS),
      .TABLE_BITS(TABLE_BITS)
  ) u_tables (
      .clk(clk),
      .is_remaining_read(is_odd),
      .remaining_address(layer_address),
      .remaining(remaining),
      .is_measured_read(is_layer_ended),
      .measured_address(layer_address),
      .per_density(per_density),
      .per_output(per_output),
      .is_isolated_read(is_scoring && !is_odd),
      .isolated_address(row_held_q),
      .per_isolated(per_isolated),
      .write_address(word_address_q),
      .is_remaining_written(is_port_ready && command == dysta_pkg::CommandRemaining),
      .is_density_written(is_port_ready && command == dysta_pkg::CommandDensity),
      .is_shape_written(is_port_ready && command == dysta_pkg::CommandShape),
      .is_isolated_written(is_port_ready && command == dysta_pkg::CommandIsolated),
      .word(data[BITS-1:0])
  );
  logic [BITS-1:0] per_queued;
  queue_reciprocals u_reciprocals (
      .clk(clk),
      .request_count(request_count),
      .per_queued(per_queued)
  );

  // The count comes with the layer's end; the unit may still be busy.
  logic [NON_ZERO_BITS-1:0] non_zeros_held_q;
  always_ff @(posedge clk) if (is_layer_done) non_zeros_held_q <= non_zeros;
  logic is_time_saturated, is_count_saturated;
  compute_unit #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC),
      .TIME_BITS(TIME_BITS),
      .TIME_SHIFT_BITS(TIME_SHIFT_BITS),
      .NON_ZERO_BITS(NON_ZERO_BITS),
      .COUNT_SHIFT_BITS(COUNT_SHIFT_BITS),
      .IS_SHARED(IS_SHARED),
      .CLAMP_SLACK(CLAMP_SLACK),
      .ETA(ETA),
      .PER_QUANTUM(PER_QUANTUM)
  ) u_compute (
      .clk(clk),
      .is_scoring(is_scoring),
      .is_odd(is_odd),
      .now_ticks(now_ticks),
      .deadline_ticks(deadline_ticks),
      .last_run_ticks(last_run_ticks),
      .coefficient(coefficient),
      .remaining(remaining),
      .per_isolated(per_isolated),
      .per_queued(per_queued),
      .score(new_score),
      .is_time_saturated(is_time_saturated),
      .non_zeros(is_layer_done ? non_zeros : non_zeros_held_q),
      .is_layer_ended(is_layer_ended),
      .per_output(per_output),
      .per_density(per_density),
      .measured_coefficient(measured_coefficient),
      .is_count_saturated(is_count_saturated)
  );

  // Selection: the least score so far, and its tag.
  logic [BITS-1:0] least_score_q;
  fp_less #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC)
  ) u_less (
      .a(score),
      .b(least_score_q),
      .is_less(is_less)
  );
  always_ff @(posedge clk) begin
    if (!is_selecting) least_score_q <= INFINITY;
    else if (is_taken && is_less) least_score_q <= score;
    if (reset) dispatch_tag_q <= '0;
    else if (is_taken) dispatch_tag_q <= tag;
  end

  always_ff @(posedge clk) begin
    if (reset) begin
      time_saturations_q <= '0;
      count_saturations_q <= '0;
      non_finite_scores_q <= '0;
    end else begin
      time_saturations_q <= time_saturations_q
          + RANGE_COUNT_BITS'(is_time_saturated && (is_waiting_converted || is_slack_converted));
      count_saturations_q <= count_saturations_q + RANGE_COUNT_BITS'(is_coefficient_written && is_count_saturated);
      non_finite_scores_q <= non_finite_scores_q + RANGE_COUNT_BITS'(is_score_written && new_score[FRAC+:EXP] == '1);
    end
  end

`ifndef SYNTHESIS
  // They have no value that suits every unit; hw/synthesis/scheduling-unit.ts computes them.
  initial begin
    if (^{ETA, PER_QUANTUM} === 1'bx) $fatal(1, "scheduling_unit: ETA and PER_QUANTUM must be set");
  end
  always @(posedge clk) begin
    if (reset === 1'b0 && is_port_ready === 1'b1) begin
      assert (command <= dysta_pkg::CommandIsolated)
      else $fatal(1, "scheduling_unit: command %0d does not exist", command);
      assert (!is_tag_taken || 32'(data[DATA_BITS-1:TAG_BITS]) < TABLE_ROWS)
      else $fatal(1, "scheduling_unit: the request of row %0d has no table", data[DATA_BITS-1:TAG_BITS]);
    end
  end
`endif
endmodule
