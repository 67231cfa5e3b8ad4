/** A layer's shape in a few characters. */
import type { LayerShape } from "../../profile/profile-document.ts";

/** `64x56x56 → 128x28x28, 3x3 /2`: channels x rows x columns, kernel, stride; without a kernel of 1x1 and a stride of 1. */
export function layerShapeText({ input, weights, output, stride, dilation, groups }: LayerShape): string {
  const kernel = weights.slice(2);
  const extra = [
    ...(kernel.every((taps) => taps === 1) ? [] : [kernel.join("x")]),
    ...(stride.every((step) => step === 1) ? [] : [`/${stride[0] === stride[1] ? stride[0] : stride.join("x")}`]),
    ...(dilation.every((step) => step === 1) ? [] : [`dilated ${dilation.join("x")}`]),
    ...(groups === 1 ? [] : [`${groups} groups`]),
  ];
  const tensors = [input, output].map((tensor) => withoutOnes(tensor).join("x")).join(" → ");
  return extra.length === 0 ? tensors : `${tensors}, ${extra.join(" ")}`;
}

/** Without the axes behind the last that is longer than 1. */
function withoutOnes(tensor: readonly number[]): readonly number[] {
  const last = tensor.findLastIndex((size) => size > 1);
  return tensor.slice(0, Math.max(1, last + 1));
}
