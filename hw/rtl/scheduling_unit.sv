// The dynamic scheduler in hardware (paper, section 5.2, Fig. 10): twin of hw/scheduling-unit/stepped.ts, equal to it in
// every cycle. Parameters that are patterns of the number format, and the ROM queue_reciprocals, come from
// hw/synthesis/scheduling-unit.ts.
//
// Ports: a word of the request port per cycle, taken where is_port_ready; the clock in ticks; the accelerator's readiness
// and layer ends with the monitor's count in; a dispatch pulse with the request's tag out (the tag stays until the next
// selection); what went beyond the number format, modulo 2^RANGE_COUNT_BITS.
// Words: hw/scheduling-unit/words.ts. A request's three words go straight into the entry behind the last one, so every
// request needs all three, the score last.
// Not modelled: a crossing between two clocks; errors in memories.
module scheduling_unit #(
    parameter int EXPONENT_BITS = 5,
    parameter int FRACTION_BITS = 10,
    parameter int DEPTH = 64,
    parameter int TABLE_ROWS = 16,
    parameter int LAYERS_PER_ROW = 64,
    parameter bit IS_SHARED = 1,
    parameter bit IS_OVERLAPPED = 0,
    parameter int TAG_BITS = 24,
    parameter int TIME_BITS = 48,
    parameter int TIME_SHIFT_BITS = 20,
    parameter int NON_ZERO_BITS = 24,
    parameter int COUNT_SHIFT_BITS = 12,
    parameter int RANGE_COUNT_BITS = 16,
    parameter int DATA_BITS = 48,
    parameter logic [EXPONENT_BITS+FRACTION_BITS:0] ETA = '0,
    parameter logic [EXPONENT_BITS+FRACTION_BITS:0] PER_QUANTUM = '0,
    localparam int COUNT_BITS = $clog2(DEPTH + 1)
) (
    input logic clk,
    input logic reset,

    input  logic [          3:0] command,
    input  logic [DATA_BITS-1:0] data,
    output logic                 is_port_ready,

    input  logic [    TIME_BITS-1:0] clock_ticks,
    input  logic                     is_accelerator_ready,
    input  logic                     is_layer_done,
    input  logic                     is_last_layer,
    input  logic [NON_ZERO_BITS-1:0] non_zeros,
    output logic                     is_dispatch,
    output logic [     TAG_BITS-1:0] dispatch_tag,

    output logic [                 2:0] state,
    output logic [      COUNT_BITS-1:0] request_count,
    output logic [RANGE_COUNT_BITS-1:0] time_saturations,
    output logic [RANGE_COUNT_BITS-1:0] count_saturations,
    output logic [RANGE_COUNT_BITS-1:0] non_finite_scores
);
  localparam int E = EXPONENT_BITS;
  localparam int F = FRACTION_BITS;
  localparam int BITS = E + F + 1;
  localparam int ADDRESS_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1;
  localparam int ROW_BITS = TABLE_ROWS > 1 ? $clog2(TABLE_ROWS) : 1;
  localparam int LAYER_BITS = LAYERS_PER_ROW > 1 ? $clog2(LAYERS_PER_ROW) : 1;
  localparam int TABLE_BITS = TABLE_ROWS * LAYERS_PER_ROW > 1 ? $clog2(TABLE_ROWS * LAYERS_PER_ROW) : 1;
  localparam logic [BITS-1:0] ONE = {2'b00, {(E - 1) {1'b1}}, {F{1'b0}}};
  localparam logic [BITS-1:0] INFINITY = {1'b0, {E{1'b1}}, {F{1'b0}}};

  // The request port.
  wire is_tag_taken = is_port_ready && command == 4'd1;
  wire is_deadline_taken = is_port_ready && command == 4'd2;
  wire is_score_taken = is_port_ready && command == 4'd3;
  logic [TABLE_BITS-1:0] word_address;
  always_ff @(posedge clk) if (is_port_ready && command == 4'd4) word_address <= TABLE_BITS'(data);

  wire [TIME_BITS-1:0] now_ticks;
  wire is_retiring, is_selecting, is_scoring, is_odd, is_layer_ended, is_taken;
  wire is_waiting_converted, is_slack_converted, is_score_written, is_coefficient_written, is_read, is_less;
  wire [ADDRESS_BITS-1:0] read_address, write_address;
  controller #(
      .DEPTH(DEPTH),
      .ADDRESS_BITS(ADDRESS_BITS),
      .COUNT_BITS(COUNT_BITS),
      .TIME_BITS(TIME_BITS),
      .IS_SHARED(IS_SHARED),
      .IS_OVERLAPPED(IS_OVERLAPPED)
  ) controller (
      .is_request_added(is_score_taken),
      .clk(clk),
      .reset(reset),
      .clock_ticks(clock_ticks),
      .is_accelerator_ready(is_accelerator_ready),
      .is_layer_done(is_layer_done),
      .is_last_layer(is_last_layer),
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
  wire [TAG_BITS-1:0] tag;
  wire [ROW_BITS-1:0] row;
  wire [LAYER_BITS-1:0] layer;
  wire [TIME_BITS-1:0] deadline_ticks, last_run_ticks;
  wire [BITS-1:0] coefficient, score, measured_coefficient, new_score;
  request_memory #(
      .BITS(BITS),
      .DEPTH(DEPTH),
      .ADDRESS_BITS(ADDRESS_BITS),
      .TAG_BITS(TAG_BITS),
      .ROW_BITS(ROW_BITS),
      .LAYER_BITS(LAYER_BITS),
      .TIME_BITS(TIME_BITS)
  ) requests (
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
      .next_score(is_retiring ? score : is_scoring ? new_score : data[BITS-1:0]),
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
      .write_address(write_address)
  );

  // Tables. The row of a request is used once more, three cycles after its entry was read.
  wire [TABLE_BITS-1:0] layer_address = TABLE_BITS'(row * LAYERS_PER_ROW) + TABLE_BITS'(layer);
  wire [BITS-1:0] remaining, per_density, per_output, per_isolated;
  logic [ROW_BITS-1:0] row_held;
  always_ff @(posedge clk) if (!is_odd) row_held <= row;
  unit_tables #(
      .BITS(BITS),
      .TABLE_ROWS(TABLE_ROWS),
      .LAYERS_PER_ROW(LAYERS_PER_ROW),
      .ROW_BITS(ROW_BITS),
      .TABLE_BITS(TABLE_BITS)
  ) tables (
      .is_remaining_read(is_odd),
      .remaining_address(layer_address),
      .is_measured_read(is_layer_ended),
      .measured_address(layer_address),
      .is_isolated_read(is_scoring && !is_odd),
      .isolated_address(row_held),
      .write_address(word_address),
      .is_remaining_written(is_port_ready && command == 4'd5),
      .is_density_written(is_port_ready && command == 4'd6),
      .is_shape_written(is_port_ready && command == 4'd7),
      .is_isolated_written(is_port_ready && command == 4'd8),
      .word(data[BITS-1:0]),
      .clk(clk),
      .remaining(remaining),
      .per_density(per_density),
      .per_output(per_output),
      .per_isolated(per_isolated)
  );
  wire [BITS-1:0] per_queued;
  queue_reciprocals queue_reciprocals (
      .clk(clk),
      .request_count(request_count),
      .per_queued(per_queued)
  );

  // The count comes with the layer's end; the unit may still be busy.
  logic [NON_ZERO_BITS-1:0] non_zeros_held;
  always_ff @(posedge clk) if (is_layer_done) non_zeros_held <= non_zeros;
  wire is_time_saturated, is_count_saturated;
  compute_unit #(
      .EXPONENT_BITS(E),
      .FRACTION_BITS(F),
      .TIME_BITS(TIME_BITS),
      .TIME_SHIFT_BITS(TIME_SHIFT_BITS),
      .NON_ZERO_BITS(NON_ZERO_BITS),
      .COUNT_SHIFT_BITS(COUNT_SHIFT_BITS),
      .IS_SHARED(IS_SHARED),
      .ETA(ETA),
      .PER_QUANTUM(PER_QUANTUM)
  ) compute (
      .non_zeros(is_layer_done ? non_zeros : non_zeros_held),
      .score(new_score),
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
      .is_time_saturated(is_time_saturated),
      .is_layer_ended(is_layer_ended),
      .per_output(per_output),
      .per_density(per_density),
      .measured_coefficient(measured_coefficient),
      .is_count_saturated(is_count_saturated)
  );

  // Selection: the least score so far, and its tag.
  logic [BITS-1:0] least_score;
  fp_less #(
      .EXPONENT_BITS(E),
      .FRACTION_BITS(F)
  ) less (
      .a(score),
      .b(least_score),
      .is_less(is_less)
  );
  always_ff @(posedge clk) begin
    if (!is_selecting) least_score <= INFINITY;
    else if (is_taken && is_less) least_score <= score;
    if (reset) dispatch_tag <= '0;
    else if (is_taken) dispatch_tag <= tag;
  end

  always_ff @(posedge clk) begin
    if (reset) begin
      time_saturations <= '0;
      count_saturations <= '0;
      non_finite_scores <= '0;
    end else begin
      time_saturations <= time_saturations
          + RANGE_COUNT_BITS'(is_time_saturated && (is_waiting_converted || is_slack_converted));
      count_saturations <= count_saturations + RANGE_COUNT_BITS'(is_coefficient_written && is_count_saturated);
      non_finite_scores <= non_finite_scores + RANGE_COUNT_BITS'(is_score_written && new_score[F+:E] == '1);
    end
  end
endmodule
