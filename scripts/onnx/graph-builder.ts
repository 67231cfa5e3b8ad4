/** Builds a network operator by operator, with random weights. */
import { elementCount } from "../../workloads/layers/layer.ts";
import type { Attribute, GraphSpec, NodeSpec, TensorSpec, ValueSpec } from "./onnx-writer.ts";

export interface WeightOptions {
  readonly seed?: number;
  /** Share of weights that are not zero, 0..1. */
  readonly density?: number;
  /** Weights are not drawn but said to lie in this file beside the model, one after the other. */
  readonly location?: string;
}

export class GraphBuilder {
  readonly nodes: NodeSpec[] = [];
  readonly tensors: TensorSpec[] = [];
  /** Bytes of the weights that lie in another file. */
  externalBytes = 0;
  private readonly inputs: ValueSpec[] = [];
  private readonly location: string | undefined;
  private readonly density: number;
  private state: number;

  constructor({ seed = 1, density = 1, location }: WeightOptions = {}) {
    this.location = location;
    this.density = density;
    this.state = seed;
  }

  input(name: string, shape: readonly (number | string)[]): string {
    this.inputs.push({ name, shape });
    return name;
  }

  /** Weights from −bound to bound, some of them zero. */
  weights(name: string, dims: readonly number[], bound = Math.sqrt(6 / elementCount(dims.slice(1)))): string {
    const count = elementCount(dims);
    if (this.location !== undefined) {
      const storage = { location: this.location, offset: this.externalBytes, length: 4 * count };
      this.externalBytes += 4 * count;
      this.tensors.push({ name, dims, values: [], storage });
      return name;
    }
    const values = new Float32Array(count);
    for (let i = 0; i < values.length; i++) {
      if (this.density === 1 || this.random() < this.density) values[i] = bound * (2 * this.random() - 1) || bound;
    }
    this.tensors.push({ name, dims, values });
    return name;
  }

  /** From 0 to 1: a linear congruence, good enough for weights and fast enough for a hundred million of them. */
  random(): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) | 0;
    return (this.state >>> 8) / 2 ** 24;
  }

  constant(
    name: string,
    dims: readonly number[],
    values: ArrayLike<number>,
    type: TensorSpec["type"] = "float32",
  ): string {
    this.tensors.push({ name, dims, values, type });
    return name;
  }

  /** Adds an operator with one output, which is named after it. */
  add(
    op: string,
    name: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    const output = `${name}_out`;
    this.nodes.push({ op, name, inputs, outputs: [output], attributes });
    return output;
  }

  batchNorm(name: string, input: string, channels: number): string {
    const near = (value: number) => Float32Array.from({ length: channels }, () => value + 0.1 * (this.random() - 0.5));
    const parts = [
      this.constant(`${name}.scale`, [channels], near(1)),
      this.constant(`${name}.bias`, [channels], near(0)),
      this.constant(`${name}.mean`, [channels], near(0)),
      this.constant(`${name}.var`, [channels], near(1)),
    ];
    return this.add("BatchNormalization", name, [input, ...parts]);
  }

  spec(output: ValueSpec, opset = 17): GraphSpec {
    return { opset, inputs: this.inputs, outputs: [output], nodes: this.nodes, tensors: this.tensors };
  }
}
