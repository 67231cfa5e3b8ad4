// The controller of the scheduling unit (paper, section 5.2, Fig. 10): idle → (scoring) → select → execute; at a layer's
// end → retire if the request is done, else coefficient → scoring → select. Overlapped: select follows the layer's end at
// once; coefficient and scoring follow the dispatch. Every state and its cycles are those of hw/scheduling-unit/stepped.ts.
//
// Ports: layer ends and the accelerator's readiness, requests from the port, the comparison of the score that was read
// last, in; state, dispatch pulse, and the addresses and enables of the request memory out. `request_count` requests wait.
//
// A request in the pipeline is a bit of `in_pipeline` and its position behind it: 8 pairs of cycles from the one in which
// its entry is read (cycle 0) to the one in which its score is written (cycle 16).
module controller #(
    parameter int DEPTH = 64,
    parameter int ADDRESS_BITS = 6,
    parameter int COUNT_BITS = 7,
    parameter int TIME_BITS = 48,
    parameter bit IS_SHARED = 1,
    parameter bit IS_OVERLAPPED = 0
) (
    input logic clk,
    input logic reset,

    input logic [TIME_BITS-1:0] clock_ticks,
    input logic                 is_accelerator_ready,
    input logic                 is_layer_done,
    input logic                 is_last_layer,
    input logic                 is_request_added,
    input logic                 is_less,

    output logic [           2:0] state,
    output logic                  is_port_ready,
    output logic                  is_dispatch,
    output logic [COUNT_BITS-1:0] request_count,
    output logic [ TIME_BITS-1:0] now_ticks,
    output logic                  is_retiring,
    output logic                  is_selecting,
    output logic                  is_scoring,
    // Of the cycle within scoring.
    output logic                  is_odd,
    // In the cycle after a layer's end that was not the request's last.
    output logic                  is_layer_ended,
    // In select: the score read last is the least so far.
    output logic                  is_taken,
    output logic                  is_waiting_converted,
    output logic                  is_slack_converted,
    output logic                  is_score_written,
    output logic                  is_coefficient_written,
    output logic                  is_read,
    output logic [ADDRESS_BITS-1:0] read_address,
    output logic [ADDRESS_BITS-1:0] write_address
);
  localparam logic [2:0] IDLE = 3'd0;
  localparam logic [2:0] RETIRE = 3'd1;
  localparam logic [2:0] COEFFICIENT = 3'd2;
  localparam logic [2:0] SCORING = 3'd3;
  localparam logic [2:0] SELECT = 3'd4;
  localparam logic [2:0] EXECUTE = 3'd5;
  localparam logic [2:0] DECISION = IS_OVERLAPPED ? SELECT : SCORING;
  localparam logic [2:0] COEFFICIENT_LAST = 3'd6;
  localparam int PAIRS = 8;

  logic [2:0] next_state;

  // A layer's end waits for the unit to be in execute.
  logic is_end_held, is_last_held;
  logic [TIME_BITS-1:0] end_ticks_held;
  wire is_end = is_layer_done || is_end_held;
  wire is_last = is_layer_done ? is_last_layer : is_last_held;
  wire [TIME_BITS-1:0] end_ticks = is_layer_done ? clock_ticks : end_ticks_held;
  wire is_ended = state == EXECUTE && is_end;
  always_ff @(posedge clk) begin
    if (is_layer_done) is_last_held <= is_last_layer;
    if (is_layer_done) end_ticks_held <= clock_ticks;
    if (reset) is_end_held <= 1'b0;
    else is_end_held <= is_end && !is_ended;
  end

  // The request that was dispatched last; then, in retire, the entry that is overwritten.
  logic [ADDRESS_BITS-1:0] running;
  wire is_retired = COUNT_BITS'(running) + COUNT_BITS'(1) == request_count;

  // The layer whose coefficient is due, and its request.
  logic is_measured;
  logic [ADDRESS_BITS-1:0] measured_held;
  wire [ADDRESS_BITS-1:0] measured = IS_OVERLAPPED ? measured_held : running;
  logic [2:0] coefficient_cycle;
  wire is_in_coefficient = IS_SHARED ? state == COEFFICIENT : state == SCORING && is_measured;
  assign is_coefficient_written = is_in_coefficient && coefficient_cycle == COEFFICIENT_LAST;

  // Scoring: which request enters the pipeline. That of a coefficient computed beside is the last, and waits for it.
  logic [COUNT_BITS-1:0] position;
  logic [PAIRS-1:0] in_pipeline;
  logic [ADDRESS_BITS-1:0] position_in_pipeline[PAIRS];
  wire is_beside = !IS_SHARED && is_measured;
  wire [COUNT_BITS-1:0] next_entering = position + COUNT_BITS'(is_beside && position == COUNT_BITS'(measured));
  wire is_one_left = next_entering != request_count;
  wire is_late_entering = is_beside && !is_one_left && coefficient_cycle == COEFFICIENT_LAST + 3'd1;
  wire [ADDRESS_BITS-1:0] entering = is_one_left ? ADDRESS_BITS'(next_entering) : measured;
  wire is_entering = is_scoring && !is_odd && (is_one_left || is_late_entering);
  assign is_score_written = is_scoring && !is_odd && in_pipeline[PAIRS-1];
  wire is_scored = is_score_written && in_pipeline[PAIRS-2:0] == '0;
  assign is_waiting_converted = is_scoring && !is_odd && in_pipeline[0];
  assign is_slack_converted = is_scoring && is_odd && in_pipeline[1];

  // Select: `position` is one ahead of the score that is compared.
  wire is_selected = position == request_count;
  assign is_taken = is_selecting && position != '0 && (is_less || position == COUNT_BITS'(1));

  assign is_retiring = state == RETIRE;
  assign is_selecting = state == SELECT;
  assign is_scoring = state == SCORING;
  assign is_port_ready = (state == IDLE || state == EXECUTE) && request_count != COUNT_BITS'(DEPTH);

  always_comb begin
    next_state = state;
    case (state)
      IDLE: if (request_count != '0 && is_accelerator_ready) next_state = DECISION;
      EXECUTE: begin
        if (is_ended && is_last) next_state = RETIRE;
        else if (is_ended) next_state = IS_OVERLAPPED ? SELECT : IS_SHARED ? COEFFICIENT : SCORING;
      end
      RETIRE: if (is_retired) next_state = request_count == COUNT_BITS'(1) ? IDLE : DECISION;
      COEFFICIENT: if (is_coefficient_written) next_state = SCORING;
      SCORING: if (is_scored) next_state = IS_OVERLAPPED ? EXECUTE : SELECT;
      default: begin
        if (is_selected) next_state = !IS_OVERLAPPED ? EXECUTE : IS_SHARED && is_measured ? COEFFICIENT : SCORING;
      end
    endcase
  end

  always_ff @(posedge clk) begin
    if (reset) begin
      state <= IDLE;
      request_count <= '0;
      is_dispatch <= 1'b0;
      is_layer_ended <= 1'b0;
      is_measured <= 1'b0;
      is_odd <= 1'b0;
      in_pipeline <= '0;
      position <= '0;
      coefficient_cycle <= '0;
    end else begin
      state <= next_state;
      request_count <= request_count + COUNT_BITS'(is_request_added) - COUNT_BITS'(is_retiring && is_retired);
      is_dispatch <= is_selecting && is_selected;
      is_layer_ended <= is_ended && !is_last;
      if (is_ended && !is_last) is_measured <= 1'b1;
      else if (IS_SHARED ? is_coefficient_written : is_late_entering && is_entering) is_measured <= 1'b0;
      is_odd <= is_scoring && !is_odd && !is_scored;
      if (!is_odd) in_pipeline <= {in_pipeline[PAIRS-2:0], is_entering};
      if (next_state != state) position <= '0;
      else if (is_selecting) position <= position + COUNT_BITS'(1);
      else if (is_entering) position <= next_entering + COUNT_BITS'(is_one_left);
      if (!is_in_coefficient) coefficient_cycle <= '0;
      else if (coefficient_cycle != COEFFICIENT_LAST + 3'd1) coefficient_cycle <= coefficient_cycle + 3'd1;
    end
  end

  always_ff @(posedge clk) begin
    if (state == IDLE) now_ticks <= clock_ticks;
    else if (state == EXECUTE) now_ticks <= end_ticks;
    else if (IS_OVERLAPPED && is_selecting) now_ticks <= clock_ticks;
    if (is_taken) running <= ADDRESS_BITS'(position - COUNT_BITS'(1));
    else if (is_retiring) running <= running + ADDRESS_BITS'(1);
    if (is_ended) measured_held <= running;
    if (!is_odd) begin
      position_in_pipeline[0] <= entering;
      for (int i = 1; i < PAIRS; i++) position_in_pipeline[i] <= position_in_pipeline[i-1];
    end
  end

  // While a layer runs its entry stands read, or that behind it if it is the last layer.
  assign is_read = !is_odd;
  always_comb begin
    if (is_scoring) read_address = entering;
    else if (is_selecting) read_address = ADDRESS_BITS'(position);
    else read_address = running + ADDRESS_BITS'({is_retiring, !is_retiring && is_last});
    if (state == IDLE || state == EXECUTE) write_address = ADDRESS_BITS'(request_count);
    else if (is_retiring) write_address = running;
    else if (is_score_written) write_address = position_in_pipeline[PAIRS-1];
    else write_address = measured;
  end
endmodule
