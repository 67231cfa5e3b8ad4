/** Counts the zeros of the operands of every kernel with MACs while a network runs. */
import { engine } from "@tensorflow/tfjs-core";

const operands = {
  Conv2D: ["x", "filter"],
  FusedConv2D: ["x", "filter"],
  DepthwiseConv2dNative: ["x", "filter"],
  FusedDepthwiseConv2D: ["x", "filter"],
  BatchMatMul: ["a", "b"],
  _FusedMatMul: ["a", "b"],
};

const runKernel = engine().runKernel;

/** Runs `act`; `see(name, inputs, output, attributes)` is called after each of its kernels, in the order of execution. */
export async function watchKernels(act, see) {
  engine().runKernel = function (name, inputs, attributes) {
    const output = runKernel.call(this, name, inputs, attributes);
    see(name, inputs, output, attributes);
    return output;
  };
  try {
    await act();
  } finally {
    engine().runKernel = runKernel;
  }
}

/** @returns [input, weight] of a kernel with MACs, undefined of another. */
export function operandsOf(name, inputs) {
  return operands[name]?.map((own) => inputs[own]);
}

/**
 * Runs `act` and returns what its kernels read, in the order of execution.
 *
 * @param weightZeros zeros of weights that are known already, by the identity of the tensor's data
 */
export async function countKernels(act, weightZeros) {
  const kernels = [];
  await watchKernels(act, (name, inputs, output, attributes) => {
    const read = operandsOf(name, inputs);
    if (read !== undefined) kernels.push(kernelOf(name, read, output, attributes, weightZeros));
  });
  return kernels;
}

function kernelOf(kernel, [input, weight], output, attributes, weightZeros) {
  const known = weightZeros.get(weight.dataId);
  const zerosOfWeight = known ?? zeroShare(weight);
  weightZeros.set(weight.dataId, zerosOfWeight);
  return {
    kernel,
    inputShape: input.shape,
    weightShape: weight.shape,
    macs: macsOf(kernel, input, weight, output, attributes),
    inputZeros: zeroShare(input),
    weightZeros: zerosOfWeight,
  };
}

function macsOf(kernel, input, weight, output, { transposeA = false } = {}) {
  if (!kernel.includes("MatMul")) return output.shape[0] * output.shape[1] * output.shape[2] * sizeOf(weight.shape);
  const inner = input.shape.at(transposeA ? -2 : -1);
  return sizeOf(output.shape) * inner;
}

function sizeOf(shape) {
  return shape.reduce((product, size) => product * size, 1);
}

export function zeroShare(tensor) {
  const values = tensor.dataSync();
  let zeros = 0;
  for (let i = 0; i < values.length; i++) if (values[i] === 0) zeros++;
  return zeros / values.length;
}
