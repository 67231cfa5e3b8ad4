/** One-line mistakes in the RTL. */
import type { Design } from "../../hw/synthesis/yosys.ts";

export interface LineMutant {
  /** Occurs once in the RTL. */
  readonly original: string;
  readonly broken: string;
  /** Why the mistake changes nothing; undefined: it does. */
  readonly equivalent?: string;
}

/** @throws Error if the line is not there exactly once. */
export function withMistake(design: Design, { original, broken }: LineMutant): Design {
  const [[name, text], ...others] = Object.entries(design.sources);
  if (text.split(original).length !== 2 || others.length > 0) throw new Error(`"${original}" does not occur once`);
  return { ...design, sources: { [name]: text.replace(original, broken) } };
}

const wrong = (original: string, broken: string): LineMutant => ({ original, broken });
const same = (original: string, broken: string, equivalent: string): LineMutant => ({ original, broken, equivalent });

export const monitorLines: readonly LineMutant[] = [
  wrong("room = COUNT_BITS'(PORT_WORDS) - backlog", "room = COUNT_BITS'(PORT_WORDS)"),
  wrong("room = COUNT_BITS'(PORT_WORDS) - backlog", "room = COUNT_BITS'(LANES) - backlog"),
  wrong("accepted = begin_layer ? '0 :", "accepted ="),
  wrong("offered < OFFERED_BITS'(room) ?", "offered > OFFERED_BITS'(room) ?"),
  same(
    "offered < OFFERED_BITS'(room) ?",
    "offered <= OFFERED_BITS'(room) ?",
    "when as many are offered as there is room for, both branches are the same number",
  ),
  wrong("is_held = !begin_layer && offered", "is_held = offered"),
  wrong("offered > OFFERED_BITS'(accepted)", "offered >= OFFERED_BITS'(accepted)"),
  wrong("is_draining = backlog != '0", "is_draining = accepted != '0"),
  wrong("if (COUNT_BITS'(i) < accepted) begin", "begin"),
  wrong("if (COUNT_BITS'(i) < accepted) begin", "if (COUNT_BITS'(i) <= accepted) begin"),
  wrong("{groups[i*GROUP_BITS+:GROUP_BITS], words", "{groups[0+:GROUP_BITS], words"),
  wrong("words[i*WORD_BITS+:WORD_BITS]}", "words[i*WORD_BITS+1+:WORD_BITS]}"),
  wrong("present = backlog + accepted", "present = accepted"),
  wrong("if (buffered[i]) queue = queue <<", "if (buffered[i]) queue = queue >>"),
  wrong("i < BUFFERED_BITS; i++", "i < BUFFERED_BITS - 1; i++"),
  wrong("queue | (PORT_WORDS * ITEM_BITS)'(buffer)", "queue"),
  wrong("lanes   = queue[LANES*ITEM_BITS-1:0]", "lanes   = queue[PORT_WORDS*ITEM_BITS-1:BUFFER_WORDS*ITEM_BITS]"),
  wrong("          buffer   <= '0;\n", ""),
  wrong("          buffered <= '0;\n", ""),
  wrong("present > COUNT_BITS'(LANES) ?", "present >= COUNT_BITS'(PORT_WORDS) ?"),
  same(
    "present > COUNT_BITS'(LANES) ?",
    "present >= COUNT_BITS'(LANES) ?",
    "as many as lanes leave a backlog of zero by either branch",
  ),
  wrong("lanes[lane*ITEM_BITS+:WORD_BITS] != '0", "lanes[lane*ITEM_BITS+:WORD_BITS-1] != '0"),
  wrong("lanes[lane*ITEM_BITS+:WORD_BITS] != '0", "lanes[lane*ITEM_BITS+:ITEM_BITS] != '0"),
  wrong("lane < LANES; lane++) is_non_zero", "lane < LANES - 1; lane++) is_non_zero"),
  wrong("== GROUP_BITS'(g)", "!= GROUP_BITS'(g)"),
  wrong("if (sum > SUM_BITS'(FULL)) begin", "if (sum >= SUM_BITS'(FULL) + SUM_BITS'(2)) begin"),
  wrong(
    "next_non_zeros[g*COUNTER_BITS+:COUNTER_BITS] = FULL;",
    "next_non_zeros[g*COUNTER_BITS+:COUNTER_BITS] = COUNTER_BITS'(sum);",
  ),
  wrong("missed = missed + MISSED_BITS'(sum)", "missed = MISSED_BITS'(sum)"),
  wrong("missed = missed + MISSED_BITS'(sum) - MISSED_BITS'(FULL)", "missed = missed + MISSED_BITS'(1)"),
  wrong("    missed = '0;\n", "    missed = MISSED_BITS'(1);\n"),
  wrong("      saturated <= '0;\n", ""),
  wrong("      stall_cycles <= '0;\n", ""),
  wrong("saturated_sum > STATUS_SUM_BITS'(STATUS_FULL) ? STATUS_FULL :", ""),
  wrong("if (is_held && stall_cycles != STATUS_FULL)", "if (is_held)"),
  wrong("if (is_held && stall_cycles != STATUS_FULL)", "if (stall_cycles != STATUS_FULL)"),
];

export const peLines: readonly LineMutant[] = [
  wrong("phase = weight_valid ? LOAD : WAIT", "phase = LOAD"),
  wrong("else if (fill_left != '0) phase = FILL;", ""),
  wrong("else if (!is_window_open) phase = WAIT;", ""),
  wrong("phase = is_activation_here ? WALK : WAIT", "phase = WALK"),
  wrong("phase == DRAIN && psums_left <= (PSUM_AT_BITS", "phase == DRAIN && psums_left < (PSUM_AT_BITS"),
  wrong("weight_ready = is_busy && weights_left != '0", "weight_ready = is_busy"),
  wrong("(is_last_drain && !is_last) : start", "(is_last_drain) : start"),
  wrong("(is_last_drain && !is_last) : start", "(is_last_drain && !is_last) : 1'b0"),
  wrong("window_ready = is_busy ? !is_window_open ||", "window_ready = is_busy ?"),
  wrong("activation_ready = held != (SLOT", "activation_ready = held == (SLOT"),
  wrong("is_pushed = activation_valid && activation_ready", "is_pushed = activation_valid"),
  wrong("tail <= tail + SLOT_BITS'(1)", "tail <= tail + SLOT_BITS'(2)"),
  wrong("      head <= '0;\n", ""),
  wrong("      held <= '0;\n", ""),
  wrong("if (column_write) column_ends", "column_ends"),
  wrong("(column == '0 ? '0 : column_ends[column-COLUMN_BITS'(1)])", "column_ends[column-COLUMN_BITS'(1)]"),
  wrong("left = column_ends[column] - at", "left = column_ends[column] - at - done"),
  wrong("left < MACS ? LANE_BITS'(left)", "left <= MACS - AT_BITS'(1) ? LANE_BITS'(0)"),
  same("left < MACS ? LANE_BITS'(left)", "left <= MACS ? LANE_BITS'(left)", "when left is MACS_PER_PE both are that"),
  wrong("is_popped = phase == WALK && left <= MACS", "is_popped = phase == WALK && left < MACS"),
  wrong("+ WORD_AT_BITS'(AT_BITS'(b) < at % MACS)", ""),
  wrong("if (phase == LOAD) weights", "if (phase == FILL) weights"),
  wrong("read_word[((32'(at)+lane)%MACS_PER_PE)*ENTRY_BITS", "read_word[lane*ENTRY_BITS"),
  wrong("    next_filter = filter;\n", "    next_filter = '0;\n"),
  wrong("next_filter + PSUM_AT_BITS'(1)", "next_filter"),
  wrong("done   <= is_popped ? '0 : done + MACS", "done   <= done + MACS"),
  wrong("filter <= is_popped ? '0 : next_filter", "filter <= next_filter"),
  wrong("      filter <= '0;\n", ""),
  wrong("      done   <= '0;\n", ""),
  wrong("psum = is_added_to[psum_at] ? psums[psum_at] : '0", "psum = psums[psum_at]"),
  wrong("logic signed [WEIGHT_BITS-1:0] weight;", "logic [WEIGHT_BITS-1:0] weight;"),
  wrong("drain_at + PSUM_AT_BITS'(p)\n", "drain_at\n"),
  wrong("psum + PSUM_BITS'(product)", "psum - PSUM_BITS'(product)"),
  wrong("psum + PSUM_BITS'(product)", "PSUM_BITS'(product)"),
  wrong("if (LANE_BITS'(p) < macs) psums", "if (phase == WALK) psums"),
  wrong("if (DRAIN_BITS'(p) < drained) taken", "taken"),
  wrong("(is_added_to | added_to) & ~taken", "(is_added_to | added_to)"),
  wrong("reset ? '0 : (is_added_to", "(is_added_to"),
  same(
    "drain_at <= phase != DRAIN || is_last_drain ? '0 :",
    "drain_at <= phase != DRAIN ? '0 :",
    "only a window without activations is drained in the next cycle, and its sums are zero at any position",
  ),
  wrong("if (!is_busy && start) begin", "if (start) begin"),
  wrong("      words_loaded <= '0;\n", ""),
  wrong("fill_left <= FILL_BITS'(FILL_CYCLES);", "fill_left <= FILL_BITS'(1);"),
  wrong("weights_left < MACS ? '0 :", ""),
  wrong("if (is_popped) activations_left", "if (phase == WALK) activations_left"),
  wrong(
    "psums_left <= psums_left - (PSUM_AT_BITS + 1)'(DRAINED_PER_CYCLE)",
    "psums_left <= psums_left - (PSUM_AT_BITS + 1)'(1)",
  ),
  wrong("if (is_last_drain) is_window_open <= 1'b0;", ""),
  wrong("if (is_last_drain && is_last) is_busy <= 1'b0;", "if (is_last_drain) is_busy <= 1'b0;"),
  wrong("      is_last <= is_last_window;\n", ""),
  wrong("      is_busy <= 1'b0;\n", ""),
  wrong("      is_window_open <= 1'b0;\n    end\n  end", "    end\n  end"),
];
