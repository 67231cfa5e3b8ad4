// Floating-point sum (paper, Fig. 11, an adder of the compute unit), as hw/scheduling-unit/number-format.ts adds.
//
// Ports: a, b in one cycle; result two cycles later; new operands in every cycle. A difference is a sum with the sign of
// b turned (the sign of a NaN says nothing).
// Rounds to nearest, ties to even. A subnormal operand is zero, a result below the smallest normal after rounding is a
// zero of its sign. The one NaN is quiet and positive. Not modelled: exception flags.
module fp_add #(
    parameter int EXPONENT_BITS = 5,
    parameter int FRACTION_BITS = 10
) (
    input  logic                                 clk,
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] a,
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] b,
    output logic [EXPONENT_BITS+FRACTION_BITS:0] result
);
  localparam int E = EXPONENT_BITS;
  localparam int F = FRACTION_BITS;
  localparam logic [E-1:0] TOP = {E{1'b1}};
  // Behind the fraction: guard, round and sticky bit.
  localparam int ALIGNED_BITS = F + 4;
  localparam int ALIGN_LEVELS = $clog2(F + 3);
  localparam int SUM_BITS = F + 5;
  localparam int SUM_LEVELS = $clog2(SUM_BITS);

  // Stage 1: the smaller significand aligned to the larger one.
  wire is_swapped = b[E+F-1:0] > a[E+F-1:0];
  wire [E+F:0] larger = is_swapped ? b : a;
  wire [E+F:0] smaller = is_swapped ? a : b;
  wire [E-1:0] exponent_larger = larger[F+:E];
  wire [E-1:0] exponent_smaller = smaller[F+:E];
  wire is_zero_smaller = exponent_smaller == '0;
  wire is_top_larger = exponent_larger == TOP;
  wire is_top_smaller = exponent_smaller == TOP;
  wire is_difference = larger[E+F] != smaller[E+F];
  wire [E-1:0] distance = exponent_larger - exponent_smaller;

  wire is_far = (distance >> ALIGN_LEVELS) != '0;
  logic [ALIGNED_BITS-1:0] aligned;
  always_comb begin
    aligned = is_zero_smaller ? '0 : {1'b1, smaller[F-1:0], 3'b000};
    for (int level = 0; level < ALIGN_LEVELS; level++) begin
      if (distance[level]) begin
        // What leaves at the right stays as a sticky bit.
        aligned = (aligned >> 2 ** level) | ALIGNED_BITS'((aligned & ((ALIGNED_BITS'(1) << 2 ** level) - ALIGNED_BITS'(1))) != '0);
      end
    end
    if (is_far) aligned = ALIGNED_BITS'(!is_zero_smaller);
  end

  logic [F-1:0] fraction_larger;
  logic [ALIGNED_BITS-1:0] aligned_smaller;
  logic [E-1:0] exponent;
  logic sign, is_subtracted, is_zero, is_infinite, is_nan;

  always_ff @(posedge clk) begin
    fraction_larger <= larger[F-1:0];
    aligned_smaller <= aligned;
    exponent <= exponent_larger;
    is_subtracted <= is_difference;
    is_zero <= exponent_larger == '0;
    sign <= exponent_larger == '0 ? a[E+F] && b[E+F] : larger[E+F];
    is_infinite <= is_top_larger;
    is_nan <= is_top_larger && (larger[F-1:0] != '0 || (is_top_smaller && is_difference));
  end

  // Stage 2: added or subtracted, shifted to a leading one, rounded.
  wire [SUM_BITS-1:0] sum = is_subtracted
      ? {2'b01, fraction_larger, 3'b000} - {1'b0, aligned_smaller}
      : {2'b01, fraction_larger, 3'b000} + {1'b0, aligned_smaller};
  logic [SUM_BITS-1:0] leading;
  logic [SUM_LEVELS-1:0] leading_zeros;
  always_comb begin
    leading = sum;
    for (int level = SUM_LEVELS - 1; level >= 0; level--) begin
      leading_zeros[level] = (leading >> (SUM_BITS - 2 ** level)) == '0;
      if (leading_zeros[level]) leading = leading << 2 ** level;
    end
  end
  wire is_cancelled = !leading[SUM_BITS-1];
  wire is_up = leading[3] && (leading[4] || leading[2:0] != '0);
  wire [E+1:0] exponent_sum = {2'b00, exponent} + (E + 2)'(1) - (E + 2)'(leading_zeros);
  wire [E+F+1:0] rounded = {exponent_sum, leading[4+:F]} + (E + F + 2)'(is_up);
  wire is_too_small = rounded[E+F+1] || rounded[F+:E+1] == '0;
  wire is_too_large = !rounded[E+F+1] && rounded[F+:E+1] >= {1'b0, TOP};

  always_ff @(posedge clk) begin
    if (is_nan) result <= {1'b0, TOP, 1'b1, {(F - 1) {1'b0}}};
    else if (is_infinite) result <= {sign, TOP, {F{1'b0}}};
    else if (is_zero) result <= {sign, {(E + F) {1'b0}}};
    else if (is_cancelled) result <= '0;
    else if (is_too_small) result <= {sign, {(E + F) {1'b0}}};
    else if (is_too_large) result <= {sign, TOP, {F{1'b0}}};
    else result <= {sign, rounded[E+F-1:0]};
  end
endmodule
