// Whether a < b, as hw/scheduling-unit/number-format.ts compares: zeros of both signs are equal, NaN is neither less nor more.
//
// Ports: a, b in, is_less out in the same cycle. b must be a number, not NaN; a subnormal a is zero. Of the argmin
// (paper, Fig. 10) this is the comparator.
module fp_less #(
    parameter int EXPONENT_BITS = 5,
    parameter int FRACTION_BITS = 10
) (
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] a,
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] b,
    output logic                                 is_less
);
  localparam int E = EXPONENT_BITS;
  localparam int F = FRACTION_BITS;

  wire is_nan = a[F+:E] == '1 && a[F-1:0] != '0;
  wire is_zero_a = a[F+:E] == '0;
  wire is_zero_b = b[F+:E] == '0;
  wire is_smaller = a[E+F-1:0] < b[E+F-1:0];
  wire is_larger = a[E+F-1:0] > b[E+F-1:0];

  always_comb begin
    if (is_nan || (is_zero_a && is_zero_b)) is_less = 1'b0;
    else if (a[E+F] != b[E+F]) is_less = a[E+F];
    else is_less = a[E+F] ? is_larger : is_smaller;
  end
endmodule
