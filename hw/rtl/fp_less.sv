// The comparator of the selection (paper, Fig. 10): whether a < b, as hw/scheduling-unit/number-format.ts compares.
//
// The answer is there in the same cycle. Zeros of both signs are equal, and a NaN in a is not less than anything. b
// must not be a NaN. A subnormal a counts as zero.
module fp_less #(
    parameter int EXPONENT_BITS = 5,
    parameter int FRACTION_BITS = 10
) (
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] a,
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] b,
    output logic                                 is_less
);
  localparam int EXP = EXPONENT_BITS;
  localparam int FRAC = FRACTION_BITS;

  logic is_nan, is_zero_a, is_zero_b, is_smaller, is_larger;
  assign is_nan = a[FRAC+:EXP] == '1 && a[FRAC-1:0] != '0;
  assign is_zero_a = a[FRAC+:EXP] == '0;
  assign is_zero_b = b[FRAC+:EXP] == '0;
  assign is_smaller = a[EXP+FRAC-1:0] < b[EXP+FRAC-1:0];
  assign is_larger = a[EXP+FRAC-1:0] > b[EXP+FRAC-1:0];

  always_comb begin
    if (is_nan || (is_zero_a && is_zero_b)) is_less = 1'b0;
    else if (a[EXP+FRAC] != b[EXP+FRAC]) is_less = a[EXP+FRAC];
    else is_less = a[EXP+FRAC] ? is_larger : is_smaller;
  end
endmodule
