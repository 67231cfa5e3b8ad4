/** Reads an ONNX file and checks what can be checked without knowing its operators: format, operator sets, wiring. */
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "../input/errors.ts";
import { decodeModel, type OnnxModel, type OnnxNode, type OnnxTensor } from "./onnx-model.ts";
import { type Numbers, TensorReader } from "./onnx-tensor.ts";

/** Versions of the standard operators that are read. Before 7, broadcasting was a matter of attributes. */
const opsets = { first: 7, last: 25 };

/** Largest file that is read, in bytes: a protocol buffer has no more. */
const largestFileBytes = 2 ** 31 - 1;

export interface OnnxFile {
  /** As the user named it. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly model: OnnxModel;
  /** Version of the standard operators. */
  readonly opset: number;
  /** Operators so that each stands after those it reads. */
  readonly nodes: readonly OnnxNode[];
  /** Tensors stored in the file, by name; decoded when called. */
  readonly stored: ReadonlyMap<string, StoredTensor>;
}

interface StoredTensor {
  readonly shape: readonly number[];
  readonly numbers: () => Numbers;
}

/**
 * @throws ConfigError, one line that names the file: it cannot be read, is damaged, uses operator sets that are not known, lacks
 * external data, or its operators read each other in a circle
 */
export function readOnnxFile(path: string): OnnxFile {
  const bytes = readBytes(path);
  const model = decodeModel(bytes, path);
  if (model.graph.nodes.length === 0)
    throw new ConfigError(`${path}: has no graph with operators; is it an ONNX file?`);
  const opset = checkedOpset(path, model);
  const stored = storedTensors(path, model);
  return { path, bytes, model, opset, nodes: inOrder(path, model, stored), stored };
}

function readBytes(path: string): Uint8Array {
  try {
    const status = statSync(path);
    if (status.isDirectory()) throw new ConfigError(`${path}: is a folder, not an ONNX file`);
    if (status.size > largestFileBytes) {
      throw new ConfigError(`${path}: has ${status.size} bytes; an ONNX file has up to ${largestFileBytes}`);
    }
    const { buffer, byteOffset, length } = readFileSync(path);
    // A Buffer's `slice` shares memory, a Uint8Array's does not.
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`${path}: ${code === "ENOENT" ? "no such file" : `cannot be read (${code})`}`);
  }
}

function checkedOpset(path: string, { opsets: versions }: OnnxModel): number {
  const version = versions.get("");
  if (version === undefined) throw new ConfigError(`${path}: does not say which version of the ONNX operators it uses`);
  if (version >= opsets.first && version <= opsets.last) return version;
  throw new ConfigError(`${path}: operator set ${version}; ${opsets.first} to ${opsets.last} are read`);
}

function storedTensors(path: string, { graph }: OnnxModel): Map<string, StoredTensor> {
  const reader = new TensorReader(path, dirname(path));
  const stored = new Map<string, StoredTensor>();
  const add = (name: string, shape: readonly number[], numbers: () => Numbers) => {
    if (stored.has(name)) throw new ConfigError(`${path}: tensor "${name}" is stored twice`);
    stored.set(name, { shape, numbers });
  };
  for (const tensor of graph.initializers) addTensor(add, reader, tensor.name, tensor);
  for (const sparse of graph.sparseInitializers) add(sparse.values.name, sparse.dims, () => reader.dense(sparse));
  for (const node of graph.nodes) {
    if (node.operator === "Constant" && node.domain === "") addConstant(add, reader, node);
  }
  return stored;
}

type Add = (name: string, shape: readonly number[], numbers: () => Numbers) => void;

function addTensor(add: Add, reader: TensorReader, name: string, tensor: OnnxTensor): void {
  // Text has no use here; whatever needs its elements says so.
  if (tensor.dataType === textType) return;
  reader.check(tensor);
  add(name, tensor.dims, () => reader.numbers(tensor));
}

const textType = 8;

function addConstant(add: Add, reader: TensorReader, { outputs: [name], attributes }: OnnxNode): void {
  const { tensor } = attributes.get("value") ?? {};
  const { sparseTensor } = attributes.get("sparse_value") ?? {};
  if (tensor !== undefined) addTensor(add, reader, name, { ...tensor, name });
  else if (sparseTensor !== undefined) add(name, sparseTensor.dims, () => reader.dense(sparseTensor));
  for (const key of ["value_float", "value_int"] as const) {
    const attribute = attributes.get(key);
    if (attribute !== undefined) add(name, [], () => Float64Array.of(attribute.float ?? attribute.int ?? 0));
  }
  for (const key of ["value_floats", "value_ints"] as const) {
    const attribute = attributes.get(key);
    if (attribute === undefined) continue;
    const numbers = key === "value_ints" ? attribute.ints : attribute.floats;
    add(name, [numbers.length], () => Float64Array.from(numbers));
  }
}

/** The operators without `Constant`, each after those that write what it reads, otherwise in the order of the file. */
function inOrder(path: string, { graph }: OnnxModel, stored: ReadonlyMap<string, unknown>): OnnxNode[] {
  const nodes = graph.nodes.filter(({ operator, domain }) => operator !== "Constant" || domain !== "");
  const writers = new Map<string, number>();
  for (const [index, { outputs }] of nodes.entries()) {
    for (const name of outputs) {
      if (name === "") continue;
      if (writers.has(name)) throw new ConfigError(`${path}: tensor "${name}" is written by two operators`);
      writers.set(name, index);
    }
  }
  const known = new Set([...stored.keys(), ...graph.inputs.map(({ name }) => name)]);
  for (const node of nodes) {
    const missing = node.inputs.find((name) => name !== "" && !writers.has(name) && !known.has(name));
    if (missing === undefined || hasTextInput(graph.initializers, missing)) continue;
    throw new ConfigError(`${path}: ${nodeText(node)} reads tensor "${missing}", which nothing writes`);
  }
  return sorted(path, nodes, writers);
}

function hasTextInput(tensors: readonly OnnxTensor[], name: string): boolean {
  return tensors.some((tensor) => tensor.name === name && tensor.dataType === textType);
}

function sorted(path: string, nodes: readonly OnnxNode[], writers: ReadonlyMap<string, number>): OnnxNode[] {
  const waiting = nodes.map(({ inputs }) => new Set(inputs.flatMap((name) => writers.get(name) ?? [])));
  const readers = nodes.map((): number[] => []);
  for (const [index, sources] of waiting.entries()) for (const source of sources) readers[source].push(index);
  const ready = [...nodes.keys()].filter((index) => waiting[index].size === 0);
  const order: number[] = [];
  // Files are in order as a rule; then `ready` is the file's order too.
  while (ready.length > 0) {
    const index = ready.shift() as number;
    order.push(index);
    for (const reader of readers[index]) {
      waiting[reader].delete(index);
      if (waiting[reader].size === 0) insertSorted(ready, reader);
    }
  }
  if (order.length === nodes.length) return order.map((index) => nodes[index]);
  const stuck = nodes.findIndex((_, index) => !order.includes(index));
  throw new ConfigError(`${path}: the graph has a loop through ${nodeText(nodes[stuck])}`);
}

function insertSorted(ready: number[], index: number): void {
  const at = ready.findIndex((other) => other > index);
  ready.splice(at < 0 ? ready.length : at, 0, index);
}

/** An operator in a message: `Conv "conv1"`, or by what it writes where it has no name. */
export function nodeText({ operator, name, outputs }: OnnxNode): string {
  return name === "" ? `${operator} that writes "${outputs[0]}"` : `${operator} "${name}"`;
}
