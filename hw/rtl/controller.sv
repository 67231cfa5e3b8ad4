// The controller of the scheduling unit (paper, section 5.2, Fig. 10).
//
// States: idle → (scoring) → select → execute. At a layer's end the unit goes to retire if the request is done,
// otherwise through coefficient and scoring to select. With IS_OVERLAPPED, select follows the layer's end at once,
// and coefficient and scoring follow the dispatch. States and cycles are those of hw/scheduling-unit/stepped.ts.
//
// Inputs: ends of layers and the readiness of the accelerator, complete requests from the port, and the comparison of
// the score that was read in the cycle before. Outputs: the state, the dispatch pulse, and the addresses and enables
// of the request memory. `request_count` requests wait.
//
// A request in the score pipeline is a bit of `in_pipeline_q` with its position in `position_in_pipeline_q`. The
// pipeline takes a request every second cycle and is PAIRS pairs of cycles long: the entry is read in cycle 0, and
// the score is written in cycle 2 · PAIRS. The coefficient is written in cycle COEFFICIENT_LAST of its state.
module controller #(
    parameter int DEPTH = 64,
    parameter int ADDRESS_BITS = 6,
    parameter int COUNT_BITS = 7,
    parameter int TIME_BITS = 48,
    parameter bit IS_SHARED = 1,
    parameter bit IS_OVERLAPPED = 0,
    parameter int PAIRS = 8,
    parameter int COEFFICIENT_LAST = 6,
    localparam int CYCLE_BITS = $clog2(COEFFICIENT_LAST + 2)
) (
    input  logic                    clk,
    input  logic                    reset,

    input  logic [   TIME_BITS-1:0] clock_ticks,
    input  logic                    is_accelerator_ready,
    input  logic                    is_layer_done,
    input  logic                    is_last_layer,
    input  logic                    is_request_added,
    input  logic                    is_less,

    output logic [             2:0] state,
    output logic                    is_port_ready,
    output logic                    is_dispatch,
    output logic [  COUNT_BITS-1:0] request_count,
    output logic [   TIME_BITS-1:0] now_ticks,
    output logic                    is_retiring,
    output logic                    is_selecting,
    output logic                    is_scoring,
    // Of the cycle within scoring.
    output logic                    is_odd,
    // In the cycle after a layer's end that was not the request's last.
    output logic                    is_layer_ended,
    // In select: the score read last is the least so far.
    output logic                    is_taken,
    output logic                    is_waiting_converted,
    output logic                    is_slack_converted,
    output logic                    is_score_written,
    output logic                    is_coefficient_written,
    output logic                    is_read,
    output logic [ADDRESS_BITS-1:0] read_address,
    output logic [ADDRESS_BITS-1:0] write_address
);
  typedef dysta_pkg::state_e state_e;

  // Registers behind the outputs.
  state_e state_q, state_d;
  logic [COUNT_BITS-1:0] request_count_q;
  logic is_dispatch_q, is_layer_ended_q, is_odd_q;
  logic [TIME_BITS-1:0] now_ticks_q;
  assign state = state_q;
  assign request_count = request_count_q;
  assign is_dispatch = is_dispatch_q;
  assign is_layer_ended = is_layer_ended_q;
  assign is_odd = is_odd_q;
  assign now_ticks = now_ticks_q;

  // A layer's end waits for the unit to be in execute.
  logic is_end_held_q, is_last_held_q, is_end, is_last, is_ended;
  logic [TIME_BITS-1:0] end_ticks_held_q, end_ticks;
  assign is_end = is_layer_done || is_end_held_q;
  assign is_last = is_layer_done ? is_last_layer : is_last_held_q;
  assign end_ticks = is_layer_done ? clock_ticks : end_ticks_held_q;
  assign is_ended = state_q == dysta_pkg::StateExecute && is_end;
  always_ff @(posedge clk) begin
    if (is_layer_done) is_last_held_q <= is_last_layer;
    if (is_layer_done) end_ticks_held_q <= clock_ticks;
    if (reset) is_end_held_q <= 1'b0;
    else is_end_held_q <= is_end && !is_ended;
  end

  // The request that was dispatched last; then, in retire, the entry that is overwritten.
  logic [ADDRESS_BITS-1:0] running_q;
  logic is_retired;
  assign is_retired = COUNT_BITS'(running_q) + COUNT_BITS'(1) == request_count_q;

  // The layer whose coefficient is due, and its request.
  logic is_measured_q, is_in_coefficient;
  logic [ADDRESS_BITS-1:0] measured_held_q, measured;
  logic [CYCLE_BITS-1:0] coefficient_cycle_q;
  assign measured = IS_OVERLAPPED ? measured_held_q : running_q;
  assign is_in_coefficient = IS_SHARED ? state_q == dysta_pkg::StateCoefficient
      : state_q == dysta_pkg::StateScoring && is_measured_q;
  assign is_coefficient_written = is_in_coefficient && coefficient_cycle_q == CYCLE_BITS'(COEFFICIENT_LAST);

  // Scoring: which request enters the pipeline. That of a coefficient computed beside is the last, and waits for it.
  logic [COUNT_BITS-1:0] position_q;
  logic [PAIRS-1:0] in_pipeline_q;
  logic [ADDRESS_BITS-1:0] position_in_pipeline_q[PAIRS];
  logic is_beside, is_one_left, is_late_entering, is_entering, is_scored;
  logic [COUNT_BITS-1:0] next_entering;
  logic [ADDRESS_BITS-1:0] entering;
  assign is_beside = !IS_SHARED && is_measured_q;
  assign next_entering = position_q + COUNT_BITS'(is_beside && position_q == COUNT_BITS'(measured));
  assign is_one_left = next_entering != request_count_q;
  assign is_late_entering = is_beside && !is_one_left && coefficient_cycle_q == CYCLE_BITS'(COEFFICIENT_LAST + 1);
  assign entering = is_one_left ? ADDRESS_BITS'(next_entering) : measured;
  assign is_entering = is_scoring && !is_odd_q && (is_one_left || is_late_entering);
  assign is_score_written = is_scoring && !is_odd_q && in_pipeline_q[PAIRS-1];
  assign is_scored = is_score_written && in_pipeline_q[PAIRS-2:0] == '0;
  assign is_waiting_converted = is_scoring && !is_odd_q && in_pipeline_q[0];
  assign is_slack_converted = is_scoring && is_odd_q && in_pipeline_q[1];

  // Select: `position_q` is one ahead of the score that is compared.
  logic is_selected;
  assign is_selected = position_q == request_count_q;
  assign is_taken = is_selecting && position_q != '0 && (is_less || position_q == COUNT_BITS'(1));

  // In these two states the unit does not use its memories, and the port is open.
  logic is_resting;
  assign is_retiring = state_q == dysta_pkg::StateRetire;
  assign is_selecting = state_q == dysta_pkg::StateSelect;
  assign is_scoring = state_q == dysta_pkg::StateScoring;
  assign is_resting = state_q == dysta_pkg::StateIdle || state_q == dysta_pkg::StateExecute;
  assign is_port_ready = is_resting && request_count_q != COUNT_BITS'(DEPTH);

  // Where a decision begins: when no coefficient is due, and after a layer; and what follows the scoring.
  state_e decision, after_layer, after_scoring;
  assign decision = IS_OVERLAPPED ? dysta_pkg::StateSelect : dysta_pkg::StateScoring;
  assign after_layer = IS_SHARED && !IS_OVERLAPPED ? dysta_pkg::StateCoefficient : decision;
  assign after_scoring = IS_OVERLAPPED ? dysta_pkg::StateExecute : dysta_pkg::StateSelect;

  always_comb begin
    state_d = state_q;
    case (state_q)
      dysta_pkg::StateIdle: if (request_count_q != '0 && is_accelerator_ready) state_d = decision;
      dysta_pkg::StateExecute: begin
        if (is_ended && is_last) state_d = dysta_pkg::StateRetire;
        else if (is_ended) state_d = after_layer;
      end
      dysta_pkg::StateRetire: begin
        if (is_retired && request_count_q == COUNT_BITS'(1)) state_d = dysta_pkg::StateIdle;
        else if (is_retired) state_d = decision;
      end
      dysta_pkg::StateCoefficient: if (is_coefficient_written) state_d = dysta_pkg::StateScoring;
      dysta_pkg::StateScoring: if (is_scored) state_d = after_scoring;
      default: begin
        if (is_selected && !IS_OVERLAPPED) state_d = dysta_pkg::StateExecute;
        else if (is_selected && IS_SHARED && is_measured_q) state_d = dysta_pkg::StateCoefficient;
        else if (is_selected) state_d = dysta_pkg::StateScoring;
      end
    endcase
  end

  always_ff @(posedge clk) begin
    if (reset) begin
      state_q <= dysta_pkg::StateIdle;
      request_count_q <= '0;
      is_dispatch_q <= 1'b0;
      is_layer_ended_q <= 1'b0;
      is_measured_q <= 1'b0;
      is_odd_q <= 1'b0;
      in_pipeline_q <= '0;
      position_q <= '0;
      coefficient_cycle_q <= '0;
    end else begin
      state_q <= state_d;
      request_count_q <= request_count_q + COUNT_BITS'(is_request_added) - COUNT_BITS'(is_retiring && is_retired);
      is_dispatch_q <= is_selecting && is_selected;
      is_layer_ended_q <= is_ended && !is_last;
      if (is_ended && !is_last) is_measured_q <= 1'b1;
      else if (IS_SHARED ? is_coefficient_written : is_late_entering && is_entering) is_measured_q <= 1'b0;
      is_odd_q <= is_scoring && !is_odd_q && !is_scored;
      if (!is_odd_q) in_pipeline_q <= {in_pipeline_q[PAIRS-2:0], is_entering};
      if (state_d != state_q) position_q <= '0;
      else if (is_selecting) position_q <= position_q + COUNT_BITS'(1);
      else if (is_entering) position_q <= next_entering + COUNT_BITS'(is_one_left);
      if (!is_in_coefficient) coefficient_cycle_q <= '0;
      else if (coefficient_cycle_q != CYCLE_BITS'(COEFFICIENT_LAST + 1)) begin
        coefficient_cycle_q <= coefficient_cycle_q + CYCLE_BITS'(1);
      end
    end
  end

  always_ff @(posedge clk) begin
    if (state_q == dysta_pkg::StateIdle) now_ticks_q <= clock_ticks;
    else if (state_q == dysta_pkg::StateExecute) now_ticks_q <= end_ticks;
    else if (IS_OVERLAPPED && is_selecting) now_ticks_q <= clock_ticks;
    if (is_taken) running_q <= ADDRESS_BITS'(position_q - COUNT_BITS'(1));
    else if (is_retiring) running_q <= running_q + ADDRESS_BITS'(1);
    if (is_ended) measured_held_q <= running_q;
    if (!is_odd_q) begin
      position_in_pipeline_q[0] <= entering;
      for (int i = 1; i < PAIRS; i++) position_in_pipeline_q[i] <= position_in_pipeline_q[i-1];
    end
  end

  // While a layer runs its entry stands read, or that behind it if it is the last layer.
  assign is_read = !is_odd_q;
  always_comb begin
    if (is_scoring) read_address = entering;
    else if (is_selecting) read_address = ADDRESS_BITS'(position_q);
    else read_address = running_q + ADDRESS_BITS'({is_retiring, !is_retiring && is_last});
    if (is_resting) write_address = ADDRESS_BITS'(request_count_q);
    else if (is_retiring) write_address = running_q;
    else if (is_score_written) write_address = position_in_pipeline_q[PAIRS-1];
    else write_address = measured;
  end

`ifndef SYNTHESIS
  always @(posedge clk) begin
    if (!reset) begin
      assert (state_q <= dysta_pkg::StateExecute) else $fatal(1, "controller: state %0d does not exist", state_q);
      assert (32'(request_count_q) <= DEPTH) else $fatal(1, "controller: more requests than DEPTH");
      assert (!is_request_added || is_port_ready) else $fatal(1, "controller: a request is added at a closed port");
      assert (!is_dispatch_q || COUNT_BITS'(running_q) < request_count_q)
      else $fatal(1, "controller: the dispatched entry %0d does not exist", running_q);
      assert (is_scoring || in_pipeline_q == '0) else $fatal(1, "controller: a score is due outside scoring");
    end
  end
`endif
endmodule
