// Floating-point product (paper, Fig. 11, a multiplier of the compute unit), as hw/scheduling-unit/number-format.ts
// multiplies.
//
// Operands come in one cycle, and the result is there two cycles later; new operands can come in every cycle. Rounds
// to nearest, ties to even. A subnormal operand counts as zero. A result that is below the smallest normal number
// after rounding becomes a zero of its sign. The one NaN is quiet and positive. Not modelled: exception flags.
//
// With one bit of exponent more in the result than in the operands (RESULT_EXPONENT_BITS) the product of two finite
// numbers neither overflows nor vanishes.
module fp_multiply #(
    parameter int EXPONENT_BITS = 5,
    parameter int FRACTION_BITS = 10,
    parameter int RESULT_EXPONENT_BITS = EXPONENT_BITS
) (
    input  logic                                        clk,
    input  logic [       EXPONENT_BITS+FRACTION_BITS:0] a,
    input  logic [       EXPONENT_BITS+FRACTION_BITS:0] b,
    output logic [RESULT_EXPONENT_BITS+FRACTION_BITS:0] result
);
  localparam int EXP = EXPONENT_BITS;
  localparam int FRAC = FRACTION_BITS;
  localparam int RESULT_EXP = RESULT_EXPONENT_BITS;
  // Of both operands, less that of the result.
  localparam int BIAS = 2 * (2 ** (EXP - 1) - 1) - (2 ** (RESULT_EXP - 1) - 1);
  localparam logic [EXP-1:0] TOP = {EXP{1'b1}};
  localparam logic [RESULT_EXP-1:0] RESULT_TOP = {RESULT_EXP{1'b1}};

  // Registers behind the outputs.
  logic [RESULT_EXP+FRAC:0] result_q;
  assign result = result_q;

  // Stage 1: significands multiplied, exponents added, special operands recognised.
  logic [EXP-1:0] exponent_a, exponent_b;
  logic is_zero_a, is_zero_b, is_top_a, is_top_b, is_nan_a, is_nan_b;
  assign exponent_a = a[FRAC+:EXP];
  assign exponent_b = b[FRAC+:EXP];
  assign is_zero_a = exponent_a == '0;
  assign is_zero_b = exponent_b == '0;
  assign is_top_a = exponent_a == TOP;
  assign is_top_b = exponent_b == TOP;
  assign is_nan_a = is_top_a && a[FRAC-1:0] != '0;
  assign is_nan_b = is_top_b && b[FRAC-1:0] != '0;

  logic [2*FRAC+1:0] product_q;
  logic [EXP:0] exponent_sum_q;
  logic sign_q, is_zero_q, is_infinite_q, is_nan_q;

  always_ff @(posedge clk) begin
    product_q <= {1'b1, a[FRAC-1:0]} * {1'b1, b[FRAC-1:0]};
    exponent_sum_q <= {1'b0, exponent_a} + {1'b0, exponent_b};
    sign_q <= a[EXP+FRAC] ^ b[EXP+FRAC];
    is_zero_q <= is_zero_a || is_zero_b;
    is_infinite_q <= is_top_a || is_top_b;
    is_nan_q <= is_nan_a || is_nan_b || (is_top_a && is_zero_b) || (is_zero_a && is_top_b);
  end

  // Stage 2: rounded to a fraction, whose carry goes into the exponent.
  logic is_two_or_more, is_up, is_too_small, is_too_large;
  logic [2*FRAC:0] behind_one;
  logic [EXP+1:0] exponent;
  logic [EXP+FRAC+1:0] rounded;
  assign is_two_or_more = product_q[2*FRAC+1];
  assign behind_one = is_two_or_more ? product_q[2*FRAC:0] : {product_q[2*FRAC-1:0], 1'b0};
  assign is_up = behind_one[FRAC] && (behind_one[FRAC+1] || behind_one[FRAC-1:0] != '0);
  assign exponent = {1'b0, exponent_sum_q} - (EXP + 2)'(BIAS) + (EXP + 2)'(is_two_or_more);
  assign rounded = {exponent, behind_one[FRAC+1+:FRAC]} + (EXP + FRAC + 2)'(is_up);
  assign is_too_small = rounded[EXP+FRAC+1] || rounded[FRAC+:EXP+1] == '0;
  assign is_too_large = !rounded[EXP+FRAC+1] && rounded[FRAC+:EXP+1] >= (EXP + 1)'(RESULT_TOP);

  always_ff @(posedge clk) begin
    if (is_nan_q) result_q <= {1'b0, RESULT_TOP, 1'b1, {(FRAC - 1) {1'b0}}};
    else if (is_infinite_q || (is_too_large && !is_zero_q)) result_q <= {sign_q, RESULT_TOP, {FRAC{1'b0}}};
    else if (is_zero_q || is_too_small) result_q <= {sign_q, {(RESULT_EXP + FRAC) {1'b0}}};
    else result_q <= {sign_q, rounded[RESULT_EXP+FRAC-1:0]};
  end
endmodule
