/** Row-major arrays: broadcasting, transposing, slicing. Sizes are NumPy's and ONNX's rules. */
import { elementCount } from "../layers/layer.ts";
import type { Numbers } from "./onnx-tensor.ts";

type Shape = readonly number[];

/** Row-major strides; 0 along axes of one element where `spread` is set, so that they repeat. */
export function stridesOf(shape: Shape, spread = false): number[] {
  const strides = new Array<number>(shape.length).fill(0);
  for (let axis = shape.length - 1, stride = 1; axis >= 0; stride *= shape[axis--]) {
    strides[axis] = spread && shape[axis] === 1 ? 0 : stride;
  }
  return strides;
}

/** The shape that arrays of these shapes are broadcast to; undefined if they do not fit. */
export function broadcastShape(...shapes: readonly Shape[]): number[] | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const sizes: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    let size = 1;
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length] ?? 1;
      if (own === 1 || own === size) continue;
      if (size !== 1) return undefined;
      size = own;
    }
    sizes.push(size);
  }
  return sizes;
}

/** Calls `visit` with the position in each array, for every element of `shape` in row-major order. */
export function walk(shape: Shape, strides: readonly (readonly number[])[], visit: (...at: number[]) => void): void {
  const index = shape.map(() => 0);
  const at = strides.map(() => 0);
  for (let count = elementCount(shape); count > 0; count--) {
    visit(...at);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]++;
      for (const [k, own] of strides.entries()) at[k] += own[axis];
      if (index[axis] < shape[axis]) break;
      for (const [k, own] of strides.entries()) at[k] -= own[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

/** `of(a, b)` for every element of the two arrays, broadcast. */
export function combine(
  a: { readonly shape: Shape; readonly numbers: ArrayLike<number> },
  b: { readonly shape: Shape; readonly numbers: ArrayLike<number> },
  shape: Shape,
  of: (a: number, b: number) => number,
): Float64Array {
  const spread = (own: Shape) => [...new Array<number>(shape.length - own.length).fill(0), ...stridesOf(own, true)];
  const result = new Float64Array(elementCount(shape));
  let next = 0;
  walk(shape, [spread(a.shape), spread(b.shape)], (i, j) => {
    result[next++] = of(a.numbers[i], b.numbers[j]);
  });
  return result;
}

/**
 * The array with its axes in another order, `order[k]` being the axis that becomes the k-th. Blocks that stay together are
 * copied as such.
 */
export function transposed(numbers: Numbers, shape: Shape, order: readonly number[]): Numbers {
  if (order.every((axis, k) => axis === k)) return numbers;
  const strides = stridesOf(shape);
  const result = numbers.slice();
  const outer = order.slice(0, -1);
  const [last = 0] = order.slice(-1);
  const run = shape[last];
  const step = strides[last];
  let next = 0;
  walk(
    outer.map((axis) => shape[axis]),
    [outer.map((axis) => strides[axis])],
    (start) => {
      for (let i = 0, at = start; i < run; i++, at += step) result[next++] = numbers[at];
    },
  );
  return result;
}

/** Elements of one axis, by index, in the order of `indices`. */
export function taken(numbers: Numbers, shape: Shape, axis: number, indices: readonly number[]): Float64Array {
  const inner = elementCount(shape.slice(axis + 1));
  const outer = elementCount(shape.slice(0, axis));
  const result = new Float64Array(outer * indices.length * inner);
  let next = 0;
  for (let block = 0; block < outer; block++) {
    for (const index of indices) {
      const start = (block * shape[axis] + index) * inner;
      for (let i = 0; i < inner; i++) result[next++] = numbers[start + i];
    }
  }
  return result;
}

/** Arrays joined along an axis. */
export function joined(
  parts: readonly { readonly shape: Shape; readonly numbers: Numbers }[],
  axis: number,
): Float64Array {
  const outer = elementCount(parts[0].shape.slice(0, axis));
  const result = new Float64Array(parts.reduce((sum, { numbers }) => sum + numbers.length, 0));
  let next = 0;
  for (let block = 0; block < outer; block++) {
    for (const { numbers } of parts) {
      const size = numbers.length / outer;
      for (let i = 0; i < size; i++) result[next++] = numbers[block * size + i];
    }
  }
  return result;
}
