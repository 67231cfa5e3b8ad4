/** Convolutions as layers: 1-D and 2-D, grouped, depthwise, dilated, of floats and of integers with zero points. */
import { elementCount } from "../layers/layer.ts";
import { convolutionKind, type LayerPlan, type Operand, type Plan } from "./layer-plan.ts";
import type { NodeView } from "./node-view.ts";
import { perAxis, type Windows, windowCounts, windowsOf } from "./windows.ts";

/** Places of the operands among an operator's inputs; −1: the form has none. */
interface Places {
  readonly input: number;
  readonly inputZero: number;
  readonly weight: number;
  readonly weightZero: number;
  readonly outputZero: number;
}

export const convPlaces: Readonly<Record<string, Places>> = {
  Conv: { input: 0, inputZero: -1, weight: 1, weightZero: -1, outputZero: -1 },
  FusedConv: { input: 0, inputZero: -1, weight: 1, weightZero: -1, outputZero: -1 },
  ConvInteger: { input: 0, inputZero: 2, weight: 1, weightZero: 3, outputZero: -1 },
  QLinearConv: { input: 0, inputZero: 2, weight: 3, weightZero: 5, outputZero: 7 },
};

export function convolution(view: NodeView): Plan {
  const places = convPlaces[view.node.operator];
  const [batch, channels, ...size] = view.shape(places.input);
  const [filters, depth, ...kernel] = view.shape(places.weight);
  const groups = view.int("group", 1);
  if (kernel.length !== size.length || depth * groups !== channels || filters % groups !== 0) {
    throw view.fault(
      `weights [${view.shape(places.weight).join(", ")}] in ${groups} groups do not fit the input [${view.shape(places.input).join(", ")}]`,
    );
  }
  const windows = windowsOf(view, size, kernel);
  const pixels = windowCounts(view, size, windows);
  const macs = batch * filters * elementCount(pixels) * depth * elementCount(kernel);
  const shapes = [[batch, filters, ...pixels]];
  if (size.length > 2) return { shapes, macs, layers: [], unsupported: `a ${size.length}-D convolution` };
  if (batch !== 1) return { shapes, macs, layers: [], unsupported: `a convolution over a batch of ${batch}` };
  const kind = convolutionKind(channels, groups, kernel);
  const layer: LayerPlan = {
    suffix: "",
    description: { kind, inputChannels: channels, outputChannels: filters, groups, ...planeOf(size, windows) },
    input: operand(view, places.input, places.inputZero, 1),
    weight: operand(view, places.weight, places.weightZero, 0),
    output: outputOperand(view, places.outputZero),
  };
  return { shapes, macs, layers: [layer] };
}

function operand({ node }: NodeView, input: number, zero: number, axis: number): Operand {
  const zeroPoint = zero < 0 ? undefined : node.inputs[zero];
  return { tensor: node.inputs[input], ...(zeroPoint ? { zeroPoint: { tensor: zeroPoint, axis } } : {}) };
}

function outputOperand({ node }: NodeView, zero: number): Operand {
  const zeroPoint = zero < 0 ? undefined : node.inputs[zero];
  return { tensor: node.outputs[0], ...(zeroPoint ? { zeroPoint: { tensor: zeroPoint, axis: 1 } } : {}) };
}

/** Height and width of the map, kernel, stride, padding and dilation; a signal in one dimension is a map of one row. */
function planeOf(size: readonly number[], { kernel, stride, dilation, before, after }: Windows) {
  const two = (values: readonly number[], absent: number): [number, number] =>
    values.length === 2 ? [values[0], values[1]] : [absent, values[0]];
  const [inputHeight, inputWidth] = two(size, 1);
  const [top, left] = two(before, 0);
  const [bottom, right] = two(after, 0);
  return {
    ...{ inputHeight, inputWidth, kernel: two(kernel, 1), stride: two(stride, 1), dilation: two(dilation, 1) },
    padding: [top, bottom, left, right] as const,
  };
}

/**
 * A transposed convolution as ordinary ones of stride 1: the output pixels whose row and column have the same remainder by
 * the stride see the same taps, and no other pixels do. Each such *phase* is a layer with its part of the weights, which
 * together do the MACs of the operator without multiplying the zeros that an upsampled input would have.
 */
export function transposedConvolution(view: NodeView): Plan {
  const [batch, channels, ...size] = view.shape(0);
  const [depth, filtersPerGroup, ...kernel] = view.shape(1);
  const groups = view.int("group", 1);
  if (kernel.length !== size.length || depth !== channels || channels % groups !== 0) {
    throw view.fault(
      `weights [${view.shape(1).join(", ")}] in ${groups} groups do not fit the input [${view.shape(0).join(", ")}]`,
    );
  }
  const filters = filtersPerGroup * groups;
  const axes = upsampledAxes(view, size, kernel);
  const shapes = [[batch, filters, ...axes.map(({ pixels }) => pixels)]];
  if (size.length > 2 || batch !== 1) {
    const macs = batch * channels * filtersPerGroup * elementCount(kernel) * elementCount(size);
    const what =
      batch === 1 ? `a ${size.length}-D transposed convolution` : `a transposed convolution over a batch of ${batch}`;
    return { shapes, macs, layers: [], unsupported: what };
  }
  const [rows, columns] = axes.length === 2 ? axes : [flatAxis, axes[0]];
  const isPlane = axes.length === 2;
  const layers = phasesOf(rows).flatMap((row) =>
    phasesOf(columns).map((column): LayerPlan => {
      const taps = [row.taps.length, column.taps.length] as const;
      const spatial = <T>(ofRow: T, ofColumn: T) => (isPlane ? [ofRow, ofColumn] : [ofColumn]);
      return {
        suffix: rows.stride * columns.stride === 1 ? "" : `.phase${row.phase}.${column.phase}`,
        description: {
          kind: convolutionKind(channels, groups, taps),
          ...{ inputChannels: channels, outputChannels: filters, groups },
          ...{ inputHeight: row.inputs.length, inputWidth: column.inputs.length, kernel: taps },
          ...{
            padding: [row.before, row.after, column.before, column.after],
            dilation: [row.dilation, column.dilation],
          },
        },
        input: { tensor: view.node.inputs[0], picks: [undefined, undefined, ...spatial(row.inputs, column.inputs)] },
        weight: {
          tensor: view.node.inputs[1],
          picks: [undefined, undefined, ...spatial(row.taps, column.taps)],
          shaped: [groups, channels / groups, filtersPerGroup, ...taps],
          order: [0, 2, 1, 3, 4],
        },
        output: {
          tensor: view.node.outputs[0],
          picks: [undefined, undefined, ...spatial(row.outputs, column.outputs)],
        },
      };
    }),
  );
  const macs = layers.reduce((sum, { description: { kernel: taps = [1, 1] }, output: { picks = [] } }) => {
    const outputs = picks.reduce((product, pick) => product * (pick?.length ?? 1), 1);
    return sum + outputs * filters * (channels / groups) * elementCount(taps);
  }, 0);
  return { shapes, macs, layers };
}

interface UpsampledAxis {
  readonly size: number;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly pixels: number;
}

/** The rows of a signal in one dimension. */
const flatAxis: UpsampledAxis = { size: 1, taps: 1, stride: 1, dilation: 1, before: 0, pixels: 1 };

function upsampledAxes(view: NodeView, size: readonly number[], kernel: readonly number[]): UpsampledAxis[] {
  const axes = size.length;
  const stride = perAxis(view, "strides", axes, 1);
  const dilation = perAxis(view, "dilations", axes, 1);
  const extra = perAxis(view, "output_padding", axes, 0);
  const pads = perAxis(view, "pads", 2 * axes, 0);
  const auto = view.text("auto_pad", "NOTSET");
  const isSame = auto === "SAME_UPPER" || auto === "SAME_LOWER";
  const wanted = view.ints("output_shape")?.slice(-axes) ?? [];
  return size.map((own, axis) => {
    const full = stride[axis] * (own - 1) + extra[axis] + (kernel[axis] - 1) * dilation[axis] + 1;
    const asked = wanted.length > 0 ? wanted[axis] : isSame ? own * stride[axis] : undefined;
    const total = asked === undefined ? pads[axis] + pads[axis + axes] : full - asked;
    const half = auto === "SAME_UPPER" ? Math.floor(total / 2) : Math.ceil(total / 2);
    const before = asked === undefined ? pads[axis] : half;
    const common = { size: own, taps: kernel[axis], stride: stride[axis], dilation: dilation[axis] };
    if (full - total < 1) throw view.fault(`its output has ${full - total} pixels on axis ${axis}`);
    return { ...common, before, pixels: full - total };
  });
}

interface Phase {
  /** Remainder of the output pixel by the stride. */
  readonly phase: number;
  readonly outputs: readonly number[];
  /** In the order of an ordinary convolution. */
  readonly taps: readonly number[];
  readonly inputs: readonly number[];
  readonly before: number;
  readonly after: number;
  readonly dilation: number;
}

/** The phases of one axis that have taps at all: output pixel y adds input i under tap r where y + before = i·stride + r·dilation. */
function phasesOf({ size, taps, stride, dilation, before, pixels }: UpsampledAxis): Phase[] {
  const phases: Phase[] = [];
  for (let phase = 0; phase < Math.min(stride, pixels); phase++) {
    const outputs = progression(phase, pixels, stride);
    const seen = progression(0, taps, 1).filter((tap) => (phase + before - tap * dilation) % stride === 0);
    if (seen.length === 0) continue;
    const first = (phase + before - seen[0] * dilation) / stride;
    const step = seen.length === 1 ? 1 : ((seen[1] - seen[0]) * dilation) / stride;
    // The first output pixel sees the inputs from `lowest` to `first`; the last one those `outputs.length − 1` further.
    const lowest = first - (seen.length - 1) * step;
    const highest = first + outputs.length - 1;
    const begin = Math.max(0, lowest);
    const end = Math.min(size - 1, highest);
    // Dilated taps can step over every input between the two.
    const isInside = (input: number) => input >= 0 && input < size;
    if (!outputs.some((_, j) => seen.some((_, tap) => isInside(first + j - tap * step)))) continue;
    phases.push({
      ...{ phase, outputs, taps: seen.reverse(), dilation: step },
      ...{ inputs: progression(begin, end + 1, 1), before: begin - lowest, after: highest - end },
    });
  }
  return phases;
}

/** `first`, `first + step`, … below `end`. */
function progression(first: number, end: number, step: number): number[] {
  return Array.from({ length: Math.max(0, Math.ceil((end - first) / step)) }, (_, i) => first + i * step);
}
