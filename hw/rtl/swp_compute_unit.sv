// The compute unit of a scheduler of slack-weighted processing time (sched/swp.ts). One multiplier and two adders
// compute the score T · W, for a new request in every second cycle; after a layer they compute T and P anew from its
// density. Values are those of hw/scheduling-unit/swp-compute-unit.ts. 1/8, 1/4 and the share c are powers of two.
//
// The list gives the cycle of a request in which each step of a score begins. The controller reads the entry in cycle 0,
// and `is_odd` is low in the even cycles of a request.
//   1 deadline − now           2 to a number         3 slack = time left − T       5 urgency = P − slack/8
//   7 what is added to P: −c · urgency; with IS_PLUS P/4 where the slack is negative     8 W = P + that
//   10 T · W                   12 the score is there
// One adder serves step 3, the other 5 and 8. The score has one bit of exponent more than the times.
//
// The coefficient, by its cycle: `non_zeros` passes the converter in the cycle of a layer's end, and the table words come
// in cycle 1. `step_q[k]` is high in cycle k.
//   1 · 1/outputs    3 · elasticity/density   5 − elasticity   7 + the entry's sum   9 · 1/layers that have run
//   11 + 1           13 · remaining latency   14 · isolated latency                  16 sum, T and P are there
// The operands of a step that another one waits for stand still for two cycles, so that its result does too.
module swp_compute_unit #(
    parameter int EXPONENT_BITS = 5,
    parameter int FRACTION_BITS = 10,
    parameter int COUNT_BITS = 7,
    parameter int TIME_BITS = 48,
    parameter int TIME_SHIFT_BITS = 20,
    parameter int NON_ZERO_BITS = 24,
    parameter int COUNT_SHIFT_BITS = 12,
    parameter bit IS_PLUS = 0
) (
    input  logic                                   clk,
    input  logic                                   reset,
    input  logic                                   is_scoring,
    input  logic                                   is_odd,

    // A request's entry in its cycles 1 and 2.
    input  logic [                  TIME_BITS-1:0] now_ticks,
    input  logic [                  TIME_BITS-1:0] deadline_ticks,
    input  logic [  EXPONENT_BITS+FRACTION_BITS:0] remaining,
    input  logic [  EXPONENT_BITS+FRACTION_BITS:0] isolated,
    input  logic [                 COUNT_BITS-1:0] request_count,
    // In its cycle 12.
    output logic [EXPONENT_BITS+FRACTION_BITS+1:0] score,
    // In its cycle 2.
    output logic                                   is_time_saturated,

    // A layer's end, with the sum of its request's entry; the tables from the next cycle on.
    input  logic [              NON_ZERO_BITS-1:0] non_zeros,
    input  logic                                   is_layer_ended,
    input  logic [  EXPONENT_BITS+FRACTION_BITS:0] sum,
    input  logic [  EXPONENT_BITS+FRACTION_BITS:0] per_output,
    input  logic [  EXPONENT_BITS+FRACTION_BITS:0] elasticity_per_density,
    input  logic [  EXPONENT_BITS+FRACTION_BITS:0] elasticity,
    input  logic [  EXPONENT_BITS+FRACTION_BITS:0] per_layers,
    // The average latency from the next layer on is to be read, then that of all layers.
    output logic                                   is_rest_read,
    output logic                                   is_whole_read,
    input  logic [  EXPONENT_BITS+FRACTION_BITS:0] average,
    output logic [  EXPONENT_BITS+FRACTION_BITS:0] measured_sum,
    output logic [  EXPONENT_BITS+FRACTION_BITS:0] measured_remaining,
    output logic [  EXPONENT_BITS+FRACTION_BITS:0] measured_isolated,
    output logic                                   is_count_saturated
);
  localparam int EXP = EXPONENT_BITS;
  localparam int FRAC = FRACTION_BITS;
  localparam int BITS = EXP + FRAC + 1;
  localparam int BIAS = 2 ** (EXP - 1) - 1;
  localparam logic [BITS-1:0] ONE = {2'b00, {(EXP - 1) {1'b1}}, {FRAC{1'b0}}};
  // 1/16: no request is predicted to take less than this share of the average.
  localparam logic [EXP-1:0] LEAST_EXPONENT = EXP'(BIAS - 4);
  // Counts are converted as times are, in units of the finer of both quanta.
  localparam int SHIFT_BITS = COUNT_SHIFT_BITS > TIME_SHIFT_BITS ? COUNT_SHIFT_BITS : TIME_SHIFT_BITS;
  localparam int TIME_UP_BITS = SHIFT_BITS - TIME_SHIFT_BITS;
  localparam int COUNT_UP_BITS = SHIFT_BITS - COUNT_SHIFT_BITS;
  localparam bit IS_COUNT_WIDER = NON_ZERO_BITS + COUNT_UP_BITS > TIME_BITS + TIME_UP_BITS;
  localparam int INTEGER_BITS = IS_COUNT_WIDER ? NON_ZERO_BITS + COUNT_UP_BITS : TIME_BITS + TIME_UP_BITS;

  logic [15:1] step_q;
  always_ff @(posedge clk) step_q <= reset ? '0 : {step_q[14:1], is_layer_ended};
  assign is_rest_read = step_q[12];
  assign is_whole_read = step_q[13];

  // Integers to numbers: times in even cycles of the scoring, the count at a layer's end.
  logic [TIME_BITS:0] difference;
  logic [INTEGER_BITS:0] integer_held_q;
  logic [BITS-1:0] converted, converted_q;
  logic is_saturated, is_count_large_q;
  assign difference = {1'b0, deadline_ticks} - {1'b0, now_ticks};
  always_ff @(posedge clk) begin
    if (is_scoring) integer_held_q <= (INTEGER_BITS + 1)'($signed(difference)) << TIME_UP_BITS;
    else integer_held_q <= (INTEGER_BITS + 1)'(non_zeros) << COUNT_UP_BITS;
    if (is_scoring || is_layer_ended) converted_q <= converted;
    if (is_layer_ended) is_count_large_q <= is_saturated;
  end
  int_to_float #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC),
      .INTEGER_BITS(INTEGER_BITS),
      .SHIFT_BITS(SHIFT_BITS)
  ) u_converter (
      .integer_in(integer_held_q),
      .is_negated(1'b0),
      .result(converted),
      .is_saturated(is_saturated)
  );
  assign is_time_saturated = is_saturated;

  // T and P of the requests in the pipeline: [k] in the cycles 2k + 3 and 2k + 4 of a request.
  logic [BITS-1:0] remaining_held_q[4];
  logic [BITS-1:0] isolated_held_q[3];
  always_ff @(posedge clk) begin
    if (!is_odd) begin
      remaining_held_q[0] <= remaining;
      isolated_held_q[0] <= isolated;
      for (int i = 1; i < 4; i++) remaining_held_q[i] <= remaining_held_q[i-1];
      for (int i = 1; i < 3; i++) isolated_held_q[i] <= isolated_held_q[i-1];
    end
  end

  // The adder of the slack; after a layer that of the coefficient.
  logic [BITS-1:0] product, slack_a, slack_b, slack, sum_held_q;
  logic is_empty;
  assign is_empty = elasticity_per_density[FRAC+:EXP] == '0;
  always_ff @(posedge clk) if (is_layer_ended) sum_held_q <= sum;
  always_comb begin
    slack_a = converted_q;
    slack_b = {!remaining_held_q[0][BITS-1], remaining_held_q[0][BITS-2:0]};
    if (step_q[5] || step_q[6]) begin
      slack_a = product;
      slack_b = {!elasticity[BITS-1], elasticity[BITS-2:0]};
    end else if (step_q[7] || step_q[8]) begin
      // A layer that is empty on average says nothing.
      slack_a = is_empty ? '0 : slack;
      slack_b = sum_held_q;
    end else if (step_q[11] || step_q[12]) begin
      slack_a = ONE;
      slack_b = product;
    end
  end
  fp_add #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC)
  ) u_of_slack (
      .clk(clk),
      .a(slack_a),
      .b(slack_b),
      .result(slack)
  );

  // Urgency in odd cycles, W in even ones.
  logic [BITS-1:0] weight, slack_eighth, bonus, lost, added_q;
  logic is_lost_q, is_urgent;
  logic [1:0] bonus_shift;
  always_comb begin
    if (32'(request_count) < 8) bonus_shift = 2'd1;
    else bonus_shift = 32'(request_count) < 32 ? 2'd2 : 2'd3;
  end
  fp_scale #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC)
  ) u_eighth (
      .a(slack),
      .shift(2'd3),
      .result(slack_eighth)
  );
  fp_scale #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC)
  ) u_bonus (
      .a({1'b1, weight[BITS-2:0]}),
      .shift(bonus_shift),
      .result(bonus)
  );
  fp_scale #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC)
  ) u_lost (
      .a(isolated_held_q[2]),
      .shift(2'd2),
      .result(lost)
  );
  // The adders give a NaN without a sign.
  assign is_urgent = !weight[BITS-1] && weight[FRAC+:EXP] != '0
      && !(weight[FRAC+:EXP] == '1 && weight[FRAC-1:0] != '0);
  always_ff @(posedge clk) begin
    if (is_odd) begin
      is_lost_q <= slack[BITS-1] && slack[FRAC+:EXP] != '0;
      if (is_lost_q) added_q <= IS_PLUS ? lost : '0;
      else added_q <= is_urgent ? bonus : '0;
    end
  end
  fp_add #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC)
  ) u_of_weight (
      .clk(clk),
      .a(is_odd ? isolated_held_q[1] : isolated_held_q[2]),
      .b(is_odd ? {!slack_eighth[BITS-1], slack_eighth[BITS-2:0]} : added_q),
      .result(weight)
  );

  // The multiplier. Its result has one bit of exponent more, and is brought back to the format of the operands.
  logic [BITS-1:0] factor_a, factor_b, coefficient;
  logic [EXP:0] wide_exponent;
  assign coefficient = slack[BITS-1] || slack[FRAC+:EXP] < LEAST_EXPONENT ? {1'b0, LEAST_EXPONENT, {FRAC{1'b0}}} : slack;
  always_comb begin
    factor_a = remaining_held_q[3];
    factor_b = weight;
    if (step_q[1] || step_q[2]) begin
      factor_a = converted_q;
      factor_b = per_output;
    end else if (step_q[3] || step_q[4]) begin
      factor_a = product;
      factor_b = elasticity_per_density;
    end else if (step_q[9] || step_q[10]) begin
      factor_a = slack;
      factor_b = per_layers;
    end else if (step_q[13] || step_q[14]) begin
      factor_a = coefficient;
      factor_b = average;
    end
  end
  fp_multiply #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC),
      .RESULT_EXPONENT_BITS(EXP + 1)
  ) u_multiplier (
      .clk(clk),
      .a(factor_a),
      .b(factor_b),
      .result(score)
  );
  assign wide_exponent = score[FRAC+:EXP+1];
  always_comb begin
    if (wide_exponent == {(EXP + 1) {1'b1}}) product = {score[BITS], {EXP{1'b1}}, score[FRAC-1:0]};
    else if (wide_exponent <= (EXP + 1)'(BIAS + 1)) product = {score[BITS], {(EXP + FRAC) {1'b0}}};
    else if (wide_exponent >= (EXP + 1)'(3 * BIAS + 2)) product = {score[BITS], {EXP{1'b1}}, {FRAC{1'b0}}};
    else product = {score[BITS], EXP'(wide_exponent - (EXP + 1)'(BIAS + 1)), score[FRAC-1:0]};
  end

  logic [BITS-1:0] measured_sum_q, measured_remaining_q;
  always_ff @(posedge clk) begin
    if (step_q[9]) measured_sum_q <= slack;
    if (step_q[15]) measured_remaining_q <= product;
  end
  assign measured_sum = measured_sum_q;
  assign measured_remaining = measured_remaining_q;
  assign measured_isolated = product;
  assign is_count_saturated = is_count_large_q && !is_empty;
endmodule
