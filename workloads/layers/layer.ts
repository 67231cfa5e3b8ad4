/**
 * One layer of a network as the hardware sees it: shapes and geometry, and the images of a batch. The layer kinds differ in what their
 * shapes may be, not in how they are computed: each is a (grouped, strided, padded, dilated) convolution.
 *
 * - `fc`: input height and width are 1 and so is the kernel.
 * - `matmul` A[P×K]·B[K×N]: K input channels, N output channels, P rows as the input height; width and kernel are 1. G groups
 *   are G products of K/G by N/G side by side: the heads of an attention.
 * - `depthwise`: as many groups as input channels; the output channels are a multiple of them.
 * - `pointwise`: kernel 1×1, any stride.
 *
 * The four kinds of an attention are shaped like matrix products whose groups are the heads (`attention.ts` makes them):
 * `attention-prediction` and `attention-scores` are queries times keys, `attention-values` probabilities times values, and
 * `softmax` maps scores to probabilities. Only scores and values have MACs of full precision.
 */
import { ConfigError } from "../input/errors.ts";

export const layerKinds = ["conv", "depthwise", "pointwise", "fc", "matmul"] as const;
export const attentionKinds = ["attention-prediction", "attention-scores", "softmax", "attention-values"] as const;
export type AttentionKind = (typeof attentionKinds)[number];
export type LayerKind = (typeof layerKinds)[number] | AttentionKind;

export interface Layer {
  readonly name: string;
  readonly kind: LayerKind;
  /** C */
  readonly inputChannels: number;
  /** M */
  readonly outputChannels: number;
  /** H, without padding */
  readonly inputHeight: number;
  /** W, without padding */
  readonly inputWidth: number;
  /** Rows R and columns S of the kernel. */
  readonly kernel: readonly [rows: number, columns: number];
  readonly stride: readonly [vertical: number, horizontal: number];
  /** Rows and columns of zeros around the input. */
  readonly padding: readonly [top: number, bottom: number, left: number, right: number];
  /** Distance between neighbouring kernel taps; 1 is an ordinary convolution. */
  readonly dilation: readonly [vertical: number, horizontal: number];
  /** Filters of a group see only the input channels of that group. */
  readonly groups: number;
  /** Images that are computed together, with the same weights; absent: one. Their tensors lie one after the other. */
  readonly batch?: number;
  /** Only of the kinds of an attention. */
  readonly attention?: AttentionShape;
}

/** What the shape of one of its layers does not tell of an attention. */
interface AttentionShape {
  /** Elements of a query, key or value of one head. */
  readonly headWidth: number;
  /** Queries look at no key behind them. */
  readonly causal: boolean;
}

/** What `makeLayer` needs; everything absent takes the value of the simplest layer of its kind. */
export type LayerDescription = Pick<Layer, "name" | "kind" | "inputChannels" | "outputChannels"> &
  Partial<Omit<Layer, "name" | "kind" | "inputChannels" | "outputChannels">>;

/**
 * A layer with the defaults filled in: height, width, kernel, stride, dilation 1, padding 0, and one group (one per
 * input channel for `depthwise`).
 *
 * @throws ConfigError for sizes that are not positive integers, negative padding, a kernel that exceeds the padded
 * input, groups that do not divide the channels, and shapes that the kind does not allow.
 */
export function makeLayer(description: LayerDescription): Layer {
  const layer: Layer = {
    inputHeight: 1,
    inputWidth: 1,
    kernel: [1, 1],
    stride: [1, 1],
    padding: [0, 0, 0, 0],
    dilation: [1, 1],
    groups: description.kind === "depthwise" ? description.inputChannels : 1,
    ...description,
  };
  checkSizes(layer);
  checkGroups(layer);
  checkKernelFits(layer);
  checkKind(layer);
  checkElements(layer);
  return layer;
}

/** Any size of a layer. */
const maxSize = 2 ** 24;
/** Elements of a tensor. */
const maxElements = 2 ** 30;

/**
 * The layer for a batch of so many images.
 *
 * @throws ConfigError as `makeLayer`.
 */
export function batchOf(layer: Layer, images: number): Layer {
  return makeLayer({ ...layer, batch: images });
}

/** Images of the batch. */
export function imageCount({ batch = 1 }: Layer): number {
  return batch;
}

/** E, the rows of the output. */
export function outputHeight(layer: Layer): number {
  const [top, bottom] = layer.padding;
  const span = kernelSpan(layer.kernel[0], layer.dilation[0]);
  return Math.floor((layer.inputHeight + top + bottom - span) / layer.stride[0]) + 1;
}

/** F, the columns of the output. */
export function outputWidth(layer: Layer): number {
  const [, , left, right] = layer.padding;
  const span = kernelSpan(layer.kernel[1], layer.dilation[1]);
  return Math.floor((layer.inputWidth + left + right - span) / layer.stride[1]) + 1;
}

/**
 * Multiply-accumulates of the dense layer, N·M·C/groups·R·S·E·F; taps on padding count like any other. A softmax has none; those
 * of a prediction are of low precision and not counted here.
 */
export function denseMacs(layer: Layer): number {
  if (layer.kind === "softmax" || layer.kind === "attention-prediction") return 0;
  return imageCount(layer) * parameterCount(layer) * outputHeight(layer) * outputWidth(layer);
}

/** Weights of the dense layer, without biases. */
export function parameterCount(layer: Layer): number {
  return elementCount(weightShape(layer));
}

/** [C, H, W]; [N·C, H, W] of a batch of N */
export function inputShape(layer: Layer): readonly [number, number, number] {
  return [imageCount(layer) * layer.inputChannels, layer.inputHeight, layer.inputWidth];
}

/** [M, C/groups, R, S] */
export function weightShape(layer: Layer): readonly [number, number, number, number] {
  return [layer.outputChannels, layer.inputChannels / layer.groups, layer.kernel[0], layer.kernel[1]];
}

/** [M, E, F]; [N·M, E, F] of a batch of N */
export function outputShape(layer: Layer): readonly [number, number, number] {
  return [imageCount(layer) * layer.outputChannels, outputHeight(layer), outputWidth(layer)];
}

/** Elements of a tensor of this shape; 1 for a scalar's empty shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Input rows (or columns) that a kernel of `taps` covers. */
function kernelSpan(taps: number, dilation: number): number {
  return (taps - 1) * dilation + 1;
}

function fail(layer: Layer, message: string): never {
  throw new ConfigError(`layer "${layer.name}": ${message}`);
}

function checkSizes(layer: Layer): void {
  const sizes: [string, number][] = [
    ["inputChannels", layer.inputChannels],
    ["outputChannels", layer.outputChannels],
    ["inputHeight", layer.inputHeight],
    ["inputWidth", layer.inputWidth],
    ["groups", layer.groups],
    ["batch", imageCount(layer)],
    ["kernel rows", layer.kernel[0]],
    ["kernel columns", layer.kernel[1]],
    ["vertical stride", layer.stride[0]],
    ["horizontal stride", layer.stride[1]],
    ["vertical dilation", layer.dilation[0]],
    ["horizontal dilation", layer.dilation[1]],
  ];
  for (const [name, size] of sizes) {
    if (!Number.isSafeInteger(size) || size < 1) fail(layer, `${name} must be a positive integer, not ${size}`);
    if (size > maxSize) fail(layer, `${name} must be at most ${maxSize}, is ${size}`);
  }
  for (const [i, side] of (["top", "bottom", "left", "right"] as const).entries()) {
    const size = layer.padding[i];
    if (!Number.isSafeInteger(size) || size < 0) {
      fail(layer, `${side} padding must be a non-negative integer, not ${size}`);
    }
    if (size > maxSize) fail(layer, `${side} padding must be at most ${maxSize}, is ${size}`);
  }
}

/** Tensors whose masks fit into memory; more is a slip of the keyboard, or a network that no array of this kind runs. */
function checkElements(layer: Layer): void {
  const [top, bottom, left, right] = layer.padding;
  const padded = [
    imageCount(layer) * layer.inputChannels,
    layer.inputHeight + top + bottom,
    layer.inputWidth + left + right,
  ];
  const tensors = { "padded input": padded, weights: weightShape(layer), output: outputShape(layer) };
  for (const [name, shape] of Object.entries(tensors)) {
    const count = elementCount(shape);
    if (count > maxElements) {
      fail(layer, `the ${name} [${shape.join(", ")}] must have at most ${maxElements} elements, has ${count}`);
    }
  }
}

function checkGroups(layer: Layer): void {
  for (const name of ["inputChannels", "outputChannels"] as const) {
    if (layer[name] % layer.groups !== 0) {
      fail(layer, `groups must divide ${name}, but ${layer.groups} does not divide ${layer[name]}`);
    }
  }
}

function checkKernelFits(layer: Layer): void {
  const [top, bottom, left, right] = layer.padding;
  const paddedHeight = layer.inputHeight + top + bottom;
  const paddedWidth = layer.inputWidth + left + right;
  const rows = kernelSpan(layer.kernel[0], layer.dilation[0]);
  const columns = kernelSpan(layer.kernel[1], layer.dilation[1]);
  if (rows > paddedHeight || columns > paddedWidth) {
    const dilated = layer.dilation.some((step) => step > 1) ? " dilated" : "";
    fail(layer, `the${dilated} kernel ${rows}x${columns} exceeds the padded input ${paddedHeight}x${paddedWidth}`);
  }
}

/** Per kind: the fields that must be 1 (0 for padding). */
const mustBeOne: Readonly<Record<LayerKind, readonly (keyof Layer)[]>> = {
  conv: [],
  depthwise: [],
  pointwise: ["kernel"],
  fc: ["inputHeight", "inputWidth", "kernel", "stride", "padding", "groups"],
  matmul: ["inputWidth", "kernel", "stride", "padding"],
  "attention-prediction": ["inputWidth", "kernel", "stride", "padding"],
  "attention-scores": ["inputWidth", "kernel", "stride", "padding"],
  softmax: ["inputWidth", "kernel", "stride", "padding"],
  "attention-values": ["inputWidth", "kernel", "stride", "padding"],
};

function checkKind(layer: Layer): void {
  for (const field of mustBeOne[layer.kind]) {
    const allowed = field === "padding" ? 0 : 1;
    const value = layer[field];
    const isAllowed = Array.isArray(value) ? value.every((size) => size === allowed) : value === allowed;
    if (!isAllowed) fail(layer, `${field} of a ${layer.kind} layer must be ${allowed}, not ${JSON.stringify(value)}`);
  }
  if (layer.kind === "depthwise" && layer.groups !== layer.inputChannels) {
    fail(layer, `a depthwise layer has as many groups as input channels (${layer.inputChannels}), not ${layer.groups}`);
  }
}
