/** Operators with MACs that are not modelled as layers: how many MACs they have, for their share. */
import { elementCount } from "../layers/layer.ts";
import type { Plan } from "./layer-plan.ts";
import type { NodeView } from "./node-view.ts";

/** Recurrent networks: `gates` products of the input and of the state per step and direction. */
function recurrent(gates: number) {
  return (view: NodeView): Plan => {
    const [steps, batch, inputs] = view.shape(0);
    const [directions] = view.shape(1);
    const hidden = view.int("hidden_size", view.shape(2)[2]);
    const macs = steps * batch * directions * gates * hidden * (inputs + hidden);
    const last = [directions, batch, hidden];
    return {
      shapes: [[steps, directions, batch, hidden], last, last],
      macs,
      layers: [],
      unsupported: "a recurrent network",
    };
  };
}

/** The standard operator: queries, keys and values as they are, per head. */
function attention(view: NodeView): Plan {
  const [query, key, value] = [0, 1, 2].map((k) => view.shape(k));
  const queries = elementCount(query);
  const rowsOf = (shape: readonly number[]) => shape[shape.length - 2];
  const width = (shape: readonly number[]) => shape[shape.length - 1];
  const macs = queries * rowsOf(key) + (queries / width(query)) * rowsOf(key) * width(value);
  return { shapes: [[...query.slice(0, -1), width(value)]], macs, layers: [], unsupported: "a fused attention" };
}

function deformable(view: NodeView): Plan {
  const [batch] = view.shape(0);
  const [filters, depth, ...kernel] = view.shape(1);
  const pixels = view.shape(2).slice(2);
  const macs = batch * filters * depth * elementCount(kernel) * elementCount(pixels);
  return { shapes: [[batch, filters, ...pixels]], macs, layers: [], unsupported: "a deformable convolution" };
}

export const uncounted: Readonly<Record<string, (view: NodeView) => Plan>> = {
  LSTM: recurrent(4),
  GRU: recurrent(3),
  RNN: recurrent(1),
  Attention: attention,
  DeformConv: deformable,
};
