/** The scheduling unit of a description as RTL: `hw/rtl/scheduling_unit.sv`, its parameters, and the ROM that they imply. */
import { ConfigError } from "../../workloads/input/errors.ts";
import { checkUnit, type SchedulingUnit, tagBits } from "../scheduling-unit/description.ts";
import { type NumberFormat, numberFormat, toBits } from "../scheduling-unit/number-format.ts";
import { packageFile, rtlDesign } from "./designs.ts";
import type { Design } from "./yosys.ts";

/** Bits of the monitor's count at the unit's port. */
export const nonZeroBits = 24;

const schedulingUnitFiles = [
  packageFile,
  "fp_multiply.sv",
  "fp_add.sv",
  "fp_less.sv",
  "int_to_float.sv",
  "request_memory.sv",
  "unit_tables.sv",
  "coefficient_unit.sv",
  "compute_unit.sv",
  "controller.sv",
  "scheduling_unit.sv",
] as const;

/** @throws ConfigError for a unit that cannot work, and for one of FP64, which has no RTL. */
export function schedulingUnitDesign(unit: SchedulingUnit, rangeCountBits = 16): Design {
  checkUnit(unit);
  const format = rtlFormat(unit);
  const design = rtlDesign("scheduling_unit", schedulingUnitFiles, parametersOf(unit, format, rangeCountBits));
  return { ...design, sources: { ...design.sources, "queue_reciprocals.sv": queueReciprocals(unit, format) } };
}

/** Bits of the data on the request port: a time, or a row and a tag. */
export function dataBits({ timeBits }: SchedulingUnit): number {
  return Math.max(timeBits, 8 + tagBits);
}

function rtlFormat(unit: SchedulingUnit): NumberFormat {
  if (unit.policy !== "dysta") {
    throw new ConfigError(`scheduling unit ${unit.name}: its RTL is for the scheduler dysta, not for ${unit.policy}`);
  }
  if (unit.format === "fp64") throw new ConfigError(`scheduling unit ${unit.name}: fp64 is a reference, without RTL`);
  return numberFormat(unit.format);
}

function parametersOf(unit: SchedulingUnit, format: NumberFormat, rangeCountBits: number): Record<string, number> {
  const pattern = (value: number) => Number(toBits(format, format.round(value)));
  return {
    EXPONENT_BITS: format.bits - 1 - format.fractionBits,
    FRACTION_BITS: format.fractionBits,
    DEPTH: unit.fifoDepth,
    TABLE_ROWS: unit.tableRows,
    LAYERS_PER_ROW: unit.layersPerRow,
    IS_SHARED: unit.variant === "shared" ? 1 : 0,
    IS_OVERLAPPED: unit.rescoring === "overlapped" ? 1 : 0,
    CLAMP_SLACK: unit.clampSlack ? 1 : 0,
    TAG_BITS: tagBits,
    TIME_BITS: unit.timeBits,
    TIME_SHIFT_BITS: unit.timeShiftBits,
    NON_ZERO_BITS: nonZeroBits,
    COUNT_SHIFT_BITS: unit.countShiftBits,
    RANGE_COUNT_BITS: rangeCountBits,
    DATA_BITS: dataBits(unit),
    ETA: pattern(unit.eta),
    PER_QUANTUM: pattern(unit.secondsPerTick * 2 ** (unit.timeShiftBits + unit.scoreShiftBits)),
  };
}

/** 1 / queue length by queue length, read in one cycle. */
function queueReciprocals({ fifoDepth: depth }: SchedulingUnit, format: NumberFormat): string {
  const addressBits = Math.ceil(Math.log2(depth + 1));
  const words = Array.from({ length: depth }, (_, index) => {
    const pattern = toBits(format, format.round(1 / (index + 1)));
    return `      ${addressBits}'d${index + 1}: per_queued_q <= ${format.bits}'h${pattern.toString(16)};`;
  });
  return `// 1 / request_count as a number of the format, one cycle later. Generated for a depth of ${depth}.
module queue_reciprocals (
    input  logic clk,
    input  logic [${addressBits - 1}:0] request_count,
    output logic [${format.bits - 1}:0] per_queued
);
  logic [${format.bits - 1}:0] per_queued_q;
  assign per_queued = per_queued_q;

  always_ff @(posedge clk) begin
    case (request_count)
${words.join("\n")}
      default: per_queued_q <= '0;
    endcase
  end
endmodule
`;
}
