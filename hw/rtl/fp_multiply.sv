// Floating-point product (paper, Fig. 11, a multiplier of the compute unit), as hw/scheduling-unit/number-format.ts multiplies.
//
// Ports: a, b in one cycle; result two cycles later; new operands in every cycle.
// Rounds to nearest, ties to even. A subnormal operand is zero, a result below the smallest normal after rounding is a
// zero of its sign. The one NaN is quiet and positive. Not modelled: exception flags.
module fp_multiply #(
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
  localparam int BIAS = 2 ** (E - 1) - 1;
  localparam logic [E-1:0] TOP = {E{1'b1}};

  // Stage 1: significands multiplied, exponents added, special operands recognised.
  wire [E-1:0] exponent_a = a[F+:E];
  wire [E-1:0] exponent_b = b[F+:E];
  wire is_zero_a = exponent_a == '0;
  wire is_zero_b = exponent_b == '0;
  wire is_top_a = exponent_a == TOP;
  wire is_top_b = exponent_b == TOP;
  wire is_nan_a = is_top_a && a[F-1:0] != '0;
  wire is_nan_b = is_top_b && b[F-1:0] != '0;

  logic [2*F+1:0] product;
  logic [E:0] exponent_sum;
  logic sign, is_zero, is_infinite, is_nan;

  always_ff @(posedge clk) begin
    product <= {1'b1, a[F-1:0]} * {1'b1, b[F-1:0]};
    exponent_sum <= {1'b0, exponent_a} + {1'b0, exponent_b};
    sign <= a[E+F] ^ b[E+F];
    is_zero <= is_zero_a || is_zero_b;
    is_infinite <= is_top_a || is_top_b;
    is_nan <= is_nan_a || is_nan_b || (is_top_a && is_zero_b) || (is_zero_a && is_top_b);
  end

  // Stage 2: rounded to a fraction, whose carry goes into the exponent.
  wire is_two_or_more = product[2*F+1];
  wire [2*F:0] behind_one = is_two_or_more ? product[2*F:0] : {product[2*F-1:0], 1'b0};
  wire is_up = behind_one[F] && (behind_one[F+1] || behind_one[F-1:0] != '0);
  wire [E+1:0] exponent = {1'b0, exponent_sum} - (E + 2)'(BIAS) + (E + 2)'(is_two_or_more);
  wire [E+F+1:0] rounded = {exponent, behind_one[F+1+:F]} + (E + F + 2)'(is_up);
  wire is_too_small = rounded[E+F+1] || rounded[F+:E+1] == '0;
  wire is_too_large = !rounded[E+F+1] && rounded[F+:E+1] >= {1'b0, TOP};

  always_ff @(posedge clk) begin
    if (is_nan) result <= {1'b0, TOP, 1'b1, {(F - 1) {1'b0}}};
    else if (is_infinite || (is_too_large && !is_zero)) result <= {sign, TOP, {F{1'b0}}};
    else if (is_zero || is_too_small) result <= {sign, {(E + F) {1'b0}}};
    else result <= {sign, rounded[E+F-1:0]};
  end
endmodule
