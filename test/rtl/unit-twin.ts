/**
 * The scheduling unit's netlist beside the stepped model: every output in every cycle, and at every dispatch the memories
 * and the range counters.
 */

import { type SchedulingUnit, tagBits } from "../../hw/scheduling-unit/description.ts";
import { fromBits, numberFormat, productFormat, toBits } from "../../hw/scheduling-unit/number-format.ts";
import { quietInputs, SteppedSchedulingUnit, states, type UnitInputs } from "../../hw/scheduling-unit/stepped.ts";
import { commands } from "../../hw/scheduling-unit/words.ts";
import { dataBits, nonZeroBits } from "../../hw/synthesis/scheduling-unit.ts";
import { Dice } from "../hw/array/random-case.ts";
import { streamCount } from "./bit-slices.ts";
import type { NetlistSimulation } from "./netlist.ts";
import { fieldsOf, type Recording, record, replay, type TwinPorts, type TwinStream } from "./twin.ts";
import { rangeCountBits, UnitCoverage } from "./unit-coverage.ts";
import { type PinInputs, UnitStimulus } from "./unit-stimulus.ts";

export function unitPorts(unit: SchedulingUnit): TwinPorts {
  return {
    inputs: [
      ...fieldsOf("reset", 1),
      ...fieldsOf("command", 4),
      ...fieldsOf("data", dataBits(unit)),
      ...fieldsOf("clock_ticks", unit.timeBits),
      ...fieldsOf("is_accelerator_ready", 1),
      ...fieldsOf("is_layer_done", 1),
      ...fieldsOf("is_last_layer", 1),
      ...fieldsOf("non_zeros", nonZeroBits),
    ],
    outputs: [
      ...fieldsOf("is_port_ready", 1),
      ...fieldsOf("is_dispatch", 1),
      ...fieldsOf("dispatch_tag", tagBits),
      ...fieldsOf("state", 3),
      ...fieldsOf("request_count", Math.ceil(Math.log2(unit.fifoDepth + 1))),
      ...fieldsOf("time_saturations", rangeCountBits),
      ...fieldsOf("count_saturations", rangeCountBits),
      ...fieldsOf("non_finite_scores", rangeCountBits),
    ],
  };
}

/** What the memories of a stream hold in a cycle, by name, as the RTL has it. */
interface Snapshot {
  readonly cycle: number;
  readonly stream: number;
  readonly memories: Readonly<Record<string, readonly number[]>>;
}

/** A model within random surroundings. */
class UnitStream implements TwinStream {
  model: SteppedSchedulingUnit;
  /** Of the cycles since `takeSnapshots`. */
  snapshots: Snapshot[] = [];
  private cycle = 0;
  private readonly unit: SchedulingUnit;
  private readonly stream: number;
  private readonly stimulus: UnitStimulus;
  private readonly coverage: UnitCoverage;
  private isKnown = false;
  private pins: PinInputs | undefined;

  constructor(unit: SchedulingUnit, stream: number, seed: number, coverage: UnitCoverage, fillsFirst: boolean) {
    this.unit = unit;
    this.coverage = coverage;
    this.stream = stream;
    this.model = new SteppedSchedulingUnit(unit);
    this.stimulus = new UnitStimulus(unit, new Dice(seed * streamCount + stream), {
      mayReset: stream % 4 === 3,
      fillsFirst,
    });
  }

  takeSnapshots(): Snapshot[] {
    const taken = this.snapshots;
    this.snapshots = [];
    this.cycle = 0;
    return taken;
  }

  drive(inputs: Float64Array): void {
    const pins = this.stimulus.next(this.model);
    this.pins = pins;
    const values = [
      Number(pins.isReset),
      pins.command,
      ...wordsOf(pins.data, dataBits(this.unit)),
      ...wordsOf(pins.clockTicks, this.unit.timeBits),
      Number(pins.isAcceleratorReady),
      Number(pins.isLayerDone),
      Number(pins.isLastLayer),
      pins.nonZeros,
    ];
    inputs.set(values);
  }

  expect(outputs: Float64Array): void {
    // Before the first reset the netlist may be in any state.
    if (!this.isKnown) {
      outputs.fill(-1);
      return;
    }
    const { model } = this;
    const { timeSaturations, countSaturations, nonFiniteScores } = model.rangeCounts;
    // The pipeline counts when a value is there, the model when its request enters.
    const isSettled = model.state !== "scoring" && model.state !== "coefficient";
    const counter = (count: number) => (isSettled ? count % 2 ** rangeCountBits : -1);
    outputs.set([
      Number(model.isPortReady),
      Number(model.isDispatch),
      model.dispatchTag,
      states.indexOf(model.state),
      model.requests.count,
      counter(timeSaturations),
      counter(countSaturations),
      counter(nonFiniteScores),
    ]);
    if (model.isDispatch) this.snapshots.push(this.snapshot());
  }

  clock(): void {
    if (this.pins === undefined) throw new Error("not driven");
    if (this.isKnown) this.coverage.see(this.model, this.pins);
    this.isKnown = true;
    if (this.pins.isReset) this.model = afterReset(this.unit, this.model);
    else this.model.tick(modelInputs(this.unit, this.pins));
    this.cycle += 1;
  }

  private snapshot(): Snapshot {
    const { requests } = this.model;
    const format = numberFormat(this.unit.format);
    const held = (values: ArrayLike<number>) => Array.from({ length: requests.count }, (_, at) => values[at]);
    const patterns = (values: ArrayLike<number>) => held(values).map((value) => Number(toBits(format, value)));
    const dysta = {
      last_runs: held(requests.lastRunTicks),
      coefficients: patterns(requests.coefficient),
      scores: patterns(requests.score),
    };
    const swp = {
      sums: patterns(requests.coefficient),
      remainings: patterns(requests.remaining),
      isolateds: patterns(requests.isolated),
      scores: held(requests.score).map((value) => Number(toBits(productFormat(this.unit.format), value))),
    };
    const memories = {
      tags: held(requests.tag),
      rows: held(requests.row),
      layers: held(requests.layer),
      deadlines: held(requests.deadlineTicks),
      ...(this.unit.policy === "dysta" ? dysta : swp),
    };
    return { cycle: this.cycle, stream: this.stream, memories };
  }
}

/** A unit after a reset: the request memories are empty, the tables as they were. */
export function afterReset(unit: SchedulingUnit, { tables }: SteppedSchedulingUnit): SteppedSchedulingUnit {
  const model = new SteppedSchedulingUnit(unit);
  for (const name of ["remaining", "reciprocalDensity", "reciprocalOutputs", "reciprocalIsolatedSeconds"] as const) {
    model.tables[name].set(tables[name]);
  }
  return model;
}

/** The pins as the model takes them. */
export function modelInputs(unit: SchedulingUnit, { command, data, ...rest }: PinInputs): UnitInputs {
  const format = numberFormat(unit.format);
  const isNumber = command === commands.score || command > commands.address;
  return {
    ...quietInputs(rest.clockTicks),
    ...rest,
    command,
    data: isNumber ? fromBits(format, BigInt(data)) : data,
  };
}

/** Stimuli, answers and memories of 32 streams for some cycles. */
export interface UnitRecording {
  readonly unit: SchedulingUnit;
  readonly recording: Recording;
  /** In order of their cycles. */
  readonly snapshots: readonly Snapshot[];
}

/** Records on and on, from a reset: every call continues where the last one ended. */
export class UnitRecorder {
  readonly coverage = new UnitCoverage();
  readonly unit: SchedulingUnit;
  private readonly ports: TwinPorts;
  private readonly streams: UnitStream[];

  /** @param fillsFirst nothing runs before a stream's unit has been full. */
  constructor(unit: SchedulingUnit, seed: number, fillsFirst = false) {
    this.unit = unit;
    this.ports = unitPorts(unit);
    this.streams = Array.from(
      { length: streamCount },
      (_, stream) => new UnitStream(unit, stream, seed, this.coverage, fillsFirst),
    );
  }

  record(cycles: number): UnitRecording {
    const recording = record(this.ports, this.streams, cycles);
    const snapshots = this.streams.flatMap((stream) => stream.takeSnapshots());
    return { unit: this.unit, recording, snapshots: snapshots.toSorted((a, b) => a.cycle - b.cycle) };
  }
}

/**
 * Runs the netlist with the stimuli of a recording, from where it stands.
 *
 * @returns what differs first, `undefined` if nothing does.
 */
export function replayUnit(simulation: NetlistSimulation, recorded: UnitRecording): string | undefined {
  const { recording, snapshots } = recorded;
  let from = 0;
  for (const snapshot of snapshots) {
    const mismatch = outputMismatch(simulation, recording, from, snapshot.cycle);
    if (mismatch !== undefined) return mismatch;
    from = snapshot.cycle;
    const wrong = memoryMismatch(simulation, snapshot, recorded.unit);
    if (wrong !== undefined) return wrong;
  }
  return outputMismatch(simulation, recording, from, recording.cycles);
}

function outputMismatch(
  simulation: NetlistSimulation,
  recording: Recording,
  from: number,
  to: number,
): string | undefined {
  const part = (slices: Int32Array) => {
    const bits = slices.length / recording.cycles;
    return slices.subarray(from * bits, to * bits);
  };
  const { inputs, outputs, compared } = recording;
  const piece = { ...recording, cycles: to - from };
  const mismatch = replay(simulation, {
    ...piece,
    inputs: part(inputs),
    outputs: part(outputs),
    compared: part(compared),
  });
  if (mismatch === undefined) return undefined;
  return `cycle ${from + mismatch.cycle}: ${mismatch.output}[${mismatch.bit}] of streams ${mismatch.streams}`;
}

/** Memories of the operands' format: a pattern that the host has sent may be one of several that mean the same. */
const patternMemories: readonly string[] = ["coefficients", "sums", "remainings", "isolateds"];

function memoryMismatch(simulation: NetlistSimulation, snapshot: Snapshot, unit: SchedulingUnit): string | undefined {
  for (const [name, expected] of Object.entries(snapshot.memories)) {
    const isPattern = patternMemories.includes(name) || (name === "scores" && unit.policy === "dysta");
    // Of one request the score decides nothing, and synthesis removes it.
    if (unit.fifoDepth === 1 && name === "scores") continue;
    const memory = simulation.memory(`u_requests.${name}`);
    for (let entry = 0; entry < expected.length; entry++) {
      const held = memory.value(entry, snapshot.stream);
      const actual = isPattern ? canonical(unit, held) : held;
      if (actual === expected[entry]) continue;
      return `cycle ${snapshot.cycle}: ${name}[${entry}] of stream ${snapshot.stream} is ${actual}, not ${expected[entry]}`;
    }
  }
  return undefined;
}

/** Of patterns that mean the same, such as subnormal ones and zero, the one that the model has. */
function canonical(unit: SchedulingUnit, pattern: number): number {
  const format = numberFormat(unit.format);
  return Number(toBits(format, fromBits(format, BigInt(pattern))));
}

export function wordsOf(value: number, width: number): number[] {
  return width > 32 ? [value % 2 ** 32, Math.floor(value / 2 ** 32)] : [value];
}
