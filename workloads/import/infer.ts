/** What is known of every tensor of a network before it runs: shapes, and the elements of whatever is constant. */
import { ConfigError } from "../input/errors.ts";
import { convolution, convPlaces, transposedConvolution } from "./convolutions.ts";
import { elementwiseRules, type Rule } from "./elementwise-rules.ts";
import type { Plan } from "./layer-plan.ts";
import { layoutRules } from "./layout-rules.ts";
import { NodeView, Unknown, type Value } from "./node-view.ts";
import { nodeText, type OnnxFile } from "./onnx-file.ts";
import type { OnnxNode, OnnxValue } from "./onnx-model.ts";
import { shapeText } from "./onnx-tensor.ts";
import { einsum, gemm, matMul, productPlaces } from "./products.ts";
import { uncounted } from "./uncounted.ts";
import { windowRules } from "./window-rules.ts";

/** Operators with MACs. */
const planners: Readonly<Record<string, (view: NodeView) => Plan>> = {
  ...Object.fromEntries(Object.keys(convPlaces).map((name) => [name, convolution])),
  ...Object.fromEntries(Object.keys(productPlaces).map((name) => [name, matMul])),
  ...{ Gemm: gemm, QGemm: gemm, FusedGemm: gemm, Einsum: einsum, ConvTranspose: transposedConvolution },
  ...uncounted,
};

/** Operators without MACs whose outputs' shapes follow from their inputs. */
const rules: Readonly<Record<string, Rule>> = { ...elementwiseRules, ...layoutRules, ...windowRules };

/** Operators without MACs whose outputs' sizes depend on the data. */
const dataDependent = new Set(["NonZero", "NonMaxSuppression", "Unique", "Compress", "StringNormalizer"]);

const domains = new Set(["", "com.microsoft"]);

export interface InferredNode {
  readonly node: OnnxNode;
  /** Of operators with MACs. */
  readonly plan?: Plan;
  /** Of operators that nobody knows whether they have MACs. */
  readonly isUnknown: boolean;
  /** Whether nothing that it reads depends on the network's inputs. */
  readonly isConstant: boolean;
}

export interface InferredGraph {
  readonly nodes: readonly InferredNode[];
  readonly values: ReadonlyMap<string, Value>;
}

/** Sizes that the file leaves open: of dynamic dimensions by name, or the shape of an input by its name. */
export interface Sizes {
  readonly dimensions: ReadonlyMap<string, number>;
  readonly inputs: ReadonlyMap<string, readonly number[]>;
}

/**
 * Follows shapes and constants through the network.
 *
 * @throws ConfigError for a dimension whose size nobody gave, and shapes that do not fit an operator
 */
export function inferGraph(file: OnnxFile, sizes: Sizes): InferredGraph {
  const { graph } = file.model;
  const values = new Map<string, Value>(file.stored);
  const inputs = graph.inputs.filter(({ name }) => !file.stored.has(name));
  const dimensions = new Map(sizes.dimensions);
  for (const input of inputs) {
    const shape = inputShapeOf(file.path, input, { ...sizes, dimensions });
    values.set(input.name, { shape });
    for (const [axis, size] of (input.shape ?? []).entries()) {
      if (typeof size === "string" && size !== "" && shape !== undefined) dimensions.set(size, shape[axis]);
    }
  }
  const declared = new Map([...graph.values, ...graph.outputs].map((value) => [value.name, value]));
  const nodes = file.nodes.map((node): InferredNode => {
    const view = new NodeView(
      node,
      node.inputs.map((name) => (name === "" ? undefined : (values.get(name) ?? { shape: undefined }))),
      file.model.opsets.get(node.domain) ?? file.opset,
      `${file.path}: ${nodeText(node)}`,
    );
    const { outputs, ...inferred } = inferNode(view);
    for (const [k, name] of node.outputs.entries()) {
      if (name === "") continue;
      const value = outputs[k] ?? { shape: undefined };
      values.set(name, value.shape === undefined ? { shape: declaredShape(declared.get(name), dimensions) } : value);
    }
    const isConstant =
      view.inputs.length > 0 && view.inputs.every((input) => input === undefined || input.numbers !== undefined);
    return { node, isConstant, ...inferred };
  });
  return { nodes, values };
}

function inferNode(view: NodeView): { outputs: readonly Value[]; plan?: Plan; isUnknown: boolean } {
  const { operator, domain } = view.node;
  if (!domains.has(domain)) return { outputs: [], isUnknown: true };
  if (Object.hasOwn(planners, operator)) {
    const plan = planned(view, planners[operator]);
    return { outputs: plan.shapes.map((shape) => ({ shape })), plan, isUnknown: false };
  }
  if (dataDependent.has(operator)) return { outputs: [], isUnknown: false };
  if (!Object.hasOwn(rules, operator)) return { outputs: [], isUnknown: true };
  try {
    return { outputs: rules[operator](view), isUnknown: false };
  } catch (error) {
    if (error instanceof Unknown) return { outputs: [], isUnknown: false };
    throw error;
  }
}

function planned(view: NodeView, plan: (view: NodeView) => Plan): Plan {
  try {
    return plan(view);
  } catch (error) {
    if (error instanceof Unknown) {
      throw view.fault(`the shape of its input "${error.message}" depends on the data, so its MACs are not known`);
    }
    throw error;
  }
}

function inputShapeOf(path: string, { name, shape }: OnnxValue, sizes: Sizes): readonly number[] | undefined {
  const given = sizes.inputs.get(name);
  if (given !== undefined) {
    const fits =
      shape === undefined ||
      (shape.length === given.length && shape.every((size, axis) => typeof size === "string" || size === given[axis]));
    if (fits) return given;
    throw new ConfigError(`${path}: input "${name}" must have shape ${shapeText(shape)}, is given ${shapeText(given)}`);
  }
  return shape?.map((size, axis) => {
    if (typeof size === "number") return size;
    const known = sizes.dimensions.get(size);
    if (known !== undefined) return known;
    // Layers are of one element of a batch.
    if (axis === 0 && shape.length > 1) return 1;
    throw new ConfigError(
      `${path}: input "${name}" has shape ${shapeText(shape)}: give it with --shape ${name}=${shape.map((own, k) => (typeof own === "number" ? own : k === 0 ? 1 : "…")).join("x")}${size === "" ? "" : ` or --shape ${size}=…`}, or with --inputs`,
    );
  });
}

/** What the file says of a tensor, if it says all. */
function declaredShape(value: OnnxValue | undefined, dimensions: Sizes["dimensions"]): readonly number[] | undefined {
  const shape = value?.shape?.map((size) => (typeof size === "number" ? size : dimensions.get(size)));
  return shape?.every((size) => size !== undefined) ? (shape as number[]) : undefined;
}
