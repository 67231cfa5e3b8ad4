// The compute unit of the scheduler (paper, Fig. 11). Three multipliers and two adders compute Algorithm 2's score,
// for a new request in every second cycle. The sparsity coefficient is computed on two of these multipliers
// (IS_SHARED), or on two more of its own.
//
// The entry and the table words of a request come in as the memories give them; its score goes out. The list gives
// the cycle of a request in which each step begins. The controller reads the entry in cycle 0, and `is_odd` is low in
// the even cycles of a request.
//   1 now − last run       2 now − deadline, · coefficient      3 waiting time to seconds    4 slack to seconds
//   5 · 1/isolated latency 6 slack − remaining                  7 · 1/queue length           9 slack + penalty
//   12 · eta               14 + remaining                      16 the score is there
// Each multiplier serves one step in odd and one in even cycles: 3 and the coefficient, 5 and 2, 7 and 12. One adder
// serves the steps 9 and 6, the other only step 14. With CLAMP_SLACK a slack of negative sign is replaced by 0 in step 8.
//
// The coefficient: `non_zeros` passes the converter in the cycle of a layer's end and in the next (`is_layer_ended`),
// and waits in `seconds_q`. Its product is there five cycles after the table words, if no score is computed
// meanwhile. Values in between are those of hw/scheduling-unit/compute-unit.ts.
module compute_unit #(
    parameter int EXPONENT_BITS = 5,
    parameter int FRACTION_BITS = 10,
    parameter int TIME_BITS = 48,
    parameter int TIME_SHIFT_BITS = 20,
    parameter int NON_ZERO_BITS = 24,
    parameter int COUNT_SHIFT_BITS = 12,
    parameter bit IS_SHARED = 1,
    parameter bit CLAMP_SLACK = 1,
    parameter logic [EXPONENT_BITS+FRACTION_BITS:0] ETA = 'x,
    parameter logic [EXPONENT_BITS+FRACTION_BITS:0] PER_QUANTUM = 'x
) (
    input  logic                                 clk,
    input  logic                                 is_scoring,
    input  logic                                 is_odd,

    // A request's entry in its cycles 1 and 2, its words of the tables in 2 and 3, and 5 and 6.
    input  logic [                TIME_BITS-1:0] now_ticks,
    input  logic [                TIME_BITS-1:0] deadline_ticks,
    input  logic [                TIME_BITS-1:0] last_run_ticks,
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] coefficient,
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] remaining,
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] per_isolated,
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] per_queued,
    // In its cycle 16.
    output logic [EXPONENT_BITS+FRACTION_BITS:0] score,
    // In its cycles 2 and 3.
    output logic                                 is_time_saturated,

    input  logic [            NON_ZERO_BITS-1:0] non_zeros,
    input  logic                                 is_layer_ended,
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] per_output,
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] per_density,
    output logic [EXPONENT_BITS+FRACTION_BITS:0] measured_coefficient,
    output logic                                 is_count_saturated
);
  localparam int EXP = EXPONENT_BITS;
  localparam int FRAC = FRACTION_BITS;
  localparam logic [EXP+FRAC:0] ONE = {2'b00, {(EXP - 1) {1'b1}}, {FRAC{1'b0}}};
  // A shared unit converts counts as it converts times, in units of the finer of both quanta.
  localparam int SHIFT_BITS = IS_SHARED && COUNT_SHIFT_BITS > TIME_SHIFT_BITS ? COUNT_SHIFT_BITS : TIME_SHIFT_BITS;
  localparam int TIME_UP_BITS = SHIFT_BITS - TIME_SHIFT_BITS;
  localparam int COUNT_UP_BITS = IS_SHARED ? SHIFT_BITS - COUNT_SHIFT_BITS : 0;
  localparam bit IS_COUNT_WIDER = IS_SHARED && NON_ZERO_BITS + COUNT_UP_BITS > TIME_BITS + TIME_UP_BITS;
  localparam int INTEGER_BITS = IS_COUNT_WIDER ? NON_ZERO_BITS + COUNT_UP_BITS : TIME_BITS + TIME_UP_BITS;

  // Integers to numbers: waiting time converted in even cycles, time past the deadline, turned into slack, in odd ones.
  logic [TIME_BITS:0] difference;
  logic [INTEGER_BITS:0] integer_held_q;
  logic [EXP+FRAC:0] converted, seconds_q;
  logic is_saturated;
  assign difference = {1'b0, now_ticks} - {1'b0, is_odd ? last_run_ticks : deadline_ticks};
  always_ff @(posedge clk) begin
    if (is_scoring || !IS_SHARED) integer_held_q <= (INTEGER_BITS + 1)'($signed(difference)) << TIME_UP_BITS;
    else integer_held_q <= (INTEGER_BITS + 1)'(non_zeros) << COUNT_UP_BITS;
    if (is_scoring || is_layer_ended) seconds_q <= converted;
  end
  int_to_float #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC),
      .INTEGER_BITS(INTEGER_BITS),
      .SHIFT_BITS(SHIFT_BITS)
  ) u_converter (
      .integer_in(integer_held_q),
      .is_negated(is_odd),
      .result(converted),
      .is_saturated(is_saturated)
  );
  assign is_time_saturated = is_saturated;

  // Three multipliers.
  logic [EXP+FRAC:0] in_seconds, product, scaled, weighed_q;
  logic is_coefficient;
  assign is_coefficient = IS_SHARED && !is_scoring;
  fp_multiply #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC)
  ) u_to_seconds (
      .clk(clk),
      .a(seconds_q),
      .b(is_coefficient ? per_output : PER_QUANTUM),
      .result(in_seconds)
  );
  fp_multiply #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC)
  ) u_by_table (
      .clk(clk),
      .a(is_odd || is_coefficient ? in_seconds : coefficient),
      .b(is_coefficient ? per_density : is_odd ? per_isolated : remaining),
      .result(product)
  );
  fp_multiply #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC)
  ) u_by_constant (
      .clk(clk),
      .a(is_odd ? product : weighed_q),
      .b(is_odd ? per_queued : ETA),
      .result(scaled)
  );

  // Remaining time: made in cycle 4, used in cycles 6 and 14.
  logic [EXP+FRAC:0] remaining_held_q[5];
  always_ff @(posedge clk) begin
    if (!is_odd) begin
      remaining_held_q[0] <= product;
      for (int i = 1; i < 5; i++) remaining_held_q[i] <= remaining_held_q[i-1];
    end
  end

  // Two adders.
  logic [EXP+FRAC:0] sum, slack_q, less_remaining;
  assign less_remaining = {!remaining_held_q[0][EXP+FRAC], remaining_held_q[0][EXP+FRAC-1:0]};
  fp_add #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC)
  ) u_of_slack (
      .clk(clk),
      .a(is_odd ? slack_q : in_seconds),
      .b(is_odd ? scaled : less_remaining),
      .result(sum)
  );
  fp_add #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC)
  ) u_of_score (
      .clk(clk),
      .a(scaled),
      .b(remaining_held_q[4]),
      .result(score)
  );
  always_ff @(posedge clk) begin
    if (is_odd) weighed_q <= sum;
    else slack_q <= CLAMP_SLACK && sum[EXP+FRAC] ? '0 : sum;
  end

  // The coefficient: 1 for a layer that is empty on average.
  logic is_empty, is_count_large;
  logic [EXP+FRAC:0] relative_density;
  assign is_empty = per_density[FRAC+:EXP] == '0;
  assign measured_coefficient = is_empty ? ONE : relative_density;
  assign is_count_saturated = is_count_large && !is_empty;
  if (IS_SHARED) begin : gen_shared
    assign relative_density = product;
    logic is_count_large_q;
    assign is_count_large = is_count_large_q;
    always_ff @(posedge clk) if (is_layer_ended) is_count_large_q <= is_saturated;
  end else begin : gen_separate
    coefficient_unit #(
        .EXPONENT_BITS(EXP),
        .FRACTION_BITS(FRAC),
        .NON_ZERO_BITS(NON_ZERO_BITS),
        .COUNT_SHIFT_BITS(COUNT_SHIFT_BITS)
    ) u_coefficient_unit (
        .clk(clk),
        .non_zeros(non_zeros),
        .is_layer_ended(is_layer_ended),
        .per_output(per_output),
        .per_density(per_density),
        .result(relative_density),
        .is_saturated(is_count_large)
    );
  end
endmodule
