/** Trained parameters of a network: what is stored in it to be computed with. */
import { elementCount } from "../layers/layer.ts";
import type { InferredGraph } from "./infer.ts";

/** Inputs that hold parameters, by operator; the others are statistics, zero points, shapes and bounds. */
const parameterInputs: Readonly<Record<string, readonly number[]>> = {
  ...{
    Conv: [1, 2],
    FusedConv: [1, 2],
    ConvTranspose: [1, 2],
    ConvInteger: [1],
    QLinearConv: [3, 8],
    DeformConv: [1, 3],
  },
  ...{
    Gemm: [0, 1, 2],
    FusedGemm: [0, 1, 2],
    MatMul: [0, 1],
    FusedMatMul: [0, 1],
    MatMulInteger: [0, 1],
    Einsum: [0, 1],
  },
  ...{
    QLinearMatMul: [0, 3],
    QGemm: [0, 3, 6],
    LSTM: [1, 2, 3],
    GRU: [1, 2, 3],
    RNN: [1, 2, 3],
    PRelu: [1],
    Gather: [0],
  },
  ...{ Add: [0, 1], Sub: [0, 1], Mul: [0, 1], Div: [0, 1], BatchNormalization: [1, 2], LayerNormalization: [1, 2] },
  ...{ InstanceNormalization: [1, 2], GroupNormalization: [1, 2], RMSNormalization: [1] },
};

/**
 * Elements of all parameters, each tensor once. Means and variances of batch normalisations are statistics and do not count, nor
 * do single numbers and whatever a shape is computed with.
 */
export function parameterCount({ nodes, values }: InferredGraph): number {
  const counted = new Set<string>();
  let count = 0;
  for (const { node, isConstant } of nodes) {
    if (isConstant) continue;
    for (const input of parameterInputs[node.operator] ?? []) {
      const name = node.inputs[input] ?? "";
      const value = values.get(name);
      if (value?.numbers === undefined || value.shape === undefined || value.shape.length === 0 || counted.has(name))
        continue;
      counted.add(name);
      count += elementCount(value.shape);
    }
  }
  return count;
}
