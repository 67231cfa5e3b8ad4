/** One-line mistakes in the RTL. */
import type { Design } from "../../hw/synthesis/yosys.ts";

export interface LineMutant {
  /** Occurs once in the RTL, or once behind `after`. */
  readonly original: string;
  readonly after?: string;
  readonly broken: string;
  /** Why the mistake changes nothing; undefined: it does. */
  readonly equivalent?: string;
}

/**
 * @param only the one file that is looked at; default: all of the design.
 * @throws Error if the line is not there exactly once.
 */
export function withMistake(design: Design, { original, broken, after = "" }: LineMutant, only?: string): Design {
  const found = Object.entries(design.sources).flatMap(([name, text]) => {
    if ((only !== undefined && name !== only) || !text.includes(after)) return [];
    const start = text.indexOf(after);
    return text.slice(start).includes(original)
      ? [{ name, before: text.slice(0, start), text: text.slice(start) }]
      : [];
  });
  if (found.length !== 1 || found[0].text.split(original).length !== 2) {
    throw new Error(`"${original}" does not occur once`);
  }
  const [{ name, before, text }] = found;
  return { ...design, sources: { ...design.sources, [name]: before + text.replace(original, broken) } };
}

const wrong = (original: string, broken: string): LineMutant => ({ original, broken });
const behind = (after: string, original: string, broken: string): LineMutant => ({ after, original, broken });
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
  behind("g_masked", "= {groups[i*GROUP_BITS+:GROUP_BITS], words", "= {groups[0+:GROUP_BITS], words"),
  behind("g_masked", "words[i*WORD_BITS+:WORD_BITS]};", "words[i*WORD_BITS+1+:WORD_BITS]};"),
  wrong("present = backlog + accepted", "present = accepted"),
  wrong("if (buffered_q[i]) queue = queue <<", "if (buffered_q[i]) queue = queue >>"),
  wrong("i < BUFFERED_BITS; i++", "i < BUFFERED_BITS - 1; i++"),
  wrong("queue | (PORT_WORDS * ITEM_BITS)'(buffer_q)", "queue"),
  wrong("lanes   = queue[LANES*ITEM_BITS-1:0]", "lanes   = queue[PORT_WORDS*ITEM_BITS-1:BUFFER_WORDS*ITEM_BITS]"),
  wrong("          buffer_q   <= '0;\n", ""),
  wrong("          buffered_q <= '0;\n", ""),
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
  wrong("      saturated_q <= '0;\n", ""),
  wrong("      stall_cycles_q <= '0;\n", ""),
  wrong("saturated_sum > STATUS_SUM_BITS'(STATUS_FULL) ? STATUS_FULL :", ""),
  wrong("if (is_held && stall_cycles_q != STATUS_FULL)", "if (is_held)"),
  wrong("if (is_held && stall_cycles_q != STATUS_FULL)", "if (stall_cycles_q != STATUS_FULL)"),
];

export const peLines: readonly LineMutant[] = [
  wrong("phase = weight_valid ? dysta_pkg::PhaseLoad : dysta_pkg::PhaseWait", "phase = dysta_pkg::PhaseLoad"),
  wrong("else if (fill_left_q != '0) phase = dysta_pkg::PhaseFill;", ""),
  wrong("else if (!is_window_open_q) phase = dysta_pkg::PhaseWait;", ""),
  wrong("phase = is_activation_here ? dysta_pkg::PhaseWalk : dysta_pkg::PhaseWait", "phase = dysta_pkg::PhaseWalk"),
  wrong(
    "phase == dysta_pkg::PhaseDrain && psums_left_q <= (PSUM_AT_BITS",
    "phase == dysta_pkg::PhaseDrain && psums_left_q < (PSUM_AT_BITS",
  ),
  wrong("weight_ready = is_busy_q && weights_left_q != '0", "weight_ready = is_busy_q"),
  wrong("(is_last_drain && !is_last_q) : start", "(is_last_drain) : start"),
  wrong("(is_last_drain && !is_last_q) : start", "(is_last_drain && !is_last_q) : 1'b0"),
  wrong("window_ready = is_busy_q ? !is_window_open_q ||", "window_ready = is_busy_q ?"),
  wrong("activation_ready = held_q != (SLOT", "activation_ready = held_q == (SLOT"),
  wrong("is_pushed = activation_valid && activation_ready", "is_pushed = activation_valid"),
  wrong("tail_q <= tail_q + SLOT_BITS'(1)", "tail_q <= tail_q + SLOT_BITS'(2)"),
  wrong("      head_q <= '0;\n", ""),
  wrong("      held_q <= '0;\n", ""),
  wrong("if (column_write) column_ends", "column_ends"),
  wrong("(column == '0 ? '0 : column_ends[column-COLUMN_BITS'(1)])", "column_ends[column-COLUMN_BITS'(1)]"),
  wrong("left = column_ends[column] - at", "left = column_ends[column] - at - done_q"),
  wrong("left < MACS ? LANE_BITS'(left)", "left <= MACS - AT_BITS'(1) ? LANE_BITS'(0)"),
  same("left < MACS ? LANE_BITS'(left)", "left <= MACS ? LANE_BITS'(left)", "when left is MACS_PER_PE both are that"),
  wrong(
    "is_popped = phase == dysta_pkg::PhaseWalk && left <= MACS",
    "is_popped = phase == dysta_pkg::PhaseWalk && left < MACS",
  ),
  wrong("+ WORD_AT_BITS'(AT_BITS'(b) < at % MACS)", ""),
  wrong("if (phase == dysta_pkg::PhaseLoad) weights", "if (phase == dysta_pkg::PhaseFill) weights"),
  wrong("read_word[((32'(at)+lane)%MACS_PER_PE)*ENTRY_BITS", "read_word[lane*ENTRY_BITS"),
  wrong("    next_filter = filter_q;\n", "    next_filter = '0;\n"),
  wrong("next_filter + PSUM_AT_BITS'(1)", "next_filter"),
  wrong("done_q   <= is_popped ? '0 : done_q + MACS", "done_q   <= done_q + MACS"),
  wrong("filter_q <= is_popped ? '0 : next_filter", "filter_q <= next_filter"),
  wrong("      filter_q <= '0;\n", ""),
  wrong("      done_q   <= '0;\n", ""),
  wrong("psum = is_added_to_q[psum_at] ? psums[psum_at] : '0", "psum = psums[psum_at]"),
  wrong("logic signed [WEIGHT_BITS-1:0] weight;", "logic [WEIGHT_BITS-1:0] weight;"),
  wrong("drain_at_q + PSUM_AT_BITS'(p)\n", "drain_at_q\n"),
  wrong("psum + PSUM_BITS'(product)", "psum - PSUM_BITS'(product)"),
  wrong("psum + PSUM_BITS'(product)", "PSUM_BITS'(product)"),
  wrong("if (LANE_BITS'(p) < macs) psums", "if (phase == dysta_pkg::PhaseWalk) psums"),
  wrong("if (DRAIN_BITS'(p) < drained) taken", "taken"),
  wrong("(is_added_to_q | added_to) & ~taken", "(is_added_to_q | added_to)"),
  wrong("reset ? '0 : (is_added_to_q", "(is_added_to_q"),
  same(
    "drain_at_q <= phase != dysta_pkg::PhaseDrain || is_last_drain ? '0 :",
    "drain_at_q <= phase != dysta_pkg::PhaseDrain ? '0 :",
    "only a window without activations is drained in the next cycle, and its sums are zero at any position",
  ),
  wrong("if (!is_busy_q && start) begin", "if (start) begin"),
  wrong("      words_loaded_q <= '0;\n", ""),
  wrong("fill_left_q <= FILL_BITS'(FILL_CYCLES);", "fill_left_q <= FILL_BITS'(1);"),
  wrong("weights_left_q < MACS ? '0 :", ""),
  wrong("if (is_popped) activations_left_q", "if (phase == dysta_pkg::PhaseWalk) activations_left_q"),
  wrong(
    "psums_left_q <= psums_left_q - (PSUM_AT_BITS + 1)'(DRAINED_PER_CYCLE)",
    "psums_left_q <= psums_left_q - (PSUM_AT_BITS + 1)'(1)",
  ),
  wrong("if (is_last_drain) is_window_open_q <= 1'b0;", ""),
  wrong("if (is_last_drain && is_last_q) is_busy_q <= 1'b0;", "if (is_last_drain) is_busy_q <= 1'b0;"),
  wrong("      is_last_q <= is_last_window;\n", ""),
  wrong("      is_busy_q <= 1'b0;\n", ""),
  wrong("      is_window_open_q <= 1'b0;\n    end\n  end", "    end\n  end"),
];
