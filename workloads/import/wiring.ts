/** Who reads what in a network: what a layer writes once what follows is folded into it, and which layers it reads. */
import { elementwiseRules } from "./elementwise-rules.ts";
import type { InferredGraph, InferredNode } from "./infer.ts";
import type { Operand } from "./layer-plan.ts";

/** Operators that compute on the way what a layer writes; each element from the elements at its place. */
const foldable = new Set(
  Object.keys(elementwiseRules).filter(
    (name) =>
      !/^(Reduce|Arg)/.test(name) &&
      !["DynamicQuantizeLinear", "CumSum", "Trilu", "ScatterND", "ScatterElements", "Scatter", "Softmax"].includes(
        name,
      ),
  ),
);

export class Wiring {
  private readonly graph: InferredGraph;
  private readonly outputs: ReadonlySet<string>;
  private readonly writers = new Map<string, number>();
  private readonly readers = new Map<string, number[]>();

  constructor(graph: InferredGraph, outputs: readonly string[]) {
    this.graph = graph;
    this.outputs = new Set(outputs);
    for (const [index, { node }] of graph.nodes.entries()) {
      for (const name of node.outputs) this.writers.set(name, index);
      for (const name of new Set(node.inputs)) {
        // Who only asks for the shape does not read the elements.
        if (node.operator === "Shape" || node.operator === "Size") continue;
        const known = this.readers.get(name) ?? [];
        known.push(index);
        this.readers.set(name, known);
      }
    }
  }

  /**
   * What is written back once activations, batch normalisations and additions are folded into the layer at `index`: the last
   * tensor that only depends on the layer and on what was there before it, and through which alone the others read it.
   */
  written(index: number, output: Operand): Operand {
    let written = output;
    let region = new Set([output.tensor]);
    const shape = this.shapeText(output.tensor);
    for (let next = this.nextReader(region, index); next !== undefined; next = this.nextReader(region, next)) {
      const { node } = this.graph.nodes[next];
      const isFolded =
        foldable.has(node.operator) &&
        node.inputs.every((name) => region.has(name) || name === "" || this.isBefore(name, index));
      if (!isFolded) break;
      const [result] = node.outputs;
      if (this.shapeText(result) !== shape) break;
      region = new Set([...region, result]);
      if (this.isOnlyExit(region, result)) {
        const { zeroPoint: _, ...place } = written;
        const zero =
          node.operator === "QuantizeLinear" || node.operator.startsWith("QLinear")
            ? this.zeroOf(node.inputs, node.operator)
            : undefined;
        written = { ...place, tensor: result, ...(zero === undefined ? {} : { zeroPoint: { tensor: zero, axis: 1 } }) };
        region = new Set([result]);
      }
    }
    return written;
  }

  /** The one operator that reads a tensor; undefined if there are more, or the network gives it out. */
  onlyReader(tensor: string): InferredNode | undefined {
    const readers = this.readers.get(tensor) ?? [];
    return readers.length === 1 && !this.outputs.has(tensor) ? this.graph.nodes[readers[0]] : undefined;
  }

  /** Indices of the operators with MACs that these tensors come from, and the operators in between that change a shape. */
  sources(tensors: readonly string[]): { readonly nodes: readonly number[]; readonly between: readonly string[] } {
    const nodes = new Set<number>();
    const between = new Set<string>();
    const seen = new Set<string>();
    const waiting = [...tensors];
    for (let tensor = waiting.pop(); tensor !== undefined; tensor = waiting.pop()) {
      if (seen.has(tensor)) continue;
      seen.add(tensor);
      const writer = this.writers.get(tensor);
      if (writer === undefined) continue;
      const { node, plan } = this.graph.nodes[writer];
      if (plan !== undefined && plan.layers.length > 0) {
        nodes.add(writer);
        continue;
      }
      for (const input of node.inputs) {
        if (input === "" || this.graph.values.get(input)?.numbers !== undefined) continue;
        const keeps = foldable.has(node.operator) && this.shapeText(input) === this.shapeText(tensor);
        if (!keeps) between.add(node.operator);
        waiting.push(input);
      }
    }
    return { nodes: [...nodes].sort((a, b) => a - b), between: [...between].sort() };
  }

  private nextReader(region: ReadonlySet<string>, after: number): number | undefined {
    const readers = [...region].flatMap((name) => this.readers.get(name) ?? []).filter((reader) => reader > after);
    return readers.length === 0 ? undefined : Math.min(...readers);
  }

  /** Whether a tensor is there before the operator at `index`. */
  private isBefore(tensor: string, index: number): boolean {
    return (this.writers.get(tensor) ?? -1) < index;
  }

  private isOnlyExit(region: ReadonlySet<string>, exit: string): boolean {
    return [...region].every(
      (name) =>
        name === exit ||
        (!this.outputs.has(name) &&
          (this.readers.get(name) ?? []).every((reader) => region.has(this.graph.nodes[reader].node.outputs[0]))),
    );
  }

  private shapeText(tensor: string): string {
    return this.graph.values.get(tensor)?.shape?.join("x") ?? `unknown shape of ${tensor}`;
  }

  /** The zero point of what a quantising operator writes. */
  private zeroOf(inputs: readonly string[], operator: string): string | undefined {
    const zero =
      operator === "QuantizeLinear"
        ? inputs[2]
        : inputs[operator === "QLinearAdd" || operator === "QLinearMul" ? 7 : 4];
    return zero === "" ? undefined : zero;
  }
}
