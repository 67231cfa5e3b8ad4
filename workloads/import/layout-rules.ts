/** Operators that move elements about: shapes, and the elements themselves where they are constant. */
import { elementCount } from "../layers/layer.ts";
import { joined, stridesOf, taken, transposed, walk } from "./arrays.ts";
import type { Rule } from "./elementwise-rules.ts";
import { type NodeView, Unknown, type Value } from "./node-view.ts";
import type { Numbers } from "./onnx-tensor.ts";

/** The same elements in another shape. */
function reshaped(view: NodeView, shape: readonly number[]): Value[] {
  const own = view.shape(0);
  if (elementCount(own) !== elementCount(shape)) {
    throw view.fault(`[${own.join(", ")}] cannot become [${shape.join(", ")}]`);
  }
  return [{ ...view.inputs[0], shape }];
}

const reshape: Rule = (view) => {
  const own = view.shape(0);
  const wanted = view.intsOrInput("shape", 1) ?? [];
  const keepsZero = view.int("allowzero", 0) === 1;
  const sizes = wanted.map((size, axis) => (size === 0 && !keepsZero ? own[axis] : size));
  const known = sizes.reduce((product, size) => (size < 0 ? product : product * size), 1);
  if (known > 0 && sizes.some((size) => size < 0) && elementCount(own) % known !== 0) {
    throw view.fault(`[${own.join(", ")}] cannot become [${wanted.join(", ")}]`);
  }
  return reshaped(
    view,
    sizes.map((size) => (size < 0 ? elementCount(own) / known : size)),
  );
};

const flatten: Rule = (view) => {
  const own = view.shape(0);
  const given = view.int("axis", 1);
  const axis = given < 0 ? given + own.length : given;
  return reshaped(view, [elementCount(own.slice(0, axis)), elementCount(own.slice(axis))]);
};

const squeeze: Rule = (view) => {
  const own = view.shape(0);
  const axes = view.intsOrInput("axes", 1)?.map((axis) => view.axis(axis, own.length));
  return reshaped(
    view,
    own.filter((size, axis) => (axes === undefined ? size !== 1 : !axes.includes(axis))),
  );
};

const unsqueeze: Rule = (view) => {
  const own = view.shape(0);
  const given = view.intsOrInput("axes", 1) ?? [];
  const rank = own.length + given.length;
  const axes = given.map((axis) => view.axis(axis, rank));
  let next = 0;
  return reshaped(
    view,
    Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : own[next++])),
  );
};

const transpose: Rule = (view) => {
  const own = view.shape(0);
  const order = view.ints("perm") ?? own.map((_, axis) => own.length - 1 - axis);
  if (order.length !== own.length) throw view.fault(`perm has ${order.length} entries for ${own.length} axes`);
  const numbers = view.inputs[0]?.numbers;
  return [
    {
      shape: order.map((axis) => own[view.axis(axis, own.length)]),
      ...(numbers && { numbers: () => transposed(numbers(), own, order) }),
    },
  ];
};

const shapeOf: Rule = (view) => {
  const own = view.shape(0);
  const start = bound(view.int("start", 0), own.length);
  const sizes = own.slice(start, bound(view.int("end", own.length), own.length));
  return [{ shape: [sizes.length], numbers: () => Float64Array.from(sizes) }];
};

const sizeOf: Rule = (view) => {
  const count = elementCount(view.shape(0));
  return [{ shape: [], numbers: () => Float64Array.of(count) }];
};

/** A position counted from either end, kept inside. */
function bound(position: number, size: number): number {
  return Math.min(size, Math.max(0, position < 0 ? position + size : position));
}

const concat: Rule = (view) => {
  const shapes = view.inputs.map((_, k) => view.shape(k));
  return joinedValue(view, shapes, view.axis(view.int("axis", 0), shapes[0].length));
};

function joinedValue(view: NodeView, shapes: readonly (readonly number[])[], axis: number): Value[] {
  const [first] = shapes;
  for (const shape of shapes) {
    const fits = shape.length === first.length && shape.every((size, k) => k === axis || size === first[k]);
    if (!fits) throw view.fault(`[${first.join(", ")}] and [${shape.join(", ")}] cannot be joined on axis ${axis}`);
  }
  const shape = first.map((size, k) => (k === axis ? shapes.reduce((sum, own) => sum + own[k], 0) : size));
  if (view.inputs.some((input) => input?.numbers === undefined)) return [{ shape }];
  const parts = () => shapes.map((own, k) => ({ shape: own, numbers: view.numbers(k) }));
  return [{ shape, numbers: () => joined(parts(), axis) }];
}

/** Parts of three inputs each: data, scale, zero point, after the scale and zero point of the result. */
const quantisedConcat: Rule = (view) => {
  const parts = Array.from({ length: (view.inputs.length - 2) / 3 }, (_, k) => view.shape(2 + 3 * k));
  const axis = view.axis(view.int("axis", 0), parts[0].length);
  const [first] = parts;
  return [{ shape: first.map((size, k) => (k === axis ? parts.reduce((sum, own) => sum + own[k], 0) : size)) }];
};

const split: Rule = (view) => {
  const own = view.shape(0);
  const axis = view.axis(view.int("axis", 0), own.length);
  const count = view.node.outputs.length;
  const even = Math.ceil(own[axis] / count);
  const sizes =
    view.intsOrInput("split", 1) ??
    Array.from({ length: count }, (_, k) => Math.max(0, Math.min(even, own[axis] - k * even)));
  let start = 0;
  return sizes.map((size) => {
    const indices = Array.from({ length: size }, (_, i) => start + i);
    start += size;
    return takenValue(view, axis, indices);
  });
};

function takenValue(view: NodeView, axis: number, indices: readonly number[]): Value {
  const own = view.shape(0);
  const numbers = view.inputs[0]?.numbers;
  const shape = own.map((size, k) => (k === axis ? indices.length : size));
  return { shape, ...(numbers && { numbers: () => taken(numbers(), own, axis, indices) }) };
}

const slice: Rule = (view) => {
  const own = view.shape(0);
  const starts = view.intsOrInput("starts", 1) ?? [];
  const ends = view.intsOrInput("ends", 2) ?? [];
  const axes = view.intsOrInput("axes", 3) ?? starts.map((_, k) => k);
  const steps = view.has(4) ? Array.from(view.numbers(4)) : starts.map(() => 1);
  let value: Value = view.inputs[0] ?? { shape: own };
  for (const [k, given] of axes.entries()) {
    const axis = view.axis(given, own.length);
    const indices = sliceIndices(view, [starts[k], ends[k], steps[k]], own[axis]);
    const before = value;
    const shape = (before.shape ?? own).map((size, other) => (other === axis ? indices.length : size));
    const { numbers } = before;
    value = { shape, ...(numbers && { numbers: () => taken(numbers(), before.shape ?? own, axis, indices) }) };
  }
  return [value];
};

function sliceIndices(view: NodeView, [start, end, step]: readonly number[], size: number): number[] {
  if (step === 0) throw view.fault("a step of 0");
  const from = start < 0 ? start + size : start;
  const to = end < 0 ? end + size : end;
  const indices: number[] = [];
  if (step > 0) for (let i = Math.max(0, from); i < Math.min(size, to); i += step) indices.push(i);
  else for (let i = Math.min(size - 1, from); i > Math.max(-1, to); i += step) indices.push(i);
  return indices;
}

const gather: Rule = (view) => {
  const own = view.shape(0);
  const indexShape = view.shape(1);
  const axis = view.axis(view.int("axis", 0), own.length);
  const shape = [...own.slice(0, axis), ...indexShape, ...own.slice(axis + 1)];
  const numbers = view.inputs[0]?.numbers;
  const indices = view.inputs[1]?.numbers;
  if (numbers === undefined || indices === undefined) return [{ shape }];
  const wrapped = () => Array.from(indices(), (index) => view.axis(index, own[axis]));
  return [{ shape, numbers: () => taken(numbers(), own, axis, wrapped()) }];
};

const gatherNd: Rule = (view) => {
  const batch = view.int("batch_dims", 0);
  const indices = view.shape(1);
  const depth = indices[indices.length - 1];
  return [{ shape: [...indices.slice(0, -1), ...view.shape(0).slice(batch + depth)] }];
};

const expand: Rule = (view) => {
  const own = view.shape(0);
  const wanted = Array.from(view.numbers(1));
  const rank = Math.max(own.length, wanted.length);
  const at = (shape: readonly number[], axis: number) => shape[axis - rank + shape.length] ?? 1;
  const shape = Array.from({ length: rank }, (_, axis) => {
    const [a, b] = [at(own, axis), at(wanted, axis)];
    if (a !== b && a !== 1 && b !== 1) throw view.fault(`[${own.join(", ")}] cannot become [${wanted.join(", ")}]`);
    return a === 1 ? b : a;
  });
  const numbers = view.inputs[0]?.numbers;
  return [{ shape, ...(numbers && { numbers: () => spread(numbers(), own, shape) }) }];
};

function spread(numbers: Numbers, own: readonly number[], shape: readonly number[]): Float64Array {
  const strides = [...new Array<number>(shape.length - own.length).fill(0), ...stridesOf(own, true)];
  const result = new Float64Array(elementCount(shape));
  let next = 0;
  walk(shape, [strides], (at) => {
    result[next++] = numbers[at];
  });
  return result;
}

const tile: Rule = (view) => {
  const own = view.shape(0);
  const repeats = Array.from(view.numbers(1));
  const shape = own.map((size, axis) => size * repeats[axis]);
  const numbers = view.inputs[0]?.numbers;
  if (numbers === undefined) return [{ shape }];
  const tiled = () => {
    let values: Numbers = numbers();
    let sizes = [...own];
    for (const [axis, count] of repeats.entries()) {
      const indices = Array.from({ length: own[axis] * count }, (_, i) => i % own[axis]);
      values = taken(values, sizes, axis, indices);
      sizes = sizes.map((size, k) => (k === axis ? indices.length : size));
    }
    return values;
  };
  return [{ shape, numbers: tiled }];
};

const range: Rule = (view) => {
  const [start, limit, step] = [0, 1, 2].map((k) => view.numbers(k)[0]);
  const count = Math.max(0, Math.ceil((limit - start) / step));
  return [{ shape: [count], numbers: () => Float64Array.from({ length: count }, (_, i) => start + i * step) }];
};

const constantOfShape: Rule = (view) => {
  const shape = Array.from(view.numbers(0));
  const value = view.node.attributes.get("value")?.tensor;
  const [number = 0] = value?.numbers ?? [];
  const isKnown = value === undefined || value.numbers !== undefined;
  const isZero = value?.raw?.every((byte) => byte === 0) === true;
  return [{ shape, ...((isKnown || isZero) && { numbers: () => new Float64Array(elementCount(shape)).fill(number) }) }];
};

const pad: Rule = (view) => {
  const own = view.shape(0);
  const pads = view.intsOrInput("pads", 1) ?? view.ints("paddings") ?? [];
  const given = view.has(3) ? Array.from(view.numbers(3)) : own.map((_, axis) => axis);
  const axes = given.map((axis) => view.axis(axis, own.length));
  if (pads.length !== 2 * axes.length) throw view.fault(`has ${pads.length} pads for ${axes.length} axes`);
  const added = own.map((_, axis) => {
    const k = axes.indexOf(axis);
    return k < 0 ? 0 : pads[k] + pads[k + axes.length];
  });
  return [{ shape: own.map((size, axis) => size + added[axis]) }];
};

const depthToSpace: Rule = (view) => {
  const [batch, channels, height, width] = view.shape(0);
  const block = view.int("blocksize", 1);
  return [{ shape: [batch, channels / block ** 2, height * block, width * block] }];
};

const spaceToDepth: Rule = (view) => {
  const [batch, channels, height, width] = view.shape(0);
  const block = view.int("blocksize", 1);
  return [{ shape: [batch, channels * block ** 2, height / block, width / block] }];
};

const resize: Rule = (view) => {
  const own = view.shape(0);
  const axes = view.ints("axes")?.map((axis) => view.axis(axis, own.length)) ?? own.map((_, axis) => axis);
  const isOld = view.node.operator === "Upsample" || view.opset < 11;
  const sizes = isOld || !view.has(3) ? undefined : Array.from(view.numbers(3));
  if (sizes !== undefined && view.text("keep_aspect_ratio_policy", "stretch") !== "stretch")
    throw new Unknown("a policy");
  const scales = sizes ?? view.node.attributes.get("scales")?.floats ?? Array.from(view.numbers(isOld ? 1 : 2));
  return [
    {
      shape: own.map((size, axis) => {
        const k = axes.indexOf(axis);
        if (k < 0) return size;
        return sizes?.[k] ?? Math.floor(size * scales[k]);
      }),
    },
  ];
};

const topK: Rule = (view) => {
  const own = view.shape(0);
  const axis = view.axis(view.int("axis", -1), own.length);
  const count = view.has(1) ? view.numbers(1)[0] : view.int("k", 1);
  const shape = own.map((size, k) => (k === axis ? count : size));
  return [{ shape }, { shape }];
};

const oneHot: Rule = (view) => {
  const own = view.shape(0);
  const axis = view.axis(view.int("axis", -1), own.length + 1);
  return [{ shape: [...own.slice(0, axis), view.numbers(1)[0], ...own.slice(axis)] }];
};

const indexed: Rule = (view) => [{ shape: view.shape(1) }];
const likeInput: Rule = (view) => [{ shape: view.shape(0) }];
const stated: Rule = (view) => [{ shape: view.ints("shape") ?? [] }];

export const layoutRules: Readonly<Record<string, Rule>> = {
  ...{ Reshape: reshape, Flatten: flatten, Squeeze: squeeze, Unsqueeze: unsqueeze, Transpose: transpose, Pad: pad },
  ...{ Shape: shapeOf, Size: sizeOf, Concat: concat, QLinearConcat: quantisedConcat, Split: split, Slice: slice },
  ...{ Gather: gather, GatherND: gatherNd, GatherElements: indexed, Expand: expand, Tile: tile, Range: range },
  ...{ ConstantOfShape: constantOfShape, DepthToSpace: depthToSpace, SpaceToDepth: spaceToDepth, Resize: resize },
  ...{ Upsample: resize, TopK: topK, OneHot: oneHot, EyeLike: likeInput, RandomNormalLike: likeInput },
  ...{ RandomUniformLike: likeInput, RandomNormal: stated, RandomUniform: stated },
};
