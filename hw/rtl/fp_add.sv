// Floating-point sum (paper, Fig. 11, an adder of the compute unit), as hw/scheduling-unit/number-format.ts adds.
//
// Operands come in one cycle, and the result is there two cycles later; new operands can come in every cycle. For a
// difference the caller turns the sign of b (the sign of a NaN has no meaning).
// Rounds to nearest, ties to even. A subnormal operand counts as zero. A result that is below the smallest normal
// number after rounding becomes a zero of its sign. The one NaN is quiet and positive. Not modelled: exception flags.
module fp_add #(
    parameter int EXPONENT_BITS = 5,
    parameter int FRACTION_BITS = 10
) (
    input  logic                                 clk,
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] a,
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] b,
    output logic [EXPONENT_BITS+FRACTION_BITS:0] result
);
  localparam int EXP = EXPONENT_BITS;
  localparam int FRAC = FRACTION_BITS;
  localparam logic [EXP-1:0] TOP = {EXP{1'b1}};
  // Behind the fraction: guard, round and sticky bit.
  localparam int ALIGNED_BITS = FRAC + 4;
  localparam int ALIGN_LEVELS = $clog2(FRAC + 3);
  localparam int SUM_BITS = FRAC + 5;
  localparam int SUM_LEVELS = $clog2(SUM_BITS);

  // Registers behind the outputs.
  logic [EXPONENT_BITS+FRACTION_BITS:0] result_q;
  assign result = result_q;

  // Stage 1: the smaller significand aligned to the larger one.
  logic is_swapped, is_zero_smaller, is_top_larger, is_top_smaller, is_difference;
  logic [EXP+FRAC:0] larger, smaller;
  logic [EXP-1:0] exponent_larger, exponent_smaller, distance;
  assign is_swapped = b[EXP+FRAC-1:0] > a[EXP+FRAC-1:0];
  assign larger = is_swapped ? b : a;
  assign smaller = is_swapped ? a : b;
  assign exponent_larger = larger[FRAC+:EXP];
  assign exponent_smaller = smaller[FRAC+:EXP];
  assign is_zero_smaller = exponent_smaller == '0;
  assign is_top_larger = exponent_larger == TOP;
  assign is_top_smaller = exponent_smaller == TOP;
  assign is_difference = larger[EXP+FRAC] != smaller[EXP+FRAC];
  assign distance = exponent_larger - exponent_smaller;

  logic is_far;
  logic [ALIGNED_BITS-1:0] aligned;
  assign is_far = (distance >> ALIGN_LEVELS) != '0;
  always_comb begin
    aligned = is_zero_smaller ? '0 : {1'b1, smaller[FRAC-1:0], 3'b000};
    for (int level = 0; level < ALIGN_LEVELS; level++) begin
      if (distance[level]) begin
        // What leaves at the right stays as a sticky bit.
        aligned = (aligned >> 2 ** level)
            | ALIGNED_BITS'((aligned & ((ALIGNED_BITS'(1) << 2 ** level) - ALIGNED_BITS'(1))) != '0);
      end
    end
    if (is_far) aligned = ALIGNED_BITS'(!is_zero_smaller);
  end

  logic [FRAC-1:0] fraction_larger_q;
  logic [ALIGNED_BITS-1:0] aligned_smaller_q;
  logic [EXP-1:0] exponent_q;
  logic sign_q, is_subtracted_q, is_zero_q, is_infinite_q, is_nan_q;

  always_ff @(posedge clk) begin
    fraction_larger_q <= larger[FRAC-1:0];
    aligned_smaller_q <= aligned;
    exponent_q <= exponent_larger;
    is_subtracted_q <= is_difference;
    is_zero_q <= exponent_larger == '0;
    sign_q <= exponent_larger == '0 ? a[EXP+FRAC] && b[EXP+FRAC] : larger[EXP+FRAC];
    is_infinite_q <= is_top_larger;
    is_nan_q <= is_top_larger && (larger[FRAC-1:0] != '0 || (is_top_smaller && is_difference));
  end

  // Stage 2: added or subtracted, shifted to a leading one, rounded.
  logic [SUM_BITS-1:0] sum, leading;
  logic [SUM_LEVELS-1:0] leading_zeros;
  assign sum = is_subtracted_q
      ? {2'b01, fraction_larger_q, 3'b000} - {1'b0, aligned_smaller_q}
      : {2'b01, fraction_larger_q, 3'b000} + {1'b0, aligned_smaller_q};
  always_comb begin
    leading = sum;
    for (int level = SUM_LEVELS - 1; level >= 0; level--) begin
      leading_zeros[level] = (leading >> (SUM_BITS - 2 ** level)) == '0;
      if (leading_zeros[level]) leading = leading << 2 ** level;
    end
  end
  logic is_cancelled, is_up, is_too_small, is_too_large;
  logic [EXP+1:0] exponent_sum;
  logic [EXP+FRAC+1:0] rounded;
  assign is_cancelled = !leading[SUM_BITS-1];
  assign is_up = leading[3] && (leading[4] || leading[2:0] != '0);
  assign exponent_sum = {2'b00, exponent_q} + (EXP + 2)'(1) - (EXP + 2)'(leading_zeros);
  assign rounded = {exponent_sum, leading[4+:FRAC]} + (EXP + FRAC + 2)'(is_up);
  assign is_too_small = rounded[EXP+FRAC+1] || rounded[FRAC+:EXP+1] == '0;
  assign is_too_large = !rounded[EXP+FRAC+1] && rounded[FRAC+:EXP+1] >= {1'b0, TOP};

  always_ff @(posedge clk) begin
    if (is_nan_q) result_q <= {1'b0, TOP, 1'b1, {(FRAC - 1) {1'b0}}};
    else if (is_infinite_q) result_q <= {sign_q, TOP, {FRAC{1'b0}}};
    else if (is_zero_q) result_q <= {sign_q, {(EXP + FRAC) {1'b0}}};
    else if (is_cancelled) result_q <= '0;
    else if (is_too_small) result_q <= {sign_q, {(EXP + FRAC) {1'b0}}};
    else if (is_too_large) result_q <= {sign_q, TOP, {FRAC{1'b0}}};
    else result_q <= {sign_q, rounded[EXP+FRAC-1:0]};
  end
endmodule
