/** The scheduling unit of a description as RTL: its top, its parameters, and the ROM that they imply. */
import { ConfigError } from "../../workloads/input/errors.ts";
import { checkUnit, type SchedulingUnit, tagBits } from "../scheduling-unit/description.ts";
import { type NumberFormat, numberFormat, toBits } from "../scheduling-unit/number-format.ts";
import { packageFile, rtlDesign } from "./designs.ts";
import type { Design } from "./yosys.ts";

/** Bits of the monitor's count at the unit's port. */
export const nonZeroBits = 24;

const operatorFiles = [packageFile, "fp_multiply.sv", "fp_add.sv", "fp_less.sv", "int_to_float.sv"] as const;
const schedulingUnitFiles = [
  ...operatorFiles,
  "request_memory.sv",
  "unit_tables.sv",
  "coefficient_unit.sv",
  "compute_unit.sv",
  "controller.sv",
  "scheduling_unit.sv",
] as const;
const swpUnitFiles = [
  ...operatorFiles,
  "fp_scale.sv",
  "swp_request_memory.sv",
  "unit_tables.sv",
  "swp_compute_unit.sv",
  "controller.sv",
  "swp_unit.sv",
] as const;

/**
 * hw/rtl/scheduling_unit.sv, or hw/rtl/swp_unit.sv for a unit of `swp` or `swp_plus`.
 *
 * @throws ConfigError for a unit that cannot work, and for one of FP64, which has no RTL.
 */
export function schedulingUnitDesign(unit: SchedulingUnit, rangeCountBits = 16): Design {
  checkUnit(unit);
  const format = rtlFormat(unit);
  const common = commonParameters(unit, format, rangeCountBits);
  const isSwp = unit.policy !== "dysta";
  const design = isSwp
    ? rtlDesign("swp_unit", swpUnitFiles, { ...common, IS_PLUS: unit.policy === "swp_plus" ? 1 : 0 })
    : rtlDesign("scheduling_unit", schedulingUnitFiles, { ...common, ...dystaParameters(unit, format) });
  const rom = isSwp ? layerReciprocals(unit) : queueReciprocals(unit);
  return { ...design, sources: { ...design.sources, [`${rom.module}.sv`]: reciprocalsRom(rom, format) } };
}

/** Bits of the data on the request port: a time, or a row and a tag. */
export function dataBits({ timeBits }: SchedulingUnit): number {
  return Math.max(timeBits, 8 + tagBits);
}

function rtlFormat(unit: SchedulingUnit): NumberFormat {
  if (unit.format === "fp64") throw new ConfigError(`scheduling unit ${unit.name}: fp64 is a reference, without RTL`);
  return numberFormat(unit.format);
}

function commonParameters(unit: SchedulingUnit, format: NumberFormat, rangeCountBits: number): Record<string, number> {
  return {
    EXPONENT_BITS: format.bits - 1 - format.fractionBits,
    FRACTION_BITS: format.fractionBits,
    DEPTH: unit.fifoDepth,
    TABLE_ROWS: unit.tableRows,
    LAYERS_PER_ROW: unit.layersPerRow,
    TAG_BITS: tagBits,
    TIME_BITS: unit.timeBits,
    TIME_SHIFT_BITS: unit.timeShiftBits,
    NON_ZERO_BITS: nonZeroBits,
    COUNT_SHIFT_BITS: unit.countShiftBits,
    RANGE_COUNT_BITS: rangeCountBits,
    DATA_BITS: dataBits(unit),
  };
}

function dystaParameters(unit: SchedulingUnit, format: NumberFormat): Record<string, number> {
  const pattern = (value: number) => Number(toBits(format, format.round(value)));
  return {
    IS_SHARED: unit.variant === "shared" ? 1 : 0,
    IS_OVERLAPPED: unit.rescoring === "overlapped" ? 1 : 0,
    CLAMP_SLACK: unit.clampSlack ? 1 : 0,
    ETA: pattern(unit.eta),
    PER_QUANTUM: pattern(unit.secondsPerTick * 2 ** (unit.timeShiftBits + unit.scoreShiftBits)),
  };
}

/** A ROM of reciprocals 1 … `largest`, read in one cycle. */
interface Reciprocals {
  readonly module: string;
  readonly input: string;
  readonly inputBits: number;
  readonly output: string;
  readonly largest: number;
  /** What it is made for. */
  readonly size: string;
}

function queueReciprocals({ fifoDepth }: SchedulingUnit): Reciprocals {
  return {
    module: "queue_reciprocals",
    input: "request_count",
    inputBits: Math.ceil(Math.log2(fifoDepth + 1)),
    output: "per_queued",
    largest: fifoDepth,
    size: `a depth of ${fifoDepth}`,
  };
}

/** A layer that is not its request's last has at most layersPerRow − 1 layers up to itself. */
function layerReciprocals({ layersPerRow }: SchedulingUnit): Reciprocals {
  return {
    module: "layer_reciprocals",
    input: "layer_count",
    inputBits: Math.max(1, Math.ceil(Math.log2(layersPerRow))),
    output: "per_layers",
    largest: Math.max(1, layersPerRow - 1),
    size: `${layersPerRow} layers per row`,
  };
}

function reciprocalsRom(
  { module, input, inputBits, output, largest, size }: Reciprocals,
  format: NumberFormat,
): string {
  const words = Array.from({ length: largest }, (_, index) => {
    const pattern = toBits(format, format.round(1 / (index + 1)));
    return `      ${inputBits}'d${index + 1}: ${output}_q <= ${format.bits}'h${pattern.toString(16)};`;
  });
  return `// 1 / ${input} as a number of the format, one cycle later. Generated for ${size}.
module ${module} (
    input  logic clk,
    input  logic [${inputBits - 1}:0] ${input},
    output logic [${format.bits - 1}:0] ${output}
);
  logic [${format.bits - 1}:0] ${output}_q;
  assign ${output} = ${output}_q;

  always_ff @(posedge clk) begin
    case (${input})
${words.join("\n")}
      default: ${output}_q <= '0;
    endcase
  end
endmodule
`;
}
