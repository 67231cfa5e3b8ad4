/**
 * Matrix products as layers: MatMul, Gemm, Einsum of two operands and their quantised forms. Each axis of an operand is one of
 * four things, and that decides the layer:
 *
 * - *batch*: in both operands and the result: a group (a head of an attention);
 * - *contracted*: in both operands and not in the result: input channels;
 * - *rows*: in the input and the result; *columns*: in the weights and the result (output channels).
 *
 * The constant operand is the weights; with two activations the second stands in their place.
 */
import { elementCount } from "../layers/layer.ts";
import type { LayerPlan, Operand, Plan } from "./layer-plan.ts";
import type { NodeView } from "./node-view.ts";

interface Factor {
  readonly operand: Operand;
  readonly shape: readonly number[];
  /** Name of each axis. */
  readonly labels: readonly string[];
  readonly isConstant: boolean;
}

interface Places {
  readonly a: number;
  readonly aZero: number;
  readonly b: number;
  readonly bZero: number;
  readonly outputZero: number;
}

export const productPlaces: Readonly<Record<string, Places>> = {
  MatMul: { a: 0, aZero: -1, b: 1, bZero: -1, outputZero: -1 },
  FusedMatMul: { a: 0, aZero: -1, b: 1, bZero: -1, outputZero: -1 },
  Gemm: { a: 0, aZero: -1, b: 1, bZero: -1, outputZero: -1 },
  FusedGemm: { a: 0, aZero: -1, b: 1, bZero: -1, outputZero: -1 },
  Einsum: { a: 0, aZero: -1, b: 1, bZero: -1, outputZero: -1 },
  MatMulInteger: { a: 0, aZero: 2, b: 1, bZero: 3, outputZero: -1 },
  QLinearMatMul: { a: 0, aZero: 2, b: 3, bZero: 5, outputZero: 7 },
  QGemm: { a: 0, aZero: 2, b: 3, bZero: 5, outputZero: 8 },
};

/** MatMul and its forms: the last two axes are multiplied, all before them are batch. */
export function matMul(view: NodeView): Plan {
  const { aShape, bShape } = shapesOf(view);
  if (aShape.length === 0 || bShape.length === 0) throw view.fault("a product with a number is not a matrix product");
  const batchLabels = (rank: number) => Array.from({ length: rank - 2 }, (_, k) => `batch${rank - 2 - k}`);
  const isTransposed = (name: string) => view.int(name, 0) === 1;
  const aLast = isTransposed("transA") ? ["k", "row"] : ["row", "k"];
  const bLast = isTransposed("transB") ? ["column", "k"] : ["k", "column"];
  const a = aShape.length === 1 ? ["k"] : [...batchLabels(aShape.length), ...aLast];
  const b = bShape.length === 1 ? ["k"] : [...batchLabels(bShape.length), ...bLast];
  const rank = Math.max(aShape.length, bShape.length, 2);
  const result = [
    ...batchLabels(rank),
    ...(aShape.length === 1 ? [] : ["row"]),
    ...(bShape.length === 1 ? [] : ["column"]),
  ];
  return product(view, a, b, result);
}

export function gemm(view: NodeView): Plan {
  const a = view.int("transA", 0) === 1 ? ["k", "row"] : ["row", "k"];
  const b = view.int("transB", 0) === 1 ? ["column", "k"] : ["k", "column"];
  return product(view, a, b, ["row", "column"]);
}

/** Sums of products over named axes; only those of two operands in which no axis occurs twice. */
export function einsum(view: NodeView): Plan {
  const { aShape } = shapesOf(view);
  const equation = view.text("equation", "").replaceAll(" ", "");
  const [left, right] = equation.split("->");
  const terms = left.split(",").map((term) => [...term]);
  const isPlain =
    right !== undefined && !equation.includes(".") && terms.every((term) => new Set(term).size === term.length);
  if (terms.length === 2 && isPlain) return product(view, terms[0], terms[1], [...right]);
  const macs = elementCount(aShape);
  return { shapes: [], macs, layers: [], unsupported: `Einsum "${equation}"` };
}

function shapesOf(view: NodeView) {
  const places = productPlaces[view.node.operator];
  return { aShape: view.shape(places.a), bShape: view.shape(places.b) };
}

function product(
  view: NodeView,
  aLabels: readonly string[],
  bLabels: readonly string[],
  result: readonly string[],
): Plan {
  const places = productPlaces[view.node.operator];
  const a = factorOf(view, places.a, places.aZero, aLabels);
  const b = factorOf(view, places.b, places.bZero, bLabels);
  const sizes = sizesOf(view, a, b);
  const shapes = [result.map((label) => sizes.get(label) ?? 1)];
  const [input, weight] = a.isConstant && !b.isConstant ? [b, a] : [a, b];
  // An axis of one element is as good as absent.
  const has = ({ labels, shape }: Factor, label: string) => shape[labels.indexOf(label)] > 1;
  const all = [...sizes.keys()];
  const both = all.filter((label) => has(input, label) && has(weight, label));
  const batch = both.filter((label) => result.includes(label));
  const contracted = both.filter((label) => !result.includes(label));
  const rows = all.filter((label) => has(input, label) && !has(weight, label));
  const columns = all.filter((label) => has(weight, label) && !has(input, label));
  const count = (labels: readonly string[]) => labels.reduce((total, label) => total * (sizes.get(label) ?? 1), 1);
  const macs = count(all);
  const lost = [...rows, ...columns].find((label) => !result.includes(label));
  if (lost !== undefined) return { shapes, macs, layers: [], unsupported: `a sum over "${lost}" of one operand` };
  const groups = count(batch);
  const inputHeight = count(rows);
  const layer: LayerPlan = {
    suffix: "",
    description: {
      kind: groups === 1 && inputHeight === 1 && weight.isConstant ? "fc" : "matmul",
      inputChannels: groups * count(contracted),
      outputChannels: groups * count(columns),
      inputHeight,
      groups,
    },
    input: { ...input.operand, order: orderOf(input.labels, [...batch, ...contracted, ...rows]) },
    weight: { ...weight.operand, order: orderOf(weight.labels, [...batch, ...columns, ...contracted]) },
    output: { ...outputOf(view, places.outputZero), order: orderOf(result, [...batch, ...columns, ...rows]) },
  };
  return { shapes, macs, layers: [layer] };
}

function factorOf(view: NodeView, at: number, zero: number, labels: readonly string[]): Factor {
  const shape = view.shape(at);
  if (shape.length !== labels.length) throw view.fault(`an operand has ${shape.length} axes, not ${labels.length}`);
  const zeroPoint = zero < 0 ? undefined : view.node.inputs[zero];
  // One zero point per row of the first operand, per column of the second.
  const axis = Math.max(0, at === 0 ? shape.length - 2 : shape.length - 1);
  return {
    operand: { tensor: view.node.inputs[at], ...(zeroPoint ? { zeroPoint: { tensor: zeroPoint, axis } } : {}) },
    shape,
    labels,
    isConstant: view.inputs[at]?.numbers !== undefined,
  };
}

function outputOf({ node }: NodeView, zero: number): Operand {
  const zeroPoint = zero < 0 ? undefined : node.inputs[zero];
  return { tensor: node.outputs[0], ...(zeroPoint ? { zeroPoint: { tensor: zeroPoint, axis: 0 } } : {}) };
}

/** Size of every axis of either operand; sizes of 1 are spread. */
function sizesOf(view: NodeView, ...factors: readonly Factor[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { labels, shape } of factors) {
    for (const [axis, label] of labels.entries()) {
      const known = sizes.get(label) ?? 1;
      if (known !== 1 && shape[axis] !== 1 && known !== shape[axis]) {
        const [a, b] = factors.map((factor) => `[${factor.shape.join(", ")}]`);
        throw view.fault(`${a} and ${b} cannot be multiplied`);
      }
      sizes.set(label, Math.max(known, shape[axis]));
    }
  }
  return sizes;
}

/** Axes in the order of these labels, then those of one element. */
function orderOf(labels: readonly string[], wanted: readonly string[]): number[] {
  const order = wanted.map((label) => labels.indexOf(label));
  return [...order, ...labels.map((_, axis) => axis).filter((axis) => !order.includes(axis))];
}
