// The sparsity coefficient on two multipliers of its own (paper, section 5.2: the unit that is not optimised).
//
// Ports: non_zeros in the cycle of a layer's end, is_layer_ended in the next, the layer's words of the tables from the one
// after that on; the product is there four cycles after the words, until the next layer's end. is_saturated: the count
// was too large for the format.
module coefficient_unit #(
    parameter int EXPONENT_BITS = 5,
    parameter int FRACTION_BITS = 10,
    parameter int NON_ZERO_BITS = 24,
    parameter int COUNT_SHIFT_BITS = 12
) (
    input  logic                                 clk,
    input  logic [            NON_ZERO_BITS-1:0] non_zeros,
    input  logic                                 is_layer_ended,
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] per_output,
    input  logic [EXPONENT_BITS+FRACTION_BITS:0] per_density,
    output logic [EXPONENT_BITS+FRACTION_BITS:0] result,
    output logic                                 is_saturated
);
  localparam int E = EXPONENT_BITS;
  localparam int F = FRACTION_BITS;

  logic [NON_ZERO_BITS-1:0] non_zeros_held;
  logic [E+F:0] count;
  wire [E+F:0] converted, density;
  wire is_large;
  int_to_float #(
      .EXPONENT_BITS(E),
      .FRACTION_BITS(F),
      .INTEGER_BITS(NON_ZERO_BITS),
      .SHIFT_BITS(COUNT_SHIFT_BITS)
  ) converter (
      .integer_in({1'b0, non_zeros_held}),
      .is_negated(1'b0),
      .result(converted),
      .is_saturated(is_large)
  );
  always_ff @(posedge clk) begin
    non_zeros_held <= non_zeros;
    if (is_layer_ended) count <= converted;
    if (is_layer_ended) is_saturated <= is_large;
  end
  fp_multiply #(
      .EXPONENT_BITS(E),
      .FRACTION_BITS(F)
  ) by_shape (
      .clk(clk),
      .a(count),
      .b(per_output),
      .result(density)
  );
  fp_multiply #(
      .EXPONENT_BITS(E),
      .FRACTION_BITS(F)
  ) by_density (
      .clk(clk),
      .a(density),
      .b(per_density),
      .result(result)
  );
endmodule
