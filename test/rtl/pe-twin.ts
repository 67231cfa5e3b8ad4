/** Stimuli for the netlist of a PE: block after block over its ports, promptly or late, and the port model. */

import { feedOf, type PeBlock, type PeConfiguration, type PeFeed } from "../../hw/array/pe-feed.ts";
import { PePhase, PePort, type PePortInputs, type PeWeight } from "../../hw/array/pe-port.ts";
import { Dice } from "../hw/array/random-case.ts";
import { randomBlock } from "./pe-block.ts";
import { fieldsOf, type TwinPorts, type TwinStream } from "./twin.ts";

const bitsFor = (largest: number) => Math.ceil(Math.log2(largest + 1));

export function pePorts(configuration: PeConfiguration): TwinPorts {
  const { macsPerPe, weightWords, columns, psumEntries, weightBits, runBits } = configuration;
  const atBits = bitsFor(weightWords * macsPerPe);
  const columnBits = bitsFor(columns - 1);
  const psumAtBits = bitsFor(psumEntries - 1);
  const { psumsDrainedPerCycle, psumBits } = configuration;
  return {
    inputs: [
      ...fieldsOf("reset", 1),
      ...fieldsOf("start", 1),
      ...fieldsOf("block_weights", atBits),
      ...fieldsOf("column_write", 1),
      ...fieldsOf("column_index", columnBits),
      ...fieldsOf("column_end", atBits),
      ...fieldsOf("window_valid", 1),
      ...fieldsOf("window_activations", configuration.windowBits),
      ...fieldsOf("window_psums", psumAtBits + 1),
      ...fieldsOf("is_last_window", 1),
      ...fieldsOf("activation_valid", 1),
      ...fieldsOf("activation", configuration.activationBits),
      ...fieldsOf("activation_column", columnBits),
      ...fieldsOf("first_psum", psumAtBits),
      ...fieldsOf("weight_valid", 1),
      ...fieldsOf("weight_word", macsPerPe * (weightBits + runBits), weightBits + runBits),
    ],
    outputs: [
      ...fieldsOf("phase", 3),
      ...fieldsOf("weight_ready", 1),
      ...fieldsOf("window_ready", 1),
      ...fieldsOf("activation_ready", 1),
      ...fieldsOf("macs", bitsFor(macsPerPe)),
      ...fieldsOf("drained", bitsFor(psumsDrainedPerCycle)),
      ...fieldsOf("drained_psums", psumsDrainedPerCycle * psumBits, psumBits),
    ],
  };
}

/** Blocks until the end of time. What is not valid is noise. */
export class PeStream implements TwinStream {
  /** Blocks that have been begun, with the sums that have left and the cycles of every phase since. */
  readonly blocks: { readonly block: PeBlock; readonly drained: number[]; readonly cycles: number[] }[] = [];
  private readonly configuration: PeConfiguration;
  private readonly dice: Dice;
  private readonly model: PePort;
  /** How often a word that could be there is there; 1: always. */
  readonly promptness: number;
  private readonly resetRate: number;
  private isKnown = false;
  private inputs: PePortInputs = noInputs;
  private feed: PeFeed = { columnEnds: [], weights: [], windows: [], activations: [] };
  private columnsSent = 0;
  private weightsSent = 0;
  private windowsSent = 0;
  private activationsSent = 0;
  private isStarted = true;

  constructor(configuration: PeConfiguration, seed: number) {
    this.configuration = configuration;
    this.dice = new Dice(seed);
    this.model = new PePort(configuration);
    this.promptness = this.dice.pick([1, 1, 0.8, 0.3]);
    this.resetRate = this.promptness === 1 ? 0 : this.dice.pick([0, 0.002]);
  }

  drive(inputs: Float64Array): void {
    if (this.isKnown && this.isStarted && this.model.phase(noInputs) === PePhase.idle) this.nextBlock();
    this.inputs = this.nextInputs();
    this.encode(inputs);
  }

  expect(outputs: Float64Array): void {
    if (!this.isKnown) {
      outputs.fill(-1);
      return;
    }
    const { model, inputs, configuration } = this;
    const drained = model.drained(inputs);
    outputs.set([
      model.phase(inputs),
      model.isWeightReady ? 1 : 0,
      model.isWindowReady(inputs) ? 1 : 0,
      model.isActivationReady ? 1 : 0,
      model.macs(inputs),
      drained.length,
    ]);
    for (let i = 0; i < configuration.psumsDrainedPerCycle; i++) {
      outputs[6 + i] = unsigned(drained[i] ?? 0, configuration.psumBits);
    }
  }

  clock(): void {
    const { model, inputs } = this;
    const phase = model.phase(inputs);
    if (this.isKnown) this.note(phase, model.drained(inputs));
    if (phase === PePhase.load) this.weightsSent += this.configuration.macsPerPe;
    if (inputs.start !== undefined && phase === PePhase.idle) this.isStarted = true;
    if (inputs.columnEnd !== undefined) this.columnsSent += 1;
    if (inputs.window !== undefined && model.isWindowReady(inputs)) this.windowsSent += 1;
    if (inputs.activation !== undefined && model.isActivationReady) this.activationsSent += 1;
    model.clock(inputs);
    if (inputs.reset) this.nextBlock();
    this.isKnown = true;
  }

  private note(phase: number, drained: readonly number[]): void {
    const current = this.blocks[this.blocks.length - 1];
    current.cycles[phase] += 1;
    current.drained.push(...drained);
  }

  private nextBlock(): void {
    const block = randomBlock(this.dice, this.configuration);
    this.blocks.push({ block, drained: [], cycles: new Array<number>(6).fill(0) });
    this.feed = feedOf(block, this.configuration);
    this.columnsSent = 0;
    this.weightsSent = 0;
    this.windowsSent = 0;
    this.activationsSent = 0;
    this.isStarted = false;
  }

  private nextInputs(): PePortInputs {
    const { dice, feed } = this;
    if (!this.isKnown || dice.chance(this.resetRate)) return { ...noInputs, reset: true };
    const isPrompt = () => this.promptness === 1 || dice.chance(this.promptness);
    const { columnsSent: column, windowsSent, activationsSent, weightsSent } = this;
    const mayStart = !this.isStarted && column === feed.columnEnds.length && isPrompt();
    return {
      reset: false,
      // A busy PE does not hear it.
      start: mayStart ? feed.weights.length : this.isStarted && dice.chance(0.1) ? 1 : undefined,
      columnEnd: column < feed.columnEnds.length ? { column, end: feed.columnEnds[column] } : undefined,
      window: isPrompt() ? feed.windows[windowsSent] : undefined,
      activation: isPrompt() ? feed.activations[activationsSent] : undefined,
      weights: this.isStarted && isPrompt() ? this.weightWord(weightsSent) : undefined,
    };
  }

  /** Behind the last weight of the block: noise. */
  private weightWord(first: number): PeWeight[] {
    const { macsPerPe, weightBits, runBits } = this.configuration;
    return Array.from(
      { length: macsPerPe },
      (_, i) =>
        this.feed.weights[first + i] ?? {
          value: signed(this.noise(weightBits), weightBits),
          run: this.noise(runBits),
        },
    );
  }

  private noise(bits: number): number {
    return Math.floor(this.dice.unit() * 2 ** bits);
  }

  /** In the order of `pePorts`. */
  private encode(fields: Float64Array): void {
    const { inputs, configuration } = this;
    const { macsPerPe, weightWords, columns, psumEntries, weightBits, activationBits, runBits } = configuration;
    const atBits = bitsFor(weightWords * macsPerPe);
    const columnBits = bitsFor(columns - 1);
    const psumAtBits = bitsFor(psumEntries - 1);
    const { start, columnEnd, window, activation, weights } = inputs;
    const valid = (value: unknown) => (value === undefined ? 0 : 1);
    const encoded = [
      inputs.reset ? 1 : 0,
      valid(start),
      start ?? this.noise(atBits),
      valid(columnEnd),
      columnEnd?.column ?? this.noise(columnBits),
      columnEnd?.end ?? this.noise(atBits),
      valid(window),
      window?.activations ?? this.noise(configuration.windowBits),
      window?.psums ?? this.noise(psumAtBits + 1),
      window === undefined ? this.noise(1) : window.isLast ? 1 : 0,
      valid(activation),
      activation === undefined ? this.noise(activationBits) : unsigned(activation.value, activationBits),
      activation?.column ?? this.noise(columnBits),
      activation?.firstPsum ?? this.noise(psumAtBits),
      valid(weights),
    ];
    fields.set(encoded);
    for (let i = 0; i < macsPerPe; i++) {
      const weight = weights?.[i];
      fields[encoded.length + i] =
        weight === undefined
          ? this.noise(weightBits + runBits)
          : unsigned(weight.value, weightBits) * 2 ** runBits + weight.run;
    }
  }
}

const noInputs: PePortInputs = {
  reset: false,
  start: undefined,
  columnEnd: undefined,
  weights: undefined,
  window: undefined,
  activation: undefined,
};

function unsigned(value: number, bits: number): number {
  return value < 0 ? value + 2 ** bits : value;
}

function signed(value: number, bits: number): number {
  return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
}
