// Integer · 2^-SHIFT_BITS as a floating-point number, rounded once, as IntegerConverter of hw/scheduling-unit/number-format.ts converts.
//
// Ports: integer (two's complement, INTEGER_BITS and a sign) and is_negated in; result, and whether the largest number
// stands for one that is larger, out in the same cycle. Below the smallest normal after rounding: a zero of the
// integer's sign.
//
// The magnitude of a negative integer i is never computed: ~i is one less, and as ~i followed by ones without end it is
// the magnitude. So ones are shifted in behind it, and it rounds up from a tie's predecessor (guard 0, all ones behind).
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
  localparam int E = EXPONENT_BITS;
  localparam int F = FRACTION_BITS;
  localparam int BIAS = 2 ** (E - 1) - 1;
  // From 2^LARGE_BITS on everything saturates.
  localparam int LARGE_BITS = 2 ** (E - 1) + SHIFT_BITS;
  localparam int WINDOW_BITS = INTEGER_BITS < LARGE_BITS ? INTEGER_BITS : LARGE_BITS;
  // One of the ones behind it, and room for fraction, guard and one bit behind.
  localparam int LEADING_BITS = WINDOW_BITS + 1 < F + 3 ? F + 3 : WINDOW_BITS + 1;
  // More leading zeros than the smallest normal has, and one that is rounded up to it, need not be shifted out.
  localparam int MOST_ZEROS = BIAS + WINDOW_BITS - SHIFT_BITS;
  localparam int LEVELS = MOST_ZEROS < 1 ? 1 : $clog2((MOST_ZEROS < LEADING_BITS ? MOST_ZEROS : LEADING_BITS - 1) + 1);

  wire is_negative = integer_in[INTEGER_BITS];
  wire [INTEGER_BITS-1:0] ones_complement = integer_in[INTEGER_BITS-1:0] ^ {INTEGER_BITS{is_negative}};
  wire is_large = (ones_complement >> WINDOW_BITS) != '0;

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
  wire is_far_below = !leading[LEADING_BITS-1];
  wire is_odd = leading[LEADING_BITS-1-F];
  wire is_half = leading[LEADING_BITS-2-F];
  wire is_more = leading[LEADING_BITS-3-F:0] != '0;
  wire is_all = &leading[LEADING_BITS-3-F:0];
  wire is_up = is_negative ? is_half || (is_all && is_odd) : is_half && (is_more || is_odd);

  wire [E+2:0] exponent = (E + 3)'(BIAS + WINDOW_BITS - 1 - SHIFT_BITS) - (E + 3)'(leading_zeros);
  wire [E+F+2:0] rounded = {exponent, leading[LEADING_BITS-2-:F]} + (E + F + 3)'(is_up);
  wire is_too_small = rounded[E+F+2] || rounded[F+:E+2] == '0;
  wire is_too_large = !rounded[E+F+2] && rounded[F+:E+2] >= {2'b00, {E{1'b1}}};
  wire is_zero = integer_in == '0;
  wire sign = (is_negative ^ is_negated) && !is_zero;

  assign is_saturated = is_large || (is_too_large && !is_far_below);
  always_comb begin
    if (is_saturated) result = {sign, {(E - 1) {1'b1}}, 1'b0, {F{1'b1}}};
    else if (is_far_below || is_too_small) result = {sign, {(E + F) {1'b0}}};
    else result = {sign, rounded[E+F-1:0]};
  end
endmodule
