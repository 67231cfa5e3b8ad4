/** Windows that slide over maps: the geometry that convolutions and poolings have in common. */
import type { NodeView } from "./node-view.ts";

/** Per spatial axis. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** The windows of a node over maps of this size, `auto_pad` resolved. */
export function windowsOf(view: NodeView, size: readonly number[], kernel: readonly number[]): Windows {
  const axes = size.length;
  const stride = perAxis(view, "strides", axes, 1);
  const dilation = perAxis(view, "dilations", axes, 1);
  const spans = kernel.map((taps, axis) => (taps - 1) * dilation[axis] + 1);
  const auto = view.text("auto_pad", "NOTSET");
  if (auto === "SAME_UPPER" || auto === "SAME_LOWER") {
    const total = size.map((own, axis) => {
      const pixels = Math.ceil(own / stride[axis]);
      return Math.max(0, (pixels - 1) * stride[axis] + spans[axis] - own);
    });
    const less = total.map((sum) => Math.floor(sum / 2));
    const more = total.map((sum) => Math.ceil(sum / 2));
    const isUpper = auto === "SAME_UPPER";
    return { kernel, stride, dilation, before: isUpper ? less : more, after: isUpper ? more : less };
  }
  if (auto !== "NOTSET" && auto !== "VALID" && auto !== "") throw view.fault(`auto_pad is ${auto}`);
  const pads = auto === "VALID" ? perAxis(view, "", 2 * axes, 0) : perAxis(view, "pads", 2 * axes, 0);
  return { kernel, stride, dilation, before: pads.slice(0, axes), after: pads.slice(axes) };
}

/** How many windows fit on each axis. */
export function windowCounts(
  view: NodeView,
  size: readonly number[],
  { kernel, stride, dilation, before, after }: Windows,
  roundUp = false,
): number[] {
  return size.map((own, axis) => {
    const span = (kernel[axis] - 1) * dilation[axis] + 1;
    const room = own + before[axis] + after[axis] - span;
    if (room < 0) {
      throw view.fault(`the kernel covers ${span} of an axis of ${own + before[axis] + after[axis]} with its padding`);
    }
    const steps = room / stride[axis];
    const count = (roundUp ? Math.ceil(steps) : Math.floor(steps)) + 1;
    // A window that would begin in the padding after the map is left out.
    return roundUp && (count - 1) * stride[axis] >= own + before[axis] ? count - 1 : count;
  });
}

/** An attribute with one entry per axis. */
export function perAxis(view: NodeView, name: string, axes: number, fallback: number): number[] {
  const given = view.ints(name);
  if (given === undefined || given.length === 0) return new Array<number>(axes).fill(fallback);
  if (given.length !== axes) throw view.fault(`${name} must have ${axes} entries, has ${given.length}`);
  const bad = given.find((entry) => entry < fallback);
  if (bad !== undefined) throw view.fault(`${name} must be ${fallback} or more, has ${bad}`);
  return [...given];
}
