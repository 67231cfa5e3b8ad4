/** One-line mistakes in the scheduling unit's RTL, and the small unit that tells them from the right one. */
import { smallUnits, unitOfWideCounts } from "../rtl/unit-netlist.ts";
import type { LineMutant } from "./rtl-lines.ts";

export const mutatedUnits = { ...smallUnits, unitOfWideCounts };

export interface UnitLineMutant extends LineMutant {
  readonly unit: keyof typeof mutatedUnits;
}

const inUnit =
  (unit: UnitLineMutant["unit"]) =>
  (original: string, broken: string, equivalent?: string): UnitLineMutant =>
    equivalent === undefined ? { original, broken, unit } : { original, broken, equivalent, unit };
const shared = inUnit("shared");
const overlapped = inUnit("sharedOverlapped");
const separate = inUnit("separate");
const ofWideCounts = inUnit("unitOfWideCounts");
const swp = inUnit("swp");
const swpPlus = inUnit("swpPlus");

export const unitLines: readonly UnitLineMutant[] = [
  // controller.sv
  shared("is_end = is_layer_done || is_end_held_q", "is_end = is_layer_done"),
  shared("is_last = is_layer_done ? is_last_layer : is_last_held_q", "is_last = is_last_layer"),
  overlapped("end_ticks = is_layer_done ? clock_ticks : end_ticks_held_q", "end_ticks = clock_ticks"),
  shared("else is_end_held_q <= is_end && !is_ended", "else is_end_held_q <= is_end"),
  shared(
    "is_retired = COUNT_BITS'(running_q) + COUNT_BITS'(1) ==",
    "is_retired = COUNT_BITS'(running_q) + COUNT_BITS'(2) ==",
  ),
  overlapped("measured = IS_OVERLAPPED ? measured_held_q : running_q", "measured = running_q"),
  separate("+ COUNT_BITS'(is_beside && position_q == COUNT_BITS'(measured))", ""),
  separate("&& coefficient_cycle_q == CYCLE_BITS'(COEFFICIENT_LAST + 1);", ";"),
  shared("is_entering = is_scoring && !is_odd_q && (", "is_entering = is_scoring && ("),
  shared("is_scored = is_score_written && in_pipeline_q[PAIRS-2:0] == '0", "is_scored = is_score_written"),
  shared(
    "is_waiting_converted = is_scoring && !is_odd_q && in_pipeline_q[0]",
    "is_waiting_converted = is_scoring && !is_odd_q",
  ),
  shared(
    "is_slack_converted = is_scoring && is_odd_q && in_pipeline_q[1]",
    "is_slack_converted = is_scoring && in_pipeline_q[1]",
  ),
  shared("is_selecting && position_q != '0 && (", "is_selecting && ("),
  shared("(is_less || position_q == COUNT_BITS'(1))", "(is_less)"),
  shared("&& request_count_q != COUNT_BITS'(DEPTH);", ";"),
  shared(
    "is_port_ready = is_resting && request_count_q != ",
    "is_port_ready = state_q == dysta_pkg::StateExecute && request_count_q != ",
  ),
  shared(
    "dysta_pkg::StateIdle: if (request_count_q != '0 && is_accelerator_ready)",
    "dysta_pkg::StateIdle: if (request_count_q != '0)",
  ),
  shared("if (is_retired && request_count_q == COUNT_BITS'(1)) state_d", "if (0) state_d"),
  overlapped(
    "after_scoring = IS_OVERLAPPED ? dysta_pkg::StateExecute : dysta_pkg::StateSelect",
    "after_scoring = dysta_pkg::StateSelect",
  ),
  overlapped("else if (is_selected && IS_SHARED && is_measured_q) state_d", "else if (0) state_d"),
  shared("- COUNT_BITS'(is_retiring && is_retired)", "- COUNT_BITS'(is_retiring)"),
  shared(
    "is_layer_ended_q <= is_ended && !is_last",
    "is_layer_ended_q <= is_ended",
    "a retirement writes the whole entry anyway, and what is read or converted then is not used",
  ),
  shared("is_layer_ended_q <= is_ended && !is_last", "is_layer_ended_q <= 1'b0"),
  shared("is_odd_q <= is_scoring && !is_odd_q && !is_scored", "is_odd_q <= is_scoring && !is_odd_q"),
  shared(
    "if (state_q == dysta_pkg::StateIdle) now_ticks_q <= clock_ticks;",
    "if (state_q == dysta_pkg::StateIdle && is_port_ready) now_ticks_q <= clock_ticks;",
  ),
  shared(
    "else if (state_q == dysta_pkg::StateExecute) now_ticks_q <= end_ticks;",
    "else if (state_q == dysta_pkg::StateExecute) now_ticks_q <= clock_ticks;",
  ),
  overlapped("else if (IS_OVERLAPPED && is_selecting) now_ticks_q", "else if (0) now_ticks_q"),
  shared("{is_retiring, !is_retiring && is_last}", "{is_retiring, 1'b0}"),
  shared(
    "else if (is_retiring) write_address = running_q;",
    "",
    "before dispatch the measured request is the running one, whose address remains",
  ),
  overlapped("else if (is_retiring) write_address = running_q;", ""),
  // scheduling_unit.sv
  shared("is_tag_written(is_tag_taken || is_retiring)", "is_tag_written(is_tag_taken)"),
  shared("is_layer_ended ? now_ticks : clock_ticks", "clock_ticks"),
  shared("is_layer_ended ? layer + LAYER_BITS'(1) : LAYER_BITS'(0)", "layer + LAYER_BITS'(1)"),
  shared("is_tag_taken ? ONE : measured_coefficient", "measured_coefficient"),
  shared(
    "TABLE_BITS'(row * LAYERS_PER_ROW) + TABLE_BITS'(layer)",
    "TABLE_BITS'(row * LAYERS_PER_ROW) + TABLE_BITS'(layer[0])",
  ),
  shared("if (!is_odd) row_held_q <= row;", "row_held_q <= row;"),
  overlapped("non_zeros(is_layer_done ? non_zeros : non_zeros_held_q)", "non_zeros(non_zeros)"),
  shared("if (!is_selecting) least_score_q <= INFINITY;", "if (reset) least_score_q <= INFINITY;"),
  shared("else if (is_taken && is_less) least_score_q", "else if (is_taken) least_score_q"),
  shared("(is_coefficient_written && is_count_saturated)", "(is_coefficient_written)"),
  // compute_unit.sv
  shared("CLAMP_SLACK && sum[EXP+FRAC] ? '0 : sum", "sum"),
  shared("CLAMP_SLACK && sum[EXP+FRAC] ? '0 : sum", "CLAMP_SLACK ? '0 : sum"),
  separate("CLAMP_SLACK && sum[EXP+FRAC] ? '0 : sum", "sum[EXP+FRAC] ? '0 : sum"),
  shared("is_odd ? last_run_ticks : deadline_ticks", "is_odd ? deadline_ticks : last_run_ticks"),
  shared(".is_negated(is_odd),", ".is_negated(1'b0),"),
  shared("is_coefficient ? per_output : PER_QUANTUM", "PER_QUANTUM"),
  shared("is_coefficient ? per_density : is_odd", "is_odd"),
  shared("is_odd ? per_queued : ETA", "ETA"),
  shared("{!remaining_held_q[0][EXP+FRAC], remaining_held_q[0][EXP+FRAC-1:0]}", "remaining_held_q[0]"),
  shared(".b(remaining_held_q[4]),", ".b(remaining_held_q[3]),"),
  shared("is_empty ? ONE : relative_density", "relative_density"),
  shared("is_count_large && !is_empty", "is_count_large"),
  ofWideCounts("$signed(difference)", "difference"),
  // coefficient_unit.sv
  separate("if (is_layer_ended) is_saturated_q <= is_large;", "is_saturated_q <= is_large;"),
  // operators
  shared("(behind_one[FRAC+1] || behind_one[FRAC-1:0] != '0)", "1'b1"),
  shared("|| (is_top_a && is_zero_b) || (is_zero_a && is_top_b)", ""),
  shared("is_up = leading[3] && (leading[4] || leading[2:0] != '0)", "is_up = leading[3]"),
  shared("if (is_far) aligned = ALIGNED_BITS'(!is_zero_smaller);", ""),
  shared("(is_top_smaller && is_difference)", "1'b0"),
  shared(
    "is_nan = a[FRAC+:EXP] == '1 && a[FRAC-1:0] != '0",
    "is_nan = 1'b0",
    "before dispatch every score is the unit's own, whose NaN is positive and so above infinity",
  ),
  overlapped("is_nan = a[FRAC+:EXP] == '1 && a[FRAC-1:0] != '0", "is_nan = 1'b0"),
  overlapped("if (is_nan || (is_zero_a && is_zero_b))", "if (is_nan)"),
  separate("is_half || (is_all && is_odd) :", "is_half :"),
  shared("is_large || (is_too_large && !is_far_below)", "is_large"),
  shared(
    "sign_q <= exponent_larger == '0 ? a[EXP+FRAC] && b[EXP+FRAC] : larger[EXP+FRAC]",
    "sign_q <= larger[EXP+FRAC]",
    "the sign of a zero is lost where slack is clamped; the operator alone is exact (rtl-fp-operators.test.ts)",
  ),
  // swp_compute_unit.sv
  swpPlus("{1'b0, deadline_ticks} - {1'b0, now_ticks}", "{1'b0, now_ticks} - {1'b0, deadline_ticks}"),
  swpPlus("if (is_scoring || is_layer_ended) converted_q", "if (is_scoring) converted_q"),
  swpPlus("slack_a = is_empty ? '0 : slack", "slack_a = slack"),
  swpPlus("if (step_q[9]) measured_sum_q", "if (step_q[8]) measured_sum_q"),
  swpPlus("if (step_q[15]) measured_remaining_q", "if (step_q[14]) measured_remaining_q"),
  swpPlus("32'(request_count) < 8", "32'(request_count) < 9"),
  swpPlus(".shift(2'd3)", ".shift(2'd2)"),
  swpPlus(".shift(2'd2)", ".shift(2'd1)"),
  swpPlus(
    "is_lost_q <= slack[BITS-1] && slack[FRAC+:EXP] != '0",
    "is_lost_q <= slack[BITS-1]",
    "the slack is a negative zero only where T is 0, and then the score is, whatever W is",
  ),
  swp("added_q <= IS_PLUS ? lost : '0", "added_q <= lost"),
  swpPlus("added_q <= IS_PLUS ? lost : '0", "added_q <= '0"),
  swpPlus("is_odd ? isolated_held_q[1] : isolated_held_q[2]", "isolated_held_q[2]"),
  swpPlus("is_urgent = !weight[BITS-1] && weight", "is_urgent = weight"),
  swpPlus(".a({1'b1, weight[BITS-2:0]})", ".a(weight)"),
  swpPlus("coefficient = slack[BITS-1] || slack", "coefficient = slack"),
  swpPlus("LEAST_EXPONENT = EXP'(BIAS - 4)", "LEAST_EXPONENT = EXP'(BIAS - 3)"),
  swpPlus(
    "wide_exponent <= (EXP + 1)'(BIAS + 1)",
    "wide_exponent <= (EXP + 1)'(BIAS)",
    "what lies between is a subnormal pattern, and counts as zero wherever it goes",
  ),
  swpPlus("wide_exponent <= (EXP + 1)'(BIAS + 1)", "wide_exponent <= (EXP + 1)'(BIAS - 1)"),
  swpPlus("wide_exponent >= (EXP + 1)'(3 * BIAS + 2)", "wide_exponent >= (EXP + 1)'(3 * BIAS + 3)"),
  swpPlus("is_count_saturated = is_count_large_q && !is_empty", "is_count_saturated = is_count_large_q"),
  // swp_unit.sv
  swpPlus(".PAIRS(6)", ".PAIRS(7)"),
  swpPlus(".COEFFICIENT_LAST(16)", ".COEFFICIENT_LAST(15)"),
  swpPlus("next_layer_held_q <= layer + LAYER_BITS'(1)", "next_layer_held_q <= layer"),
  swpPlus("is_rest_read ? TABLE_BITS'(next_layer_held_q) : TABLE_BITS'(0)", "TABLE_BITS'(next_layer_held_q)"),
  swpPlus("is_score_taken || is_coefficient_written || is_retiring", "is_score_taken || is_retiring"),
  swpPlus("is_tag_taken ? {BITS{1'b0}} : measured_sum", "measured_sum"),
  // fp_scale.sv
  swpPlus(
    "exponent <= EXP'(shift)",
    "exponent < EXP'(shift)",
    "what lies between is a subnormal pattern, and counts as zero wherever it goes",
  ),
  swpPlus("exponent <= EXP'(shift)", "exponent + EXP'(1) < EXP'(shift)"),
  swpPlus("if (exponent == {EXP{1'b1}}) result = a;\n    else if", "if"),
];
