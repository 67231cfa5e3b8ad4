/**
 * A netlist beside its TypeScript twin: 32 streams of stimuli and of the model's answers are recorded, then replayed on
 * the netlist (or on its mutants), every output compared in every cycle.
 */
import { streamCount, transpose } from "./bit-slices.ts";
import type { NetlistSimulation } from "./netlist.ts";

/** Bits of a port, at most 32, that stimuli and models treat as one unsigned number. */
export interface Field {
  readonly port: string;
  readonly width: number;
}

/** All fields of a port of any width, the lowest first; `fieldWidth` bits each (the last may be narrower). */
export function fieldsOf(port: string, width: number, fieldWidth = 32): Field[] {
  return Array.from({ length: Math.ceil(width / fieldWidth) }, (_, i) => ({
    port,
    width: Math.min(fieldWidth, width - i * fieldWidth),
  }));
}

/** Fields of all ports but the clock; those of a port follow each other and are all of its bits. */
export interface TwinPorts {
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
}

/** One stream: a source of stimuli, and the model they go to. It may look at the model, never at the netlist. */
export interface TwinStream {
  /** Sets the inputs of the coming cycle, one number per input field. */
  drive(inputs: Float64Array): void;
  /** Sets the outputs of this cycle, one number per output field; a negative one is not compared. */
  expect(outputs: Float64Array): void;
  clock(): void;
}

/** Slices [cycle, bit] of all inputs, all outputs, and of the output bits that are compared. */
export interface Recording {
  readonly ports: TwinPorts;
  readonly cycles: number;
  readonly inputs: Int32Array;
  readonly outputs: Int32Array;
  readonly compared: Int32Array;
}

export interface Mismatch {
  readonly cycle: number;
  readonly output: string;
  readonly bit: number;
  readonly streams: readonly number[];
}

/** Runs the models of 32 streams for `cycles` cycles. */
export function record(ports: TwinPorts, streams: readonly TwinStream[], cycles: number): Recording {
  const [inputBits, outputBits] = [bitsOf(ports.inputs), bitsOf(ports.outputs)];
  const recording: Recording = {
    ports,
    cycles,
    inputs: new Int32Array(cycles * inputBits),
    outputs: new Int32Array(cycles * outputBits),
    compared: new Int32Array(cycles * outputBits),
  };
  const driven = new Float64Array(ports.inputs.length);
  const expected = new Float64Array(ports.outputs.length);
  const inputs = new FieldSlices(ports.inputs);
  const outputs = new FieldSlices(ports.outputs);
  const compared = new FieldSlices(ports.outputs);
  for (let cycle = 0; cycle < cycles; cycle++) {
    streams.forEach((stream, s) => {
      stream.drive(driven);
      inputs.put(s, driven);
      stream.expect(expected);
      outputs.put(s, expected);
      compared.put(
        s,
        expected.map((value) => (value < 0 ? 0 : -1)),
      );
      stream.clock();
    });
    inputs.store(recording.inputs, cycle * inputBits);
    outputs.store(recording.outputs, cycle * outputBits);
    compared.store(recording.compared, cycle * outputBits);
  }
  return recording;
}

/**
 * Runs the netlist with the stimuli of a recording, from where it stands.
 *
 * @returns the first mismatch, `undefined` if there is none.
 */
export function replay(simulation: NetlistSimulation, recording: Recording): Mismatch | undefined {
  const inputPorts = portsOf(recording.ports.inputs);
  const outputPorts = portsOf(recording.ports.outputs);
  const inputBits = bitsOf(recording.ports.inputs);
  const outputBits = bitsOf(recording.ports.outputs);
  for (let cycle = 0; cycle < recording.cycles; cycle++) {
    for (const { port, firstBit, width } of inputPorts) {
      const at = cycle * inputBits + firstBit;
      simulation.writeSlices(port, recording.inputs.subarray(at, at + width));
    }
    for (const { port, firstBit, width } of outputPorts) {
      const actual = simulation.readSlices(port);
      if (actual.length !== width) throw new Error(`port ${port} has ${actual.length} bits, not ${width}`);
      for (let bit = 0; bit < width; bit++) {
        const at = cycle * outputBits + firstBit + bit;
        const wrong = (actual[bit] ^ recording.outputs[at]) & recording.compared[at];
        if (wrong !== 0) return { cycle, output: port, bit, streams: setBits(wrong) };
      }
    }
    simulation.clock();
  }
  return undefined;
}

/** Records and replays `cycles` cycles in pieces. */
export function firstMismatch(
  simulation: NetlistSimulation,
  ports: TwinPorts,
  streams: readonly TwinStream[],
  cycles: number,
): Mismatch | undefined {
  const piece = 500;
  for (let cycle = 0; cycle < cycles; cycle += piece) {
    const mismatch = replay(simulation, record(ports, streams, Math.min(piece, cycles - cycle)));
    if (mismatch !== undefined) return { ...mismatch, cycle: mismatch.cycle + cycle };
  }
  return undefined;
}

/** Numbers per field and stream, turned into slices. */
class FieldSlices {
  private readonly fields: readonly Field[];
  private readonly words: Int32Array;

  constructor(fields: readonly Field[]) {
    this.fields = fields;
    this.words = new Int32Array(fields.length * streamCount);
  }

  put(stream: number, values: Float64Array): void {
    for (let i = 0; i < values.length; i++) this.words[i * streamCount + stream] = values[i];
  }

  store(slices: Int32Array, first: number): void {
    let at = first;
    this.fields.forEach(({ width }, i) => {
      transpose(this.words, i * streamCount);
      for (let bit = 0; bit < width; bit++) slices[at++] = this.words[i * streamCount + bit];
    });
  }
}

export interface PortBits {
  readonly port: string;
  readonly firstBit: number;
  readonly width: number;
}

/** Whole ports from their fields. */
export function portsOf(fields: readonly Field[]): PortBits[] {
  const ports: PortBits[] = [];
  let firstBit = 0;
  for (const { port, width } of fields) {
    const last = ports[ports.length - 1];
    if (last?.port === port) ports[ports.length - 1] = { ...last, width: last.width + width };
    else ports.push({ port, firstBit, width });
    firstBit += width;
  }
  return ports;
}

export function bitsOf(fields: readonly Field[]): number {
  return fields.reduce((sum, { width }) => sum + width, 0);
}

function setBits(slice: number): number[] {
  return Array.from({ length: streamCount }, (_, stream) => stream).filter((stream) => (slice >>> stream) & 1);
}
