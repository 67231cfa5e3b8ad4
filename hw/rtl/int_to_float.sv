// An integer times 2^-SHIFT_BITS as a floating-point number, rounded once, as IntegerConverter of
// hw/scheduling-unit/number-format.ts does.
//
// `integer_in` is in two's complement, with INTEGER_BITS and a sign; `is_negated` turns the sign of the result. The
// result is there in the same cycle. `is_saturated` says that the largest number stands for a larger one. A result
// below the smallest normal number after rounding becomes a zero of the integer's sign.
//
// The magnitude of a negative integer i is never computed, because that takes an addition. ~i is one less than the
// magnitude, and ~i followed by ones without end equals it. So ones are shifted in behind ~i, and a number rounds up
// where its guard bit is 0 and only ones follow: such a number is a tie.
module int_to_float #(
    parameter int EXPONENT_BITS = 5,
    parameter int FRACTION_BITS = 10,
    parameter int INTEGER_BITS = 48,
    parameter int SHIFT_BITS = 20
) (
    input  logic [               INTEGER_BITS:0] integer_in,
    input  logic                                 is_negated,
    output logic [EXPONENT_BITS+FRACTION_BITS:0] result,
    output logic                                 is_saturated
);
  localparam int EXP = EXPONENT_BITS;
  localparam int FRAC = FRACTION_BITS;
  localparam int BIAS = 2 ** (EXP - 1) - 1;
  // From 2^LARGE_BITS on everything saturates.
  localparam int LARGE_BITS = 2 ** (EXP - 1) + SHIFT_BITS;
  localparam int WINDOW_BITS = INTEGER_BITS < LARGE_BITS ? INTEGER_BITS : LARGE_BITS;
  // One of the ones behind it, and room for fraction, guard and one bit behind.
  localparam int LEADING_BITS = WINDOW_BITS + 1 < FRAC + 3 ? FRAC + 3 : WINDOW_BITS + 1;
  // More leading zeros than the smallest normal has, and one that is rounded up to it, need not be shifted out.
  localparam int MOST_ZEROS = BIAS + WINDOW_BITS - SHIFT_BITS;
  localparam int LEVELS = MOST_ZEROS < 1 ? 1 : $clog2((MOST_ZEROS < LEADING_BITS ? MOST_ZEROS : LEADING_BITS - 1) + 1);

  logic is_negative, is_large;
  logic [INTEGER_BITS-1:0] ones_complement;
  assign is_negative = integer_in[INTEGER_BITS];
  assign ones_complement = integer_in[INTEGER_BITS-1:0] ^ {INTEGER_BITS{is_negative}};
  assign is_large = (ones_complement >> WINDOW_BITS) != '0;

  logic [LEADING_BITS-1:0] leading;
  logic [LEVELS-1:0] leading_zeros;
  always_comb begin
    leading = {ones_complement[WINDOW_BITS-1:0], {(LEADING_BITS - WINDOW_BITS) {is_negative}}};
    for (int level = LEVELS - 1; level >= 0; level--) begin
      leading_zeros[level] = (leading >> (LEADING_BITS - 2 ** level)) == '0;
      if (leading_zeros[level]) begin
        leading = (leading << 2 ** level) | (is_negative ? (LEADING_BITS'(1) << 2 ** level) - LEADING_BITS'(1) : '0);
      end
    end
  end

  // Zero, or far below the smallest normal.
  logic is_far_below, is_odd, is_half, is_more, is_all, is_up;
  assign is_far_below = !leading[LEADING_BITS-1];
  assign is_odd = leading[LEADING_BITS-1-FRAC];
  assign is_half = leading[LEADING_BITS-2-FRAC];
  assign is_more = leading[LEADING_BITS-3-FRAC:0] != '0;
  assign is_all = &leading[LEADING_BITS-3-FRAC:0];
  assign is_up = is_negative ? is_half || (is_all && is_odd) : is_half && (is_more || is_odd);

  logic [EXP+2:0] exponent;
  logic [EXP+FRAC+2:0] rounded;
  logic is_too_small, is_too_large, is_zero, sign;
  assign exponent = (EXP + 3)'(BIAS + WINDOW_BITS - 1 - SHIFT_BITS) - (EXP + 3)'(leading_zeros);
  assign rounded = {exponent, leading[LEADING_BITS-2-:FRAC]} + (EXP + FRAC + 3)'(is_up);
  assign is_too_small = rounded[EXP+FRAC+2] || rounded[FRAC+:EXP+2] == '0;
  assign is_too_large = !rounded[EXP+FRAC+2] && rounded[FRAC+:EXP+2] >= {2'b00, {EXP{1'b1}}};
  assign is_zero = integer_in == '0;
  assign sign = (is_negative ^ is_negated) && !is_zero;

  assign is_saturated = is_large || (is_too_large && !is_far_below);
  always_comb begin
    if (is_saturated) result = {sign, {(EXP - 1) {1'b1}}, 1'b0, {FRAC{1'b1}}};
    else if (is_far_below || is_too_small) result = {sign, {(EXP + FRAC) {1'b0}}};
    else result = {sign, rounded[EXP+FRAC-1:0]};
  end
endmodule
