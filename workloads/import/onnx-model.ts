/** What an ONNX file says, as it says it: messages of onnx.proto with the fields that this project uses. */
import { floats, text, varints, type WireField, wireFields } from "./wire-format.ts";

export interface OnnxModel {
  /** Version of each operator set by domain; the standard one is "". */
  readonly opsets: ReadonlyMap<string, number>;
  readonly producer: string;
  readonly graph: OnnxGraph;
  /** Names of the model's own functions, as `domain:name`. */
  readonly functions: readonly string[];
}

interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly sparseInitializers: readonly OnnxSparseTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Types of tensors in between, as far as the exporter wrote them. */
  readonly values: readonly OnnxValue[];
}

export interface OnnxNode {
  readonly name: string;
  readonly operator: string;
  /** "" for the standard operators. */
  readonly domain: string;
  /** Names of tensors; an absent optional one is "". */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** One of the fields is set, by the attribute's type. */
interface OnnxAttribute {
  readonly float?: number;
  readonly int?: number;
  readonly text?: string;
  readonly tensor?: OnnxTensor;
  readonly sparseTensor?: OnnxSparseTensor;
  readonly hasGraph: boolean;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly texts: readonly string[];
}

export interface OnnxValue {
  readonly name: string;
  /** Number of `TensorProto.DataType`; 0 where it is not said or the value is no tensor. */
  readonly dataType: number;
  /** A number, the name of a dynamic dimension, or "" for one without a name; absent where the rank is not said. */
  readonly shape?: readonly (number | string)[];
}

export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** Number of `TensorProto.DataType`. */
  readonly dataType: number;
  /** The elements as little-endian bytes, if they are stored so. */
  readonly raw?: Uint8Array;
  /** The elements where they are stored as protobuf numbers: 16 bit floats as their bits. */
  readonly numbers?: readonly number[];
  /** Where the elements are stored in another file: keys `location`, `offset`, `length`. */
  readonly external?: ReadonlyMap<string, string>;
}

export interface OnnxSparseTensor {
  readonly values: OnnxTensor;
  /** [n] row-major positions, or [n, rank] coordinates. */
  readonly indices: OnnxTensor;
  readonly dims: readonly number[];
}

/**
 * Decodes a `ModelProto`.
 *
 * @param what begins every message, e.g. `model.onnx`
 * @throws ConfigError if the bytes are cut short or not a model
 */
export function decodeModel(bytes: Uint8Array, what: string): OnnxModel {
  const opsets = new Map<string, number>();
  const functions: string[] = [];
  let producer = "";
  // A message that occurs twice is one message whose fields follow each other.
  let graph = emptyGraph();
  for (const field of wireFields(bytes, what)) {
    if (field.number === 8) {
      const { domain, version } = decodeOpset(field.bytes, what);
      opsets.set(domain === "ai.onnx" ? "" : domain, version);
    } else if (field.number === 2) producer = text(field);
    else if (field.number === 7) graph = decodeGraph(field.bytes, `${what}: graph`, graph);
    else if (field.number === 25) functions.push(decodeFunctionName(field.bytes, what));
  }
  return { opsets, producer, graph, functions };
}

function decodeOpset(bytes: Uint8Array, what: string): { domain: string; version: number } {
  let domain = "";
  let version = 0;
  for (const field of wireFields(bytes, `${what}: operator set`)) {
    if (field.number === 1) domain = text(field);
    if (field.number === 2) version = field.value;
  }
  return { domain, version };
}

function decodeFunctionName(bytes: Uint8Array, what: string): string {
  let [name, domain] = ["", ""];
  for (const field of wireFields(bytes, `${what}: function`)) {
    if (field.number === 1) name = text(field);
    if (field.number === 10) domain = text(field);
  }
  return `${domain}:${name}`;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

function emptyGraph(): Mutable<OnnxGraph> {
  return { name: "", nodes: [], initializers: [], sparseInitializers: [], inputs: [], outputs: [], values: [] };
}

function decodeGraph(bytes: Uint8Array, what: string, graph: Mutable<OnnxGraph>): Mutable<OnnxGraph> {
  for (const field of wireFields(bytes, what)) {
    if (field.number === 1) graph.nodes.push(decodeNode(field.bytes, `${what}: node ${graph.nodes.length}`));
    else if (field.number === 2) graph.name = text(field);
    else if (field.number === 5) graph.initializers.push(decodeTensor(field.bytes, `${what}: initializer`));
    else if (field.number === 11) graph.inputs.push(decodeValue(field.bytes, `${what}: input`));
    else if (field.number === 12) graph.outputs.push(decodeValue(field.bytes, `${what}: output`));
    else if (field.number === 13) graph.values.push(decodeValue(field.bytes, `${what}: value`));
    else if (field.number === 15) graph.sparseInitializers.push(decodeSparseTensor(field.bytes, what));
  }
  return graph;
}

function decodeNode(bytes: Uint8Array, what: string): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let [name, operator, domain] = ["", "", ""];
  for (const field of wireFields(bytes, what)) {
    if (field.number === 1) inputs.push(text(field));
    else if (field.number === 2) outputs.push(text(field));
    else if (field.number === 3) name = text(field);
    else if (field.number === 4) operator = text(field);
    else if (field.number === 5) attributes.set(...decodeAttribute(field.bytes, what));
    else if (field.number === 7) domain = text(field);
  }
  return { name, operator, domain: domain === "ai.onnx" ? "" : domain, inputs, outputs, attributes };
}

function decodeAttribute(bytes: Uint8Array, what: string): [string, OnnxAttribute] {
  const attribute: Mutable<OnnxAttribute> = { hasGraph: false, floats: [], ints: [], texts: [] };
  let name = "";
  for (const field of wireFields(bytes, `${what}: attribute`)) {
    if (field.number === 1) name = text(field);
    else if (field.number === 2) attribute.float = floats(field, 4)[0];
    else if (field.number === 3) attribute.int = field.value;
    else if (field.number === 4) attribute.text = text(field);
    else if (field.number === 5) attribute.tensor = decodeTensor(field.bytes, `${what}: attribute tensor`);
    else if (field.number === 6 || field.number === 11) attribute.hasGraph = true;
    else if (field.number === 7) attribute.floats.push(...floats(field, 4));
    else if (field.number === 8) attribute.ints.push(...varints(field, what));
    else if (field.number === 9) attribute.texts.push(text(field));
    else if (field.number === 22) attribute.sparseTensor = decodeSparseTensor(field.bytes, what);
  }
  return [name, attribute];
}

function decodeValue(bytes: Uint8Array, what: string): OnnxValue {
  let name = "";
  let tensor: Omit<OnnxValue, "name"> = { dataType: 0 };
  for (const field of wireFields(bytes, what)) {
    if (field.number === 1) name = text(field);
    if (field.number !== 2) continue;
    for (const type of wireFields(field.bytes, what)) {
      if (type.number === 1) tensor = decodeTensorType(type.bytes, what);
    }
  }
  return { name, ...tensor };
}

function decodeTensorType(bytes: Uint8Array, what: string): Omit<OnnxValue, "name"> {
  let dataType = 0;
  let shape: (number | string)[] | undefined;
  for (const field of wireFields(bytes, what)) {
    if (field.number === 1) dataType = field.value;
    if (field.number !== 2) continue;
    shape = [];
    for (const dimension of wireFields(field.bytes, what)) {
      if (dimension.number === 1) shape.push(decodeDimension(dimension, what));
    }
  }
  return shape === undefined ? { dataType } : { dataType, shape };
}

function decodeDimension({ bytes }: WireField, what: string): number | string {
  for (const field of wireFields(bytes, what)) {
    if (field.number === 1) return field.value < 0 ? "" : field.value;
    if (field.number === 2) return text(field);
  }
  return "";
}

function decodeTensor(bytes: Uint8Array, what: string): OnnxTensor {
  const tensor = { dims: [] as number[], dataType: 0, name: "" };
  const external = new Map<string, string>();
  const numbers: number[][] = [];
  let raw: Uint8Array | undefined;
  let isExternal = false;
  for (const field of wireFields(bytes, what)) {
    if (field.number === 1) tensor.dims.push(...varints(field, what));
    else if (field.number === 2) tensor.dataType = field.value;
    else if (field.number === 4) numbers.push(floats(field, 4));
    else if (field.number === 5 || field.number === 7 || field.number === 11) numbers.push(varints(field, what));
    else if (field.number === 8) tensor.name = text(field);
    else if (field.number === 9) raw = field.bytes;
    else if (field.number === 10) numbers.push(floats(field, 8));
    else if (field.number === 13) external.set(...decodeEntry(field.bytes, what));
    else if (field.number === 14) isExternal = field.value === 1;
  }
  if (isExternal) return { ...tensor, external };
  return raw === undefined ? { ...tensor, numbers: numbers.flat() } : { ...tensor, raw };
}

function decodeEntry(bytes: Uint8Array, what: string): [string, string] {
  let [key, value] = ["", ""];
  for (const field of wireFields(bytes, what)) {
    if (field.number === 1) key = text(field);
    if (field.number === 2) value = text(field);
  }
  return [key, value];
}

function decodeSparseTensor(bytes: Uint8Array, what: string): OnnxSparseTensor {
  const absent: OnnxTensor = { name: "", dims: [0], dataType: 0, numbers: [] };
  const sparse = { values: absent, indices: absent, dims: [] as number[] };
  for (const field of wireFields(bytes, `${what}: sparse initializer`)) {
    if (field.number === 1) sparse.values = decodeTensor(field.bytes, what);
    else if (field.number === 2) sparse.indices = decodeTensor(field.bytes, what);
    else if (field.number === 3) sparse.dims.push(...varints(field, what));
  }
  return sparse;
}
