/** The scheduling unit's pins: what stands on them for inputs and state of the model. */
import { type SchedulingUnit, tagBits } from "../../../hw/scheduling-unit/description.ts";
import { numberFormat, toBits } from "../../../hw/scheduling-unit/number-format.ts";
import { type SteppedSchedulingUnit, states, type UnitInputs } from "../../../hw/scheduling-unit/stepped.ts";
import { commands } from "../../../hw/scheduling-unit/words.ts";
import { dataBits, nonZeroBits } from "../../../hw/synthesis/scheduling-unit.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { anyValue, type VectorPort } from "./vectors.ts";

/** Bits of the unit's counters of what went beyond the number format. */
const rangeCountBits = 16;

const port = (name: string, width: number): VectorPort => ({ name, width });

/** Inputs that monitor and unit together have too. */
export function hostPorts(unit: SchedulingUnit): VectorPort[] {
  return [
    port("reset", 1),
    port("command", 4),
    port("data", dataBits(unit)),
    port("clock_ticks", unit.timeBits),
    port("is_accelerator_ready", 1),
    port("is_layer_done", 1),
    port("is_last_layer", 1),
  ];
}

export const countPort = port("non_zeros", nonZeroBits);

export function unitOutputs(unit: SchedulingUnit): VectorPort[] {
  return [
    port("is_port_ready", 1),
    port("is_dispatch", 1),
    port("dispatch_tag", tagBits),
    port("state", 3),
    port("request_count", Math.ceil(Math.log2(unit.fifoDepth + 1))),
    port("time_saturations", rangeCountBits),
    port("count_saturations", rangeCountBits),
    port("non_finite_scores", rangeCountBits),
  ];
}

/** The inputs of `hostPorts` in a cycle. */
export function hostPins(unit: SchedulingUnit, inputs: UnitInputs, isReset = false): bigint[] {
  const isNumber = inputs.command === commands.score || inputs.command > commands.address;
  const data = isNumber ? toBits(numberFormat(unit.format), inputs.data) : BigInt(inputs.data);
  return [
    BigInt(isReset),
    BigInt(inputs.command),
    data,
    BigInt(inputs.clockTicks),
    BigInt(inputs.isAcceleratorReady),
    BigInt(inputs.isLayerDone),
    BigInt(inputs.isLastLayer),
  ];
}

/** @throws ConfigError for a count that no counter can hold. */
export function countPins(nonZeros: number): bigint {
  if (!Number.isInteger(nonZeros) || nonZeros >= 2 ** nonZeroBits) {
    throw new ConfigError(
      `the monitor's counter has ${nonZeroBits} bits: a layer's non-zero outputs must be a whole number below 2^${nonZeroBits}, are ${nonZeros} (tables without numbers of outputs cannot drive the RTL)`,
    );
  }
  return BigInt(nonZeros);
}

/** The unit's outputs as it stands. */
export function unitPins(unit: SteppedSchedulingUnit): bigint[] {
  const { timeSaturations, countSaturations, nonFiniteScores } = unit.rangeCounts;
  // The pipeline counts when a value is there, the model when its request enters.
  const isSettled = unit.state !== "scoring" && unit.state !== "coefficient";
  const counter = (count: number) => (isSettled ? BigInt(count % 2 ** rangeCountBits) : anyValue);
  return [
    BigInt(unit.isPortReady),
    BigInt(unit.isDispatch),
    BigInt(unit.dispatchTag),
    BigInt(states.indexOf(unit.state)),
    BigInt(unit.requests.count),
    counter(timeSaturations),
    counter(countSaturations),
    counter(nonFiniteScores),
  ];
}
