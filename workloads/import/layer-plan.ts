/** Layers as an operator asks for them: geometry, and where in the network's tensors their operands lie. */
import type { Layer, LayerDescription } from "../layers/layer.ts";

/** How a tensor of the network becomes a tensor of a layer: elements picked, reshaped, axes put in order, reshaped again. */
export interface Operand {
  readonly tensor: string;
  /** The tensor whose elements say which integer stands for 0, along `axis` where it has several. */
  readonly zeroPoint?: { readonly tensor: string; readonly axis: number };
  /** Indices that are kept of each axis; undefined: all. */
  readonly picks?: readonly (readonly number[] | undefined)[];
  /** The shape whose axes `order` speaks of; absent: that of the tensor. */
  readonly shaped?: readonly number[];
  /** `order[k]` is the axis that becomes the k-th; absent: as they are. */
  readonly order?: readonly number[];
}

export interface LayerPlan {
  /** Added to the operator's name where it becomes several layers. */
  readonly suffix: string;
  readonly description: Omit<LayerDescription, "name">;
  /** Becomes [C, H, W]. */
  readonly input: Operand;
  /** Becomes [M, C/groups, R, S]; an activation too where two are multiplied. */
  readonly weight: Operand;
  /** Becomes [M, E, F]. */
  readonly output: Operand;
}

/** What an operator with MACs comes to. */
export interface Plan {
  /** Shapes of the operator's outputs. */
  readonly shapes: readonly (readonly number[])[];
  /** MACs of the whole operator, taps on padding included. */
  readonly macs: number;
  readonly layers: readonly LayerPlan[];
  /** Why there are no layers. */
  readonly unsupported?: string;
}

/** The kind of a convolution. */
export function convolutionKind(
  inputChannels: number,
  groups: number,
  kernel: readonly number[],
): Extract<Layer["kind"], "conv" | "depthwise" | "pointwise"> {
  if (groups === inputChannels && groups > 1) return "depthwise";
  return kernel.every((taps) => taps === 1) ? "pointwise" : "conv";
}
