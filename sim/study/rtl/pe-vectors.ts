/** Vectors of one PE: blocks of a network's layers, one after the other, whatever the PE can take given to it at once. */
import type { Hardware } from "../../../hw/array/description.ts";
import { feedOf, type PeConfiguration, type PeFeed, peConfiguration } from "../../../hw/array/pe-feed.ts";
import { PePhase, PePort, type PePortInputs } from "../../../hw/array/pe-port.ts";
import { type ProfileTarget, targetLayer, targetLayers } from "../../profile/profile-target.ts";
import { peBlock } from "./pe-blocks.ts";
import { anyValue, type VectorPort, VectorWriter } from "./vectors.ts";

const bitsFor = (largest: number) => Math.ceil(Math.log2(largest + 1));

/** Of the layers of a network, first sample; every layer one block. */
export function peVectors(hardware: Hardware, target: ProfileTarget, limit: number): VectorWriter {
  const pe = peConfiguration(hardware);
  const writer = new VectorWriter(...pePorts(pe), limit);
  const model = new PePort(pe);
  const driver = new PeDriver(pe, model, writer);
  driver.cycle({ ...quiet, reset: true });
  for (const index of targetLayers(target).keys()) {
    if (writer.isFull) break;
    const layer = targetLayer(target, index);
    driver.run(feedOf(peBlock(layer.layerOf(0), layer.masks(0), pe), pe));
  }
  return writer;
}

function pePorts(pe: PeConfiguration): [inputs: VectorPort[], outputs: VectorPort[]] {
  const port = (name: string, width: number): VectorPort => ({ name, width });
  const { macsPerPe, weightWords, columns, psumEntries, weightBits, runBits, psumsDrainedPerCycle, psumBits } = pe;
  const atBits = bitsFor(weightWords * macsPerPe);
  const columnBits = bitsFor(columns - 1);
  const psumAtBits = bitsFor(psumEntries - 1);
  return [
    [
      port("reset", 1),
      port("start", 1),
      port("block_weights", atBits),
      port("column_write", 1),
      port("column_index", columnBits),
      port("column_end", atBits),
      port("window_valid", 1),
      port("window_activations", pe.windowBits),
      port("window_psums", psumAtBits + 1),
      port("is_last_window", 1),
      port("activation_valid", 1),
      port("activation", pe.activationBits),
      port("activation_column", columnBits),
      port("first_psum", psumAtBits),
      port("weight_valid", 1),
      port("weight_word", macsPerPe * (weightBits + runBits)),
    ],
    [
      port("phase", 3),
      port("weight_ready", 1),
      port("window_ready", 1),
      port("activation_ready", 1),
      port("macs", bitsFor(macsPerPe)),
      port("drained", bitsFor(psumsDrainedPerCycle)),
      port("drained_psums", psumsDrainedPerCycle * psumBits),
    ],
  ];
}

const quiet: PePortInputs = {
  reset: false,
  start: undefined,
  columnEnd: undefined,
  weights: undefined,
  window: undefined,
  activation: undefined,
};

class PeDriver {
  private readonly pe: PeConfiguration;
  private readonly model: PePort;
  private readonly writer: VectorWriter;

  constructor(pe: PeConfiguration, model: PePort, writer: VectorWriter) {
    this.pe = pe;
    this.model = model;
    this.writer = writer;
  }

  /** A block: ends of columns, then its start, then all else as it is taken. */
  run({ columnEnds, weights, windows, activations }: PeFeed): void {
    const { model, pe } = this;
    for (const [column, end] of columnEnds.entries()) this.cycle({ ...quiet, columnEnd: { column, end } });
    let [weight, window, activation] = [0, 0, 0];
    let inputs: PePortInputs = { ...quiet, start: weights.length, window: windows[0], activation: activations[0] };
    do {
      const isLoading = model.phase(inputs) === PePhase.load;
      if (isLoading) weight += pe.macsPerPe;
      if (inputs.window !== undefined && model.isWindowReady(inputs)) window += 1;
      if (inputs.activation !== undefined && model.isActivationReady) activation += 1;
      this.cycle(inputs);
      const word = Array.from({ length: pe.macsPerPe }, (_, i) => weights[weight + i] ?? { value: 0, run: 0 });
      inputs = { ...quiet, weights: word, window: windows[window], activation: activations[activation] };
    } while (model.phase(inputs) !== PePhase.idle && !this.writer.isFull);
  }

  cycle(inputs: PePortInputs): void {
    const { model } = this;
    const outputs = this.outputs(inputs);
    this.writer.row(this.inputs(inputs), inputs.reset ? outputs.map(() => anyValue) : outputs);
    model.clock(inputs);
  }

  private inputs({ reset, start, columnEnd, window, activation, weights }: PePortInputs): bigint[] {
    const { weightBits, runBits, activationBits } = this.pe;
    const isThere = (value: unknown) => BigInt(value !== undefined);
    const entryBits = BigInt(weightBits + runBits);
    const word = (weights ?? []).reduceRight(
      (bits, { value, run }) => (bits << entryBits) | (unsigned(value, weightBits) << BigInt(runBits)) | BigInt(run),
      0n,
    );
    return [
      BigInt(reset),
      isThere(start),
      BigInt(start ?? 0),
      isThere(columnEnd),
      BigInt(columnEnd?.column ?? 0),
      BigInt(columnEnd?.end ?? 0),
      isThere(window),
      BigInt(window?.activations ?? 0),
      BigInt(window?.psums ?? 0),
      BigInt(window?.isLast ?? false),
      isThere(activation),
      unsigned(activation?.value ?? 0, activationBits),
      BigInt(activation?.column ?? 0),
      BigInt(activation?.firstPsum ?? 0),
      isThere(weights),
      word,
    ];
  }

  private outputs(inputs: PePortInputs): bigint[] {
    const { model, pe } = this;
    const drained = model.drained(inputs);
    const sums = drained.reduceRight((bits, sum) => (bits << BigInt(pe.psumBits)) | unsigned(sum, pe.psumBits), 0n);
    return [
      BigInt(model.phase(inputs)),
      BigInt(model.isWeightReady),
      BigInt(model.isWindowReady(inputs)),
      BigInt(model.isActivationReady),
      BigInt(model.macs(inputs)),
      BigInt(drained.length),
      sums,
    ];
  }
}

function unsigned(value: number, bits: number): bigint {
  return BigInt.asUintN(bits, BigInt(value));
}
