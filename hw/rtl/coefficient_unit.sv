// The sparsity coefficient on two multipliers of its own: the variant that the paper calls not optimised (section
// 5.2).
//
// `non_zeros` is read in the cycle of a layer's end, and `is_layer_ended` is high in the next. The words of the layer
// come from the tables one cycle later. The product is there four cycles after the words and stays until the next
// layer's end. `is_saturated` says that the count was too large for the number format.
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
  localparam int EXP = EXPONENT_BITS;
  localparam int FRAC = FRACTION_BITS;

  // Registers behind the outputs.
  logic is_saturated_q;
  assign is_saturated = is_saturated_q;

  logic [NON_ZERO_BITS-1:0] non_zeros_held_q;
  logic [EXP+FRAC:0] count_q, converted, density;
  logic is_large;
  int_to_float #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC),
      .INTEGER_BITS(NON_ZERO_BITS),
      .SHIFT_BITS(COUNT_SHIFT_BITS)
  ) u_converter (
      .integer_in({1'b0, non_zeros_held_q}),
      .is_negated(1'b0),
      .result(converted),
      .is_saturated(is_large)
  );
  always_ff @(posedge clk) begin
    non_zeros_held_q <= non_zeros;
    if (is_layer_ended) count_q <= converted;
    if (is_layer_ended) is_saturated_q <= is_large;
  end
  fp_multiply #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC)
  ) u_by_shape (
      .clk(clk),
      .a(count_q),
      .b(per_output),
      .result(density)
  );
  fp_multiply #(
      .EXPONENT_BITS(EXP),
      .FRACTION_BITS(FRAC)
  ) u_by_density (
      .clk(clk),
      .a(density),
      .b(per_density),
      .result(result)
  );
endmodule
