// A zero-skipping PE with values: twin of one PE of hw/array/pe-array.ts. test/models/naive-pe.ts defines its cycles,
// and hw/array/pe-port.ts is this module cycle by cycle. The sizes of the SPads are those of Eyeriss v2 (arXiv
// 1807.07928).
//
// A block begins with load: weights are taken into the SPad, a word of MACS_PER_PE per cycle. FILL_CYCLES of fill
// follow. Then, for every window of pixels, each activation meets the weights of its column, MACS_PER_PE per cycle
// (walk; an empty column costs one cycle), and the partial sums of the window leave, DRAINED_PER_CYCLE per cycle
// (drain). A phase without work takes no cycle. Zeros are not in the SPads, so they cost nothing. Whatever is needed
// and is not there costs cycles of phase wait.
//
// column_* writes the end of every column's weights, while the PE is idle, before `start`. `start` takes the number
// of weights. Weights of a column follow each other, and columns follow each other without gaps. A weight comes with
// the number of zero weights before it in its column (the run). An activation comes with its column and the first
// partial sum of its pixel: the sum of filter f is first_psum + f. A window gives the number of its activations and
// of its partial sums (at least one). The next window may be taken in the last cycle of draining. A word is taken in
// a cycle in which valid and ready are high.
// Weights and activations are in two's complement; partial sums wrap. A sum that nothing was added to drains as zero.
// Not modelled: the pipeline whose depth FILL_CYCLES is (a product is in its sum one cycle later), the NoC.
module pe #(
    parameter int MACS_PER_PE = 2,
    parameter int ACTIVATION_ENTRIES = 16,
    parameter int WEIGHT_WORDS = 96,
    parameter int COLUMNS = 16,
    parameter int PSUM_ENTRIES = 32,
    parameter int ACTIVATION_BITS = 8,
    parameter int WEIGHT_BITS = 8,
    parameter int RUN_BITS = 4,
    parameter int PSUM_BITS = 20,
    parameter int WINDOW_BITS = 10,
    parameter int FILL_CYCLES = 7,
    parameter int DRAINED_PER_CYCLE = 1,
    localparam int ENTRY_BITS = WEIGHT_BITS + RUN_BITS,
    localparam int AT_BITS = $clog2(WEIGHT_WORDS * MACS_PER_PE + 1),
    localparam int COLUMN_BITS = $clog2(COLUMNS),
    localparam int PSUM_AT_BITS = $clog2(PSUM_ENTRIES),
    localparam int LANE_BITS = $clog2(MACS_PER_PE + 1),
    localparam int DRAIN_BITS = $clog2(DRAINED_PER_CYCLE + 1)
) (
    input  logic                                   clk,
    input  logic                                   reset,
    input  logic                                   start,
    input  logic [                    AT_BITS-1:0] block_weights,
    input  logic                                   column_write,
    input  logic [                COLUMN_BITS-1:0] column_index,
    input  logic [                    AT_BITS-1:0] column_end,
    input  logic                                   weight_valid,
    input  logic [     MACS_PER_PE*ENTRY_BITS-1:0] weight_word,
    output logic                                   weight_ready,
    input  logic                                   window_valid,
    input  logic [                WINDOW_BITS-1:0] window_activations,
    input  logic [                 PSUM_AT_BITS:0] window_psums,
    input  logic                                   is_last_window,
    output logic                                   window_ready,
    input  logic                                   activation_valid,
    input  logic [            ACTIVATION_BITS-1:0] activation,
    input  logic [                COLUMN_BITS-1:0] activation_column,
    input  logic [               PSUM_AT_BITS-1:0] first_psum,
    output logic                                   activation_ready,
    output logic [                            2:0] phase,
    output logic [                  LANE_BITS-1:0] macs,
    output logic [                 DRAIN_BITS-1:0] drained,
    output logic [DRAINED_PER_CYCLE*PSUM_BITS-1:0] drained_psums
);
  localparam int SLOT_BITS = $clog2(ACTIVATION_ENTRIES);
  localparam int PORTS = MACS_PER_PE > DRAINED_PER_CYCLE ? MACS_PER_PE : DRAINED_PER_CYCLE;
  localparam int FILL_BITS = $clog2(FILL_CYCLES + 1) > 0 ? $clog2(FILL_CYCLES + 1) : 1;
  localparam int WORD_AT_BITS = $clog2(WEIGHT_WORDS);
  localparam logic [AT_BITS-1:0] MACS = AT_BITS'(MACS_PER_PE);

  // What is left of the block: the first of these that is not zero is the phase.
  logic is_busy_q, is_window_open_q, is_last_q;
  logic [AT_BITS-1:0] weights_left_q;
  logic [FILL_BITS-1:0] fill_left_q;
  logic [WINDOW_BITS-1:0] activations_left_q;
  logic [PSUM_AT_BITS:0] psums_left_q;

  logic is_activation_here, is_last_drain;
  always_comb begin
    if (!is_busy_q) phase = dysta_pkg::PhaseIdle;
    else if (weights_left_q != '0) phase = weight_valid ? dysta_pkg::PhaseLoad : dysta_pkg::PhaseWait;
    else if (fill_left_q != '0) phase = dysta_pkg::PhaseFill;
    else if (!is_window_open_q) phase = dysta_pkg::PhaseWait;
    else if (activations_left_q != '0) phase = is_activation_here ? dysta_pkg::PhaseWalk : dysta_pkg::PhaseWait;
    else phase = dysta_pkg::PhaseDrain;
  end
  assign is_last_drain = phase == dysta_pkg::PhaseDrain && psums_left_q <= (PSUM_AT_BITS + 1)'(DRAINED_PER_CYCLE);
  assign weight_ready = is_busy_q && weights_left_q != '0;
  assign window_ready = is_busy_q ? !is_window_open_q || (is_last_drain && !is_last_q) : start;

  // Activation SPad: a queue.
  logic [ACTIVATION_BITS-1:0] activation_values[ACTIVATION_ENTRIES];
  logic [COLUMN_BITS-1:0] activation_columns[ACTIVATION_ENTRIES];
  logic [PSUM_AT_BITS-1:0] first_psums[ACTIVATION_ENTRIES];
  logic [SLOT_BITS-1:0] head_q, tail_q;
  logic [SLOT_BITS:0] held_q;
  logic is_pushed, is_popped;
  assign is_activation_here = held_q != '0;
  assign activation_ready = held_q != (SLOT_BITS + 1)'(ACTIVATION_ENTRIES);
  assign is_pushed = activation_valid && activation_ready;

  always_ff @(posedge clk) begin
    if (is_pushed) begin
      activation_values[tail_q] <= activation;
      activation_columns[tail_q] <= activation_column;
      first_psums[tail_q] <= first_psum;
      tail_q <= tail_q + SLOT_BITS'(1);
    end
    if (is_popped) head_q <= head_q + SLOT_BITS'(1);
    held_q <= held_q + (SLOT_BITS + 1)'(is_pushed) - (SLOT_BITS + 1)'(is_popped);
    if (reset) begin
      head_q <= '0;
      tail_q <= '0;
      held_q <= '0;
    end
  end

  // Address SPad: the column of the activation at the head, and what is left of it.
  logic [AT_BITS-1:0] column_ends[COLUMNS];
  logic [AT_BITS-1:0] done_q, at, left;
  logic [COLUMN_BITS-1:0] column;
  always_ff @(posedge clk) if (column_write) column_ends[column_index] <= column_end;
  assign column = activation_columns[head_q];
  assign at = (column == '0 ? '0 : column_ends[column-COLUMN_BITS'(1)]) + done_q;
  assign left = column_ends[column] - at;
  assign macs = phase != dysta_pkg::PhaseWalk ? '0 : left < MACS ? LANE_BITS'(left) : LANE_BITS'(MACS_PER_PE);
  assign is_popped = phase == dysta_pkg::PhaseWalk && left <= MACS;

  // Weight SPad: bank b holds the weights whose number is b modulo MACS_PER_PE. So any MACS_PER_PE weights that follow
  // each other can be read at once; the first of them lies in bank at % MACS_PER_PE.
  logic [WORD_AT_BITS-1:0] words_loaded_q;
  logic [MACS_PER_PE*ENTRY_BITS-1:0] read_word, entries;
  for (genvar b = 0; b < MACS_PER_PE; b++) begin : g_bank
    logic [ENTRY_BITS-1:0] weights[WEIGHT_WORDS];
    logic [WORD_AT_BITS-1:0] word;
    assign word = WORD_AT_BITS'(at / MACS) + WORD_AT_BITS'(AT_BITS'(b) < at % MACS);
    always_ff @(posedge clk) begin
      if (phase == dysta_pkg::PhaseLoad) weights[words_loaded_q] <= weight_word[b*ENTRY_BITS+:ENTRY_BITS];
    end
    assign read_word[b*ENTRY_BITS+:ENTRY_BITS] = weights[word];
  end
  always_comb begin
    for (int lane = 0; lane < MACS_PER_PE; lane++) begin
      entries[lane*ENTRY_BITS+:ENTRY_BITS] = read_word[((32'(at)+lane)%MACS_PER_PE)*ENTRY_BITS+:ENTRY_BITS];
    end
  end

  // Filters of the weights: each run of zeros counts from the weight before.
  logic [PSUM_AT_BITS-1:0] filter_q, next_filter;
  logic [MACS_PER_PE*PSUM_AT_BITS-1:0] filters;
  always_comb begin
    next_filter = filter_q;
    for (int lane = 0; lane < MACS_PER_PE; lane++) begin
      next_filter = next_filter + PSUM_AT_BITS'(entries[lane*ENTRY_BITS+:RUN_BITS]);
      filters[lane*PSUM_AT_BITS+:PSUM_AT_BITS] = next_filter;
      next_filter = next_filter + PSUM_AT_BITS'(1);
    end
  end
  always_ff @(posedge clk) begin
    if (phase == dysta_pkg::PhaseWalk) begin
      done_q   <= is_popped ? '0 : done_q + MACS;
      filter_q <= is_popped ? '0 : next_filter;
    end
    if (reset) begin
      done_q   <= '0;
      filter_q <= '0;
    end
  end

  // Partial-sum SPad; a sum not yet added to is not read. Walking and draining share its read ports.
  logic [PSUM_BITS-1:0] psums[PSUM_ENTRIES];
  logic [PSUM_ENTRIES-1:0] is_added_to_q;
  logic [PSUM_AT_BITS-1:0] drain_at_q;
  logic signed [ACTIVATION_BITS-1:0] value;
  assign value = activation_values[head_q];
  assign drained = phase != dysta_pkg::PhaseDrain ? '0
      : is_last_drain ? DRAIN_BITS'(psums_left_q) : DRAIN_BITS'(DRAINED_PER_CYCLE);
  for (genvar p = 0; p < PORTS; p++) begin : g_port
    logic [PSUM_AT_BITS-1:0] psum_at;
    logic [PSUM_BITS-1:0] psum;
    assign psum = is_added_to_q[psum_at] ? psums[psum_at] : '0;
    if (p < MACS_PER_PE) begin : g_mac
      logic signed [WEIGHT_BITS-1:0] weight;
      // Partial sums wrap, so a product that is wider than they are loses its top bits.
      // verilator lint_off UNUSEDSIGNAL
      logic signed [ACTIVATION_BITS+WEIGHT_BITS-1:0] product;
      // verilator lint_on UNUSEDSIGNAL
      assign weight = entries[p*ENTRY_BITS+RUN_BITS+:WEIGHT_BITS];
      assign product = value * weight;
      assign psum_at = phase == dysta_pkg::PhaseDrain ? drain_at_q + PSUM_AT_BITS'(p)
          : first_psums[head_q] + filters[p*PSUM_AT_BITS+:PSUM_AT_BITS];
      always_ff @(posedge clk) begin
        if (LANE_BITS'(p) < macs) psums[psum_at] <= psum + PSUM_BITS'(product);
      end
    end else begin : g_drain
      assign psum_at = drain_at_q + PSUM_AT_BITS'(p);
    end
    if (p < DRAINED_PER_CYCLE) begin : g_out
      assign drained_psums[p*PSUM_BITS+:PSUM_BITS] = DRAIN_BITS'(p) < drained ? psum : '0;
    end
  end
  logic [PSUM_ENTRIES-1:0] added_to, taken;
  always_comb begin
    added_to = '0;
    taken = '0;
    for (int lane = 0; lane < MACS_PER_PE; lane++) begin
      if (LANE_BITS'(lane) < macs) added_to[first_psums[head_q] + filters[lane*PSUM_AT_BITS+:PSUM_AT_BITS]] = 1'b1;
    end
    for (int p = 0; p < DRAINED_PER_CYCLE; p++) begin
      if (DRAIN_BITS'(p) < drained) taken[drain_at_q + PSUM_AT_BITS'(p)] = 1'b1;
    end
  end
  always_ff @(posedge clk) begin
    is_added_to_q <= reset ? '0 : (is_added_to_q | added_to) & ~taken;
    drain_at_q <= phase != dysta_pkg::PhaseDrain || is_last_drain ? '0 : drain_at_q + PSUM_AT_BITS'(DRAINED_PER_CYCLE);
  end

  // The block and its windows.
  always_ff @(posedge clk) begin
    if (!is_busy_q && start) begin
      is_busy_q <= 1'b1;
      weights_left_q <= block_weights;
      words_loaded_q <= '0;
      fill_left_q <= FILL_BITS'(FILL_CYCLES);
    end
    if (phase == dysta_pkg::PhaseLoad) begin
      weights_left_q   <= weights_left_q < MACS ? '0 : weights_left_q - MACS;
      words_loaded_q <= words_loaded_q + WORD_AT_BITS'(1);
    end
    if (phase == dysta_pkg::PhaseFill) fill_left_q <= fill_left_q - FILL_BITS'(1);
    if (is_popped) activations_left_q <= activations_left_q - WINDOW_BITS'(1);
    if (phase == dysta_pkg::PhaseDrain) psums_left_q <= psums_left_q - (PSUM_AT_BITS + 1)'(DRAINED_PER_CYCLE);
    if (is_last_drain) is_window_open_q <= 1'b0;
    if (is_last_drain && is_last_q) is_busy_q <= 1'b0;
    if (window_valid && window_ready) begin
      is_window_open_q <= 1'b1;
      activations_left_q <= window_activations;
      psums_left_q <= window_psums;
      is_last_q <= is_last_window;
    end
    if (reset) begin
      is_busy_q <= 1'b0;
      is_window_open_q <= 1'b0;
    end
  end

`ifndef SYNTHESIS
  always @(posedge clk) begin
    if (reset === 1'b0) begin
      assert (32'(held_q) <= ACTIVATION_ENTRIES) else $fatal(1, "pe: the activation SPad holds more than its entries");
      assert (phase != dysta_pkg::PhaseLoad || 32'(words_loaded_q) < WEIGHT_WORDS)
      else $fatal(1, "pe: weight word %0d does not fit the SPad", words_loaded_q);
      assert (!column_write || phase == dysta_pkg::PhaseIdle)
      else $fatal(1, "pe: a column's end is written while a block runs");
      assert (!(window_valid && window_ready) || window_psums != '0)
      else $fatal(1, "pe: a window without partial sums");
    end
  end
`endif
endmodule
