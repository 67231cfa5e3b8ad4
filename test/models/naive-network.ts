/**
 * Runs a small ONNX graph in plain loops, element by element, and counts multiplications as it goes: the definition that the
 * importer's layers are checked against. Taps on padding count as dense MACs and are never effectual.
 */
import type { Attribute, GraphSpec, NodeSpec } from "../../scripts/onnx/onnx-writer.ts";

export interface Tensor {
  readonly shape: number[];
  readonly data: number[];
}

export interface Work {
  /** Name of the operator. */
  readonly name: string;
  readonly macs: number;
  /** Both operands not zero. */
  readonly effectual: number;
}

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);

/** @returns every tensor by name, and the work of every operator that multiplies */
export function runNaively(spec: GraphSpec, inputs: Readonly<Record<string, Tensor>>) {
  const tensors = new Map<string, Tensor>(Object.entries(inputs));
  for (const { name, dims, values } of spec.tensors ?? []) {
    tensors.set(name, { shape: [...dims], data: Array.from(values) });
  }
  const work: Work[] = [];
  for (const node of spec.nodes) {
    const operands = node.inputs.map((name) => tensors.get(name) ?? { shape: [], data: [] });
    const count = { macs: 0, effectual: 0 };
    tensors.set(node.outputs[0], operators[node.op](node, operands, count));
    if (count.macs > 0) work.push({ name: node.name ?? "", ...count });
  }
  return { tensors, work };
}

/** The work of one operator on these operands, as plain loops do it. */
export function naiveWork(node: NodeSpec, operands: readonly Tensor[]): { macs: number; effectual: number } {
  const count = { macs: 0, effectual: 0 };
  operators[node.op](node, [...operands], count);
  return count;
}

type Count = { macs: number; effectual: number };
type Operator = (node: NodeSpec, operands: Tensor[], count: Count) => Tensor;

function ints(node: NodeSpec, name: string, fallback: number[]): number[] {
  return (node.attributes?.[name] as Attribute | undefined as number[] | undefined) ?? fallback;
}

function int(node: NodeSpec, name: string, fallback: number): number {
  return (node.attributes?.[name] as number | undefined) ?? fallback;
}

function multiply(a: number, b: number, count: Count): number {
  count.macs++;
  if (a !== 0 && b !== 0) count.effectual++;
  return a * b;
}

/** As a map of rows and columns. */
function plane(shape: readonly number[]): number[] {
  return shape.length === 3 ? [shape[0], shape[1], 1, shape[2]] : [...shape];
}

function both(values: readonly number[], one: number): number[] {
  return values.length === 1 ? [one, values[0]] : [...values];
}

const conv: Operator = (node, [x, w, bias], count) => {
  const [, channels, height, width] = plane(x.shape);
  const [filters, depth, rows, columns] = plane(w.shape);
  const axes = x.shape.length - 2;
  const stride = both(ints(node, "strides", Array(axes).fill(1)), 1);
  const dilation = both(ints(node, "dilations", Array(axes).fill(1)), 1);
  const pads = ints(node, "pads", Array(2 * axes).fill(0));
  const [top, left] = both(pads.slice(0, axes), 0);
  const [bottom, right] = both(pads.slice(axes), 0);
  const groups = int(node, "group", 1);
  const outHeight = Math.floor((height + top + bottom - (rows - 1) * dilation[0] - 1) / stride[0]) + 1;
  const outWidth = Math.floor((width + left + right - (columns - 1) * dilation[1] - 1) / stride[1]) + 1;
  const data: number[] = [];
  for (let m = 0; m < filters; m++) {
    for (let e = 0; e < outHeight; e++) {
      for (let f = 0; f < outWidth; f++) {
        let sum = bias === undefined ? 0 : bias.data[m];
        for (let c = 0; c < depth; c++) {
          for (let r = 0; r < rows; r++) {
            for (let s = 0; s < columns; s++) {
              const y = e * stride[0] + r * dilation[0] - top;
              const z = f * stride[1] + s * dilation[1] - left;
              const channel = Math.floor((m * groups) / filters) * depth + c;
              const isInside = y >= 0 && y < height && z >= 0 && z < width;
              const value = isInside ? x.data[(channel * height + y) * width + z] : 0;
              sum += multiply(value, w.data[((m * depth + c) * rows + r) * columns + s], count);
            }
          }
        }
        data.push(sum);
      }
    }
  }
  if (channels !== depth * groups) throw new Error("channels");
  return { shape: axes === 1 ? [1, filters, outWidth] : [1, filters, outHeight, outWidth], data };
};

/** Whether any output pixel of this one's remainder by the stride sees a pixel of the input; if none does, there is no work. */
function isReached(
  pixel: number,
  axis: { out: number; size: number; taps: number; stride: number; before: number; step: number },
): boolean {
  for (let e = pixel % axis.stride; e < axis.out; e += axis.stride) {
    for (let r = 0; r < axis.taps; r++) {
      const y = (e + axis.before - r * axis.step) / axis.stride;
      if (Number.isInteger(y) && y >= 0 && y < axis.size) return true;
    }
  }
  return false;
}

/** Every output pixel asks every tap which input pixel it would bring, and takes those that are whole. */
const convTranspose: Operator = (node, [x, w], count) => {
  const [, channels, height, width] = plane(x.shape);
  const [, depth, rows, columns] = plane(w.shape);
  const axes = x.shape.length - 2;
  const stride = both(ints(node, "strides", Array(axes).fill(1)), 1);
  const dilation = both(ints(node, "dilations", Array(axes).fill(1)), 1);
  const extra = both(ints(node, "output_padding", Array(axes).fill(0)), 0);
  const pads = ints(node, "pads", Array(2 * axes).fill(0));
  const [top, left] = both(pads.slice(0, axes), 0);
  const [bottom, right] = both(pads.slice(axes), 0);
  const groups = int(node, "group", 1);
  const outHeight = stride[0] * (height - 1) + extra[0] + (rows - 1) * dilation[0] + 1 - top - bottom;
  const outWidth = stride[1] * (width - 1) + extra[1] + (columns - 1) * dilation[1] + 1 - left - right;
  const data: number[] = [];
  const perGroup = channels / groups;
  const vertical = { out: outHeight, size: height, taps: rows, stride: stride[0], before: top, step: dilation[0] };
  const horizontal = { out: outWidth, size: width, taps: columns, stride: stride[1], before: left, step: dilation[1] };
  for (let m = 0; m < depth * groups; m++) {
    for (let e = 0; e < outHeight; e++) {
      for (let f = 0; f < outWidth; f++) {
        let sum = 0;
        const isWork = isReached(e, vertical) && isReached(f, horizontal);
        for (let c = 0; isWork && c < perGroup; c++) {
          for (let r = 0; r < rows; r++) {
            for (let s = 0; s < columns; s++) {
              const y = (e + top - r * dilation[0]) / stride[0];
              const z = (f + left - s * dilation[1]) / stride[1];
              if (!Number.isInteger(y) || !Number.isInteger(z)) continue;
              const channel = Math.floor(m / depth) * perGroup + c;
              const isInside = y >= 0 && y < height && z >= 0 && z < width;
              const value = isInside ? x.data[(channel * height + y) * width + z] : 0;
              sum += multiply(value, w.data[((channel * depth + (m % depth)) * rows + r) * columns + s], count);
            }
          }
        }
        data.push(sum);
      }
    }
  }
  return { shape: axes === 1 ? [1, depth * groups, outWidth] : [1, depth * groups, outHeight, outWidth], data };
};

function matrix(a: Tensor, b: Tensor, count: Count): Tensor {
  const [aBatch, bBatch] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const [rows, inner] = a.shape.slice(-2);
  const [, columns] = b.shape.slice(-2);
  const batch = aBatch.length >= bBatch.length ? aBatch : bBatch;
  const data: number[] = [];
  for (let g = 0; g < product(batch); g++) {
    const aStart = (g % product(aBatch)) * rows * inner;
    const bStart = (g % product(bBatch)) * inner * columns;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let k = 0; k < inner; k++) {
          sum += multiply(a.data[aStart + i * inner + k], b.data[bStart + k * columns + j], count);
        }
        data.push(sum);
      }
    }
  }
  return { shape: [...batch, rows, columns], data };
}

function turned({ shape: [rows, columns], data }: Tensor): Tensor {
  return {
    shape: [columns, rows],
    data: Array.from({ length: data.length }, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]),
  };
}

const gemm: Operator = (node, [a, b, c], count) => {
  const left = int(node, "transA", 0) === 1 ? turned(a) : a;
  const right = int(node, "transB", 0) === 1 ? turned(b) : b;
  const { shape, data } = matrix(left, right, count);
  return { shape, data: c === undefined ? data : data.map((value, i) => value + c.data[i % c.data.length]) };
};

const batchNorm: Operator = (_, [x, scale, shift, mean, variance]) => {
  const inner = product(x.shape.slice(2));
  const data = x.data.map((value, i) => {
    const c = Math.floor(i / inner) % x.shape[1];
    return (scale.data[c] * (value - mean.data[c])) / Math.sqrt(variance.data[c] + 1e-5) + shift.data[c];
  });
  return { shape: x.shape, data };
};

const maxPool: Operator = (node, [x]) => {
  const [, channels, height, width] = x.shape;
  const [rows, columns] = ints(node, "kernel_shape", []);
  const [down, across] = ints(node, "strides", [1, 1]);
  const outHeight = Math.floor((height - rows) / down) + 1;
  const outWidth = Math.floor((width - columns) / across) + 1;
  const data: number[] = [];
  for (let c = 0; c < channels; c++) {
    for (let e = 0; e < outHeight; e++) {
      for (let f = 0; f < outWidth; f++) {
        let most = -Infinity;
        for (let r = 0; r < rows; r++) {
          for (let s = 0; s < columns; s++) {
            most = Math.max(most, x.data[(c * height + e * down + r) * width + f * across + s]);
          }
        }
        data.push(most);
      }
    }
  }
  return { shape: [1, channels, outHeight, outWidth], data };
};

const add: Operator = (_, [a, b]) => ({
  shape: a.shape,
  data: a.data.map((value, i) => value + b.data[i % b.data.length]),
});
const relu: Operator = (_, [x]) => ({ shape: x.shape, data: x.data.map((value) => Math.max(0, value)) });
const flatten: Operator = (_, [x]) => ({ shape: [1, x.data.length], data: x.data });
const concat: Operator = (_, parts) => ({
  shape: [1, parts.reduce((sum, { shape }) => sum + shape[1], 0), ...parts[0].shape.slice(2)],
  data: parts.flatMap(({ data }) => data),
});
const identity: Operator = (_, [x]) => x;
const transpose: Operator = (_, [x]) => turned(x);
const matMul: Operator = (_, [a, b], count) => matrix(a, b, count);

const operators: Readonly<Record<string, Operator>> = {
  ...{ Conv: conv, ConvTranspose: convTranspose, Gemm: gemm, MatMul: matMul, BatchNormalization: batchNorm },
  ...{
    MaxPool: maxPool,
    Add: add,
    Relu: relu,
    Flatten: flatten,
    Concat: concat,
    Identity: identity,
    Transpose: transpose,
  },
};
