/** Operators that compute each element from the elements at the same place, and those that keep or reduce axes. */
import { elementCount } from "../layers/layer.ts";
import { broadcastShape, combine } from "./arrays.ts";
import type { NodeView, Value } from "./node-view.ts";

/** What an operator's outputs are, from what its inputs are. */
export type Rule = (view: NodeView) => readonly Value[];

const unary: Readonly<Record<string, ((x: number) => number) | undefined>> = {
  ...{
    Abs: Math.abs,
    Neg: (x) => -x,
    Floor: Math.floor,
    Ceil: Math.ceil,
    Sqrt: Math.sqrt,
    Exp: Math.exp,
    Log: Math.log,
  },
  ...{
    Reciprocal: (x) => 1 / x,
    Sign: Math.sign,
    Round: roundToEven,
    Not: (x) => (x === 0 ? 1 : 0),
    Relu: (x) => Math.max(0, x),
  },
  ...Object.fromEntries(
    [
      ...[
        "Acos",
        "Acosh",
        "Asin",
        "Asinh",
        "Atan",
        "Atanh",
        "Celu",
        "Clip",
        "Cos",
        "Cosh",
        "Elu",
        "Erf",
        "Gelu",
        "Mish",
      ],
      ...[
        "HardSigmoid",
        "HardSwish",
        "Hardmax",
        "InstanceNormalization",
        "IsInf",
        "IsNaN",
        "LRN",
        "LeakyRelu",
        "Swish",
      ],
      ...[
        "GroupNormalization",
        "LogSoftmax",
        "LpNormalization",
        "MeanVarianceNormalization",
        "RMSNormalization",
        "Selu",
      ],
      ...["Shrink", "Sigmoid", "Sin", "Sinh", "Softmax", "Softplus", "Softsign", "Tan", "Tanh", "ThresholdedRelu"],
      ...["BitwiseNot", "CumSum", "Trilu", "ScatterND", "ScatterElements", "Scatter", "ReverseSequence", "Bernoulli"],
      ...[
        "QuantizeLinear",
        "FastGelu",
        "QuickGelu",
        "BiasGelu",
        "QLinearSigmoid",
        "QLinearLeakyRelu",
        "QLinearSoftmax",
      ],
    ].map((name) => [name, undefined]),
  ),
};

const binary: Readonly<Record<string, ((a: number, b: number) => number) | undefined>> = {
  ...{ Add: (a, b) => a + b, Sub: (a, b) => a - b, Mul: (a, b) => a * b, Div: (a, b) => a / b, Pow: (a, b) => a ** b },
  ...{ Max: Math.max, Min: Math.min, Sum: (a, b) => a + b, Equal: (a, b) => Number(a === b) },
  ...{ Greater: (a, b) => Number(a > b), GreaterOrEqual: (a, b) => Number(a >= b), Less: (a, b) => Number(a < b) },
  ...{
    LessOrEqual: (a, b) => Number(a <= b),
    And: (a, b) => Number(a !== 0 && b !== 0),
    Xor: (a, b) => Number(!a !== !b),
  },
  ...{ Or: (a, b) => Number(a !== 0 || b !== 0), Mod: (a, b) => a - b * Math.floor(a / b) },
  ...{ Mean: undefined, PRelu: undefined, BitShift: undefined, BitwiseAnd: undefined, BitwiseOr: undefined },
  ...{ BitwiseXor: undefined },
};

function roundToEven(x: number): number {
  const nearest = Math.round(x);
  return Math.abs(x % 1) === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}

function unaryRule(of: ((x: number) => number) | undefined): Rule {
  return (view) => {
    const [input] = view.inputs;
    const shape = view.shape(0);
    const numbers = input?.numbers;
    if (of === undefined || numbers === undefined) return [{ shape }];
    return [{ shape, numbers: () => Float64Array.from(numbers(), of) }];
  };
}

function binaryRule(of: ((a: number, b: number) => number) | undefined): Rule {
  return (view) => {
    const shapes = view.inputs.map((_, k) => view.shape(k));
    const shape = fitting(view, shapes);
    if (of === undefined || view.inputs.some((input) => input?.numbers === undefined)) return [{ shape }];
    return [{ shape, numbers: () => folded(view, of) }];
  };
}

function folded(view: NodeView, of: (a: number, b: number) => number): Float64Array {
  let sum: { shape: readonly number[]; numbers: Float64Array } = {
    shape: view.shape(0),
    numbers: Float64Array.from(view.numbers(0)),
  };
  const isInteger = view.node.operator === "Div" && [0, 1].every((k) => view.numbers(k).every(Number.isInteger));
  for (let k = 1; k < view.inputs.length; k++) {
    const next = { shape: view.shape(k), numbers: view.numbers(k) };
    const shape = fitting(view, [sum.shape, next.shape]);
    sum = { shape, numbers: combine(sum, next, shape, isInteger ? (a, b) => Math.trunc(a / b) : of) };
  }
  return sum.numbers;
}

function fitting(view: NodeView, shapes: readonly (readonly number[])[]): number[] {
  const shape = broadcastShape(...shapes);
  if (shape !== undefined) return shape;
  throw view.fault(`shapes ${shapes.map((own) => `[${own.join(", ")}]`).join(" and ")} do not fit each other`);
}

/** Two integer tensors with a scale and a zero point each: `a, a_scale, a_zero, b, b_scale, b_zero, …`. */
const quantisedBinary: Rule = (view) => [{ shape: fitting(view, [view.shape(0), view.shape(3)]) }];

const where: Rule = (view) => {
  const shape = fitting(view, [view.shape(0), view.shape(1), view.shape(2)]);
  if (view.inputs.some((input) => input?.numbers === undefined)) return [{ shape }];
  const part = (k: number) => ({ shape: view.shape(k), numbers: view.numbers(k) });
  return [
    {
      shape,
      numbers: () => {
        const chosen = combine(part(0), part(1), shape, (condition, value) => (condition === 0 ? Number.NaN : value));
        const other = combine(part(0), part(2), shape, (condition, value) => (condition === 0 ? value : Number.NaN));
        return chosen.map((value, i) => (Number.isNaN(other[i]) ? value : other[i]));
      },
    },
  ];
};

const same: Rule = (view) => [view.inputs[0] ?? { shape: undefined }];

/** Like its first input, with further outputs that nobody's shape depends on. */
const sameAndMore: Rule = (view) => [{ shape: view.shape(0) }];

/** Numbers of integers with a scale and a zero point: exact about zero, whatever the scale. */
const dequantise: Rule = (view) => {
  const shape = view.shape(0);
  const numbers = view.inputs[0]?.numbers;
  if (
    numbers === undefined ||
    view.inputs.slice(1).some((input) => input !== undefined && input.numbers === undefined)
  ) {
    return [{ shape }];
  }
  return [{ shape, numbers: () => dequantised(view, shape) }];
};

function dequantised(view: NodeView, shape: readonly number[]): Float32Array {
  const values = view.numbers(0);
  const scales = view.numbers(1);
  const zeros = view.has(2) ? view.numbers(2) : undefined;
  const axis = scales.length === 1 ? 0 : view.axis(view.int("axis", 1), shape.length);
  const inner = elementCount(shape.slice(axis + 1));
  const block = view.int("block_size", 0);
  const isBlocked = block > 0;
  const entries = isBlocked ? Math.ceil(shape[axis] / block) : scales.length;
  const entryOf = (i: number) => {
    if (scales.length === 1) return 0;
    const along = Math.floor(i / inner) % shape[axis];
    if (!isBlocked) return along;
    return (Math.floor(i / (inner * shape[axis])) * entries + Math.floor(along / block)) * inner + (i % inner);
  };
  if (!isBlocked && scales.length > 1 && scales.length !== shape[axis]) {
    throw view.fault(`${scales.length} scales for an axis of ${shape[axis]}`);
  }
  return Float32Array.from(values, (value, i) => {
    const entry = entryOf(i);
    const offset = value - (zeros === undefined ? 0 : zeros[zeros.length === 1 ? 0 : entry]);
    if (offset === 0) return 0;
    // A product too small for a float is still not zero.
    return Math.fround(offset * scales[entry]) || Math.sign(offset) * 1e-45;
  });
}

const dynamicQuantise: Rule = (view) => [{ shape: view.shape(0) }, { shape: [] }, { shape: [] }];

const reduce: Rule = (view) => {
  const shape = view.shape(0);
  const given = view.intsOrInput("axes", 1);
  const isAll = given === undefined || given.length === 0;
  if (isAll && view.int("noop_with_empty_axes", 0) === 1) return [{ shape }];
  const axes = isAll ? shape.map((_, axis) => axis) : given.map((axis) => view.axis(axis, shape.length));
  const keeps = view.int("keepdims", 1) === 1;
  const reduced = shape.flatMap((size, axis) => (axes.includes(axis) ? (keeps ? [1] : []) : [size]));
  const numbers = view.inputs[0]?.numbers;
  const of = reductions[view.node.operator];
  if (numbers === undefined || of === undefined || axes.length < shape.length) return [{ shape: reduced }];
  return [{ shape: reduced, numbers: () => Float64Array.of(Array.from(numbers()).reduce(of)) }];
};

const reductions: Readonly<Record<string, ((a: number, b: number) => number) | undefined>> = {
  ...{ ReduceSum: (a, b) => a + b, ReduceProd: (a, b) => a * b, ReduceMax: Math.max, ReduceMin: Math.min },
  ...{ ReduceMean: undefined, ReduceL1: undefined, ReduceL2: undefined, ReduceLogSum: undefined },
  ...{ ReduceLogSumExp: undefined, ReduceSumSquare: undefined },
};

/** The index of the largest or smallest along an axis. */
const argument: Rule = (view) => {
  const shape = view.shape(0);
  const axis = view.axis(view.int("axis", 0), shape.length);
  const keeps = view.int("keepdims", 1) === 1;
  return [{ shape: shape.flatMap((size, k) => (k === axis ? (keeps ? [1] : []) : [size])) }];
};

function rules(names: Iterable<string>, rule: Rule): Record<string, Rule> {
  return Object.fromEntries(Array.from(names, (name) => [name, rule]));
}

export const elementwiseRules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(Object.entries(unary).map(([name, of]) => [name, unaryRule(of)])),
  ...Object.fromEntries(Object.entries(binary).map(([name, of]) => [name, binaryRule(of)])),
  ...rules(["QLinearAdd", "QLinearMul"], quantisedBinary),
  ...rules(["Identity", "Cast", "CastLike", "BitCast"], same),
  ...rules(["BatchNormalization", "Dropout", "LayerNormalization", "SkipLayerNormalization"], sameAndMore),
  ...rules(["SimplifiedLayerNormalization", "SkipSimplifiedLayerNormalization"], sameAndMore),
  ...rules(Object.keys(reductions), reduce),
  ...rules(["ArgMax", "ArgMin"], argument),
  Where: where,
  DequantizeLinear: dequantise,
  DynamicQuantizeLinear: dynamicQuantise,
};
