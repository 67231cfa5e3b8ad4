/** One operator with what is known of its inputs, as the rules for shapes and layers look at it. */
import { ConfigError } from "../input/errors.ts";
import type { OnnxNode } from "./onnx-model.ts";
import type { Numbers } from "./onnx-tensor.ts";

/** What is known of a tensor before the network runs. */
export interface Value {
  /** Undefined where it depends on the data. */
  readonly shape: readonly number[] | undefined;
  /** The elements, where they do not depend on the network's inputs; decoded when called. */
  readonly numbers?: () => Numbers;
}

/** Thrown where a shape or constant is not known; whoever infers shapes catches it. */
export class Unknown extends Error {
  override readonly name = "Unknown";
}

export class NodeView {
  readonly node: OnnxNode;
  readonly inputs: readonly (Value | undefined)[];
  /** Version of the operator's domain. */
  readonly opset: number;
  /** Begins every message: file, operator and name. */
  readonly what: string;

  constructor(node: OnnxNode, inputs: readonly (Value | undefined)[], opset: number, what: string) {
    this.node = node;
    this.inputs = inputs;
    this.opset = opset;
    this.what = what;
  }

  has(input: number): boolean {
    return this.inputs[input] !== undefined;
  }

  /** @throws Unknown */
  shape(input: number): readonly number[] {
    const shape = this.inputs[input]?.shape;
    if (shape === undefined) throw new Unknown(this.node.inputs[input] ?? "an absent input");
    return shape;
  }

  /** The elements of a constant input. @throws Unknown */
  numbers(input: number): Numbers {
    const numbers = this.inputs[input]?.numbers;
    if (numbers === undefined) throw new Unknown(this.node.inputs[input] ?? "an absent input");
    return numbers();
  }

  int(name: string, fallback: number): number {
    return this.node.attributes.get(name)?.int ?? fallback;
  }

  float(name: string, fallback: number): number {
    return this.node.attributes.get(name)?.float ?? fallback;
  }

  text(name: string, fallback: string): string {
    return this.node.attributes.get(name)?.text ?? fallback;
  }

  ints(name: string): readonly number[] | undefined {
    return this.node.attributes.get(name)?.ints;
  }

  /** Integers of an attribute or, in later operator sets, of an input; undefined where neither is there. @throws Unknown */
  intsOrInput(name: string, input: number): readonly number[] | undefined {
    return this.ints(name) ?? (this.has(input) ? Array.from(this.numbers(input)) : undefined);
  }

  /** An axis counted from either end. */
  axis(value: number, rank: number): number {
    const axis = value < 0 ? value + rank : value;
    if (axis >= 0 && axis < rank) return axis;
    throw this.fault(`axis ${value} is not among the ${rank} of its input`);
  }

  fault(message: string): ConfigError {
    return new ConfigError(`${this.what}: ${message}`);
  }
}
