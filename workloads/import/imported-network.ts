/** A network as an importer found it: layers, who reads what, and the operators that are not layers. */
import type { Layer } from "../layers/layer.ts";
import type { Operand } from "./layer-plan.ts";
import type { Numbers } from "./onnx-tensor.ts";

export interface ImportedNetwork {
  readonly name: string;
  readonly format: "onnx" | "scale-sim";
  /** Version of the standard operators of an ONNX file. */
  readonly opset?: number;
  /** In order of execution; names are unique. */
  readonly layers: readonly ImportedLayer[];
  readonly operators: OperatorList;
  /** Trained parameters, biases and normalisations included; those of the layers alone where the file has no others. */
  readonly parameters: number;
  /** Elements of a constant tensor, by name; undefined if it is none. */
  readonly constant?: (name: string) => Numbers | undefined;
  /** What to know of the import, a sentence each. */
  readonly notes: readonly string[];
}

export interface ImportedLayer {
  readonly layer: Layer;
  /** Name of the operator that it comes from. */
  readonly operator: string;
  /** Where its tensors lie in the network's; only of networks that can run. */
  readonly input?: Operand;
  readonly weight?: Operand;
  /** What is written back, activation and normalisation applied. */
  readonly output?: Operand;
  /** [M, C/groups, R, S], decoded when called; absent where the file has none or two activations are multiplied. */
  readonly weights?: () => Numbers;
  /** Share of non-zero weights, 0..1, where the file has that and no weights. */
  readonly weightDensity?: number;
  /** Names of the layers whose outputs it reads; undefined where the file has no graph. */
  readonly reads?: readonly string[];
  /** Operators between them and this layer that change shapes. */
  readonly between?: readonly string[];
}

export interface OperatorList {
  /** How often each operator with MACs became a layer. */
  readonly counted: Readonly<Record<string, number>>;
  /** How often each operator without MACs occurs. */
  readonly free: Readonly<Record<string, number>>;
  readonly unsupported: readonly UnsupportedOperator[];
}

export interface UnsupportedOperator {
  readonly op: string;
  readonly name: string;
  /** Of all MACs, 0..1; null where nobody knows how many it has. */
  readonly share: number | null;
  /** What it is, in words. */
  readonly why: string;
}
