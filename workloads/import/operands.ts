/** The elements of a network's tensor as a layer has them. */
import { taken, transposed } from "./arrays.ts";
import type { Operand } from "./layer-plan.ts";
import type { Numbers } from "./onnx-tensor.ts";

/**
 * Picks, subtracts the zero point and puts in order.
 *
 * @param shape of the tensor
 * @param zeros the zero points: one, or one per element of the operand's axis
 */
export function arranged(operand: Operand, shape: readonly number[], numbers: Numbers, zeros?: Numbers): Numbers {
  let values = zeros === undefined ? numbers : withoutZeroPoint(operand, shape, numbers, zeros);
  let sizes = [...shape];
  for (const [axis, pick] of (operand.picks ?? []).entries()) {
    if (pick === undefined || pick.every((index, i) => index === i && pick.length === sizes[axis])) continue;
    values = taken(values, sizes, axis, pick);
    sizes = sizes.map((size, k) => (k === axis ? pick.length : size));
  }
  const { shaped = sizes, order } = operand;
  return order === undefined ? values : transposed(values, shaped, order);
}

function withoutZeroPoint({ zeroPoint }: Operand, shape: readonly number[], numbers: Numbers, zeros: Numbers): Numbers {
  if (zeros.length === 1) return zeros[0] === 0 ? numbers : Float32Array.from(numbers, (value) => value - zeros[0]);
  const axis = zeroPoint?.axis ?? 0;
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  return Float32Array.from(numbers, (value, i) => value - zeros[Math.floor(i / inner) % shape[axis]]);
}
