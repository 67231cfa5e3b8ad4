/** Densities of what every layer reads and writes, counted while the network runs on real inputs. */
import { ConfigError } from "../input/errors.ts";
import { elementCount, inputShape, type Layer, outputShape } from "../layers/layer.ts";
import type { ImportedLayer, ImportedNetwork } from "./imported-network.ts";
import type { Sizes } from "./infer.ts";
import type { InputSample } from "./input-samples.ts";
import type { Operand } from "./layer-plan.ts";
import type { OnnxFile } from "./onnx-file.ts";
import { onnxNetwork } from "./onnx-network.ts";
import { shapeText } from "./onnx-tensor.ts";
import { arranged } from "./operands.ts";
import { type RunTensor, Runtime } from "./runtime.ts";

/** One sample of a network. */
export interface MeasuredSample {
  readonly path: string;
  /** The layers at this input's size. */
  readonly layers: readonly Layer[];
  readonly input: readonly TensorCount[];
  readonly output: readonly TensorCount[];
}

interface TensorCount {
  /** Non-zeros / all, 0..1. */
  readonly density: number;
  /** Of each channel. */
  readonly channels: Float32Array;
}

/** Called with the elements of a layer's tensor, one byte each, where masks are wanted. */
type OnMask = (sample: number, layer: Layer, tensor: "input" | "output", flags: Uint8Array) => void;

interface MeasuringOptions {
  readonly dimensions: Sizes["dimensions"];
  /** Names of the layers whose masks are wanted; undefined: of all. */
  readonly masked: ReadonlySet<string> | undefined;
  readonly onMask: OnMask;
  readonly onSample?: (() => void) | undefined;
}

/**
 * Runs the network on every sample.
 *
 * @throws ConfigError if it cannot run, an input does not fit, or the layers are not the same at every size
 */
export async function measureActivations(
  file: OnnxFile,
  samples: readonly InputSample[],
  options: MeasuringOptions,
): Promise<MeasuredSample[]> {
  const networks = new NetworksBySize(file, options.dimensions);
  const [first] = samples;
  const wanted = tensorsOf(networks.at(first.tensors(), first.path));
  const runtime = await Runtime.open(file, wanted);
  try {
    const measured: MeasuredSample[] = [];
    for (const [index, sample] of samples.entries()) {
      const inputs = sample.tensors();
      const network = networks.at(inputs, sample.path);
      measured.push(
        countSample(network, sample.path, await runtime.run(inputs), (layer, tensor, flags) => {
          if (options.masked === undefined || options.masked.has(layer.name))
            options.onMask(index, layer, tensor, flags);
        }),
      );
      options.onSample?.();
    }
    return measured;
  } finally {
    await runtime.close();
  }
}

/** The network at the sizes of each input; layers keep their names and kinds. */
class NetworksBySize {
  private readonly file: OnnxFile;
  private readonly dimensions: Sizes["dimensions"];
  private readonly known = new Map<string, ImportedNetwork>();

  constructor(file: OnnxFile, dimensions: Sizes["dimensions"]) {
    this.file = file;
    this.dimensions = dimensions;
  }

  at(inputs: ReadonlyMap<string, RunTensor>, path: string): ImportedNetwork {
    const shapes = new Map([...inputs].map(([name, { shape }]) => [name, shape]));
    const key = [...shapes].map(([name, shape]) => `${name}${shapeText(shape)}`).join();
    const known = this.known.get(key) ?? onnxNetwork(this.file, { dimensions: this.dimensions, inputs: shapes });
    const [first = known] = this.known.values();
    const names = ({ layers }: ImportedNetwork) => layers.map(({ layer }) => layer.name).join();
    if (names(first) !== names(known)) {
      throw new ConfigError(`input ${path}: the network has other layers at this size than at that of the first input`);
    }
    this.known.set(key, known);
    return known;
  }
}

/** Names of all tensors that densities are counted in. */
function tensorsOf({ layers }: ImportedNetwork): string[] {
  const operands = layers.flatMap(({ input, output }) => [input, output].filter((each) => each !== undefined));
  return [...new Set(operands.flatMap(({ tensor, zeroPoint }) => [tensor, ...(zeroPoint ? [zeroPoint.tensor] : [])]))];
}

type OnLayerMask = (layer: Layer, tensor: "input" | "output", flags: Uint8Array) => void;

function countSample(
  network: ImportedNetwork,
  path: string,
  tensors: ReadonlyMap<string, RunTensor>,
  onMask: OnLayerMask,
): MeasuredSample {
  const count = (imported: ImportedLayer, which: "input" | "output"): TensorCount => {
    const { layer } = imported;
    const shape = which === "input" ? inputShape(layer) : outputShape(layer);
    const flags = flagsOf(network, imported[which], tensors);
    if (flags.length !== elementCount(shape)) {
      throw new Error(`layer ${layer.name}: ${flags.length} elements at its ${which}, not [${shape.join(", ")}]`);
    }
    onMask(layer, which, flags);
    return countFlags(flags, shape[0]);
  };
  return {
    path,
    layers: network.layers.map(({ layer }) => layer),
    input: network.layers.map((layer) => count(layer, "input")),
    output: network.layers.map((layer) => count(layer, "output")),
  };
}

/** 1 for every element that is not zero, in the order that the layer has them in. */
function flagsOf(
  network: ImportedNetwork,
  operand: Operand | undefined,
  tensors: ReadonlyMap<string, RunTensor>,
): Uint8Array {
  const tensor = operand === undefined ? undefined : tensors.get(operand.tensor);
  if (operand === undefined || tensor === undefined) {
    throw new Error(`network ${network.name}: tensor ${operand?.tensor} was not given out`);
  }
  const zero =
    operand.zeroPoint &&
    (tensors.get(operand.zeroPoint.tensor)?.numbers ?? network.constant?.(operand.zeroPoint.tensor));
  const values = arranged(operand, tensor.shape, tensor.numbers, zero);
  const flags = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) flags[i] = values[i] === 0 ? 0 : 1;
  return flags;
}

function countFlags(flags: Uint8Array, channelCount: number): TensorCount {
  const size = flags.length / channelCount;
  const channels = new Float32Array(channelCount);
  let ones = 0;
  for (let channel = 0; channel < channelCount; channel++) {
    let own = 0;
    for (let i = channel * size; i < (channel + 1) * size; i++) own += flags[i];
    channels[channel] = own / size;
    ones += own;
  }
  return { density: ones / flags.length, channels };
}
