// A floating-point number times 2^-shift, as hw/scheduling-unit/number-format.ts multiplies by a power
// of two: the exponent is made smaller, and nothing is rounded.
//
// The answer is there in the same cycle. What falls below the smallest normal number becomes a zero of its sign, and so
// does a subnormal operand. Infinities and NaN stay as they are.
module fp_scale #(
    parameter int EXPONENT_BITS = 5,
    parameter int FRACTION_BITS = 10
) (
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] a,
    input  logic [                          1:0] shift,
    output logic [EXPONENT_BITS+FRACTION_BITS:0] result
);
  localparam int EXP = EXPONENT_BITS;
  localparam int FRAC = FRACTION_BITS;

  logic [EXP-1:0] exponent;
  assign exponent = a[FRAC+:EXP];

  always_comb begin
    if (exponent == {EXP{1'b1}}) result = a;
    else if (exponent <= EXP'(shift)) result = {a[EXP+FRAC], {(EXP + FRAC) {1'b0}}};
    else result = {a[EXP+FRAC], exponent - EXP'(shift), a[FRAC-1:0]};
  end
endmodule
