// Monitor and scheduling unit as one block (paper, Fig. 6 and 10): the stream of layer outputs comes in, and dispatches
// go out.
//
// Write-back: `offered` outputs wait, the first LANES + BUFFER_WORDS of them lie in `words`, and `accepted` of them are
// taken in this cycle (monitor.sv). The dispatch pulse clears the monitor, which takes nothing in that cycle.
//
// End of a layer: the accelerator pulses `is_layer_done` (with `is_last_layer`) in the cycle after the layer's last, or
// later. The scheduling unit learns of it in the first cycle from then on in which no output is offered and none waits in
// the monitor's buffer: then every output is in the counter. That cycle's `clock_ticks` is the end of the layer in the
// scores. While outputs still pass, `is_end_pending` is high.
//
// Request port, dispatch and status are those of scheduling_unit.sv; with IS_SWP the unit is swp_unit.sv, with the same
// ports, for swp or swp_plus (IS_PLUS). The files of the other unit are not needed. The count of non-zero outputs is one for the whole
// layer, as Algorithm 2 needs it. Not modelled: a crossing between two clocks.
module dysta_top #(
    parameter int EXPONENT_BITS = 5,
    parameter int FRACTION_BITS = 10,
    parameter int DEPTH = 64,
    parameter int TABLE_ROWS = 16,
    parameter int LAYERS_PER_ROW = 128,
    parameter bit IS_SWP = 0,
    // These are of one of both units.
    /* verilator lint_off UNUSEDPARAM */
    parameter bit IS_PLUS = 0,
    parameter bit IS_SHARED = 1,
    parameter bit IS_OVERLAPPED = 0,
    parameter bit CLAMP_SLACK = 1,
    parameter logic [EXPONENT_BITS+FRACTION_BITS:0] ETA = 'x,
    parameter logic [EXPONENT_BITS+FRACTION_BITS:0] PER_QUANTUM = 'x,
    /* verilator lint_on UNUSEDPARAM */
    parameter int TAG_BITS = 24,
    parameter int TIME_BITS = 48,
    parameter int TIME_SHIFT_BITS = 20,
    parameter int NON_ZERO_BITS = 24,
    parameter int COUNT_SHIFT_BITS = 12,
    parameter int RANGE_COUNT_BITS = 16,
    parameter int DATA_BITS = 48,
    parameter int LANES = 128,
    parameter int WORD_BITS = 8,
    parameter int BUFFER_WORDS = 0,
    parameter int OFFERED_BITS = 16,
    parameter int STATUS_BITS = 32,
    parameter bit ZEROS_PROMISED = 0,
    localparam int COUNT_BITS = $clog2(DEPTH + 1),
    localparam int PORT_WORDS = LANES + BUFFER_WORDS
) (
    input  logic                            clk,
    input  logic                            reset,

    input  logic [        OFFERED_BITS-1:0] offered,
    input  logic [PORT_WORDS*WORD_BITS-1:0] words,
    output logic [$clog2(PORT_WORDS+1)-1:0] accepted,
    output logic                            is_held,

    input  logic                            is_accelerator_ready,
    input  logic                            is_layer_done,
    input  logic                            is_last_layer,
    output logic                            is_end_pending,

    input  logic [                     3:0] command,
    input  logic [           DATA_BITS-1:0] data,
    output logic                            is_port_ready,
    input  logic [           TIME_BITS-1:0] clock_ticks,

    output logic                            is_dispatch,
    output logic [            TAG_BITS-1:0] dispatch_tag,

    output logic [                     2:0] state,
    output logic [          COUNT_BITS-1:0] request_count,
    output logic [    RANGE_COUNT_BITS-1:0] time_saturations,
    output logic [    RANGE_COUNT_BITS-1:0] count_saturations,
    output logic [    RANGE_COUNT_BITS-1:0] non_finite_scores,
    output logic [       NON_ZERO_BITS-1:0] non_zeros,
    output logic [         STATUS_BITS-1:0] saturated,
    output logic [         STATUS_BITS-1:0] stall_cycles
);
  // The end of a layer that still waits for its outputs.
  logic is_end_held_q, is_last_held_q;
  logic is_draining, is_settled, is_end, is_last;
  assign is_settled = !is_draining && offered == '0;
  assign is_end = is_layer_done || is_end_held_q;
  assign is_last = is_layer_done ? is_last_layer : is_last_held_q;
  assign is_end_pending = is_end && !is_settled;

  always_ff @(posedge clk) begin
    if (is_layer_done) is_last_held_q <= is_last_layer;
    if (reset) is_end_held_q <= 1'b0;
    else is_end_held_q <= is_end_pending;
  end

  monitor #(
      .LANES(LANES),
      .WORD_BITS(WORD_BITS),
      .COUNTER_BITS(NON_ZERO_BITS),
      .BUFFER_WORDS(BUFFER_WORDS),
      .GROUPS(1),
      .OFFERED_BITS(OFFERED_BITS),
      .STATUS_BITS(STATUS_BITS),
      .ZEROS_PROMISED(ZEROS_PROMISED)
  ) u_monitor (
      .clk(clk),
      .begin_layer(reset || is_dispatch),
      .offered(offered),
      .words(words),
      .groups({PORT_WORDS{1'b0}}),
      .accepted(accepted),
      .is_held(is_held),
      .is_draining(is_draining),
      .non_zeros(non_zeros),
      .saturated(saturated),
      .stall_cycles(stall_cycles)
  );

  if (IS_SWP) begin : gen_swp
    swp_unit #(
        .EXPONENT_BITS(EXPONENT_BITS),
        .FRACTION_BITS(FRACTION_BITS),
        .DEPTH(DEPTH),
        .TABLE_ROWS(TABLE_ROWS),
        .LAYERS_PER_ROW(LAYERS_PER_ROW),
        .IS_PLUS(IS_PLUS),
        .TAG_BITS(TAG_BITS),
        .TIME_BITS(TIME_BITS),
        .TIME_SHIFT_BITS(TIME_SHIFT_BITS),
        .NON_ZERO_BITS(NON_ZERO_BITS),
        .COUNT_SHIFT_BITS(COUNT_SHIFT_BITS),
        .RANGE_COUNT_BITS(RANGE_COUNT_BITS),
        .DATA_BITS(DATA_BITS)
    ) u_unit (
        .clk(clk),
        .reset(reset),
        .command(command),
        .data(data),
        .is_port_ready(is_port_ready),
        .clock_ticks(clock_ticks),
        .is_accelerator_ready(is_accelerator_ready),
        .is_layer_done(is_end && is_settled),
        .is_last_layer(is_last),
        .non_zeros(non_zeros),
        .is_dispatch(is_dispatch),
        .dispatch_tag(dispatch_tag),
        .state(state),
        .request_count(request_count),
        .time_saturations(time_saturations),
        .count_saturations(count_saturations),
        .non_finite_scores(non_finite_scores)
    );
  end else begin : gen_dysta
    scheduling_unit #(
        .EXPONENT_BITS(EXPONENT_BITS),
        .FRACTION_BITS(FRACTION_BITS),
        .DEPTH(DEPTH),
        .TABLE_ROWS(TABLE_ROWS),
        .LAYERS_PER_ROW(LAYERS_PER_ROW),
        .IS_SHARED(IS_SHARED),
        .IS_OVERLAPPED(IS_OVERLAPPED),
        .CLAMP_SLACK(CLAMP_SLACK),
        .TAG_BITS(TAG_BITS),
        .TIME_BITS(TIME_BITS),
        .TIME_SHIFT_BITS(TIME_SHIFT_BITS),
        .NON_ZERO_BITS(NON_ZERO_BITS),
        .COUNT_SHIFT_BITS(COUNT_SHIFT_BITS),
        .RANGE_COUNT_BITS(RANGE_COUNT_BITS),
        .DATA_BITS(DATA_BITS),
        .ETA(ETA),
        .PER_QUANTUM(PER_QUANTUM)
    ) u_unit (
        .clk(clk),
        .reset(reset),
        .command(command),
        .data(data),
        .is_port_ready(is_port_ready),
        .clock_ticks(clock_ticks),
        .is_accelerator_ready(is_accelerator_ready),
        .is_layer_done(is_end && is_settled),
        .is_last_layer(is_last),
        .non_zeros(non_zeros),
        .is_dispatch(is_dispatch),
        .dispatch_tag(dispatch_tag),
        .state(state),
        .request_count(request_count),
        .time_saturations(time_saturations),
        .count_saturations(count_saturations),
        .non_finite_scores(non_finite_scores)
    );
  end

`ifndef SYNTHESIS
  always @(posedge clk) begin
    if (reset === 1'b0) begin
      assert (!(is_layer_done && is_end_held_q)) else $fatal(1, "dysta_top: a layer ends while another one's end waits");
    end
  end
`endif
endmodule
