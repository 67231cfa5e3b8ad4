/** Writes ONNX files: what the fixtures of the tests and the published topologies are made with. */

type Bytes = Uint8Array;

/** By name: number of `TensorProto.DataType`. */
const dataTypes = {
  ...{ float32: 1, uint8: 2, int8: 3, uint16: 4, int16: 5, int32: 6, int64: 7, bool: 9, float16: 10, float64: 11 },
  ...{ uint32: 12, uint64: 13, bfloat16: 16, uint4: 21, int4: 22 },
} as const;
type DataType = keyof typeof dataTypes;

export interface TensorSpec {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type?: DataType;
  /** Values; 16 bit floats as their bits. */
  readonly values: ArrayLike<number>;
  /** `numbers`: as protobuf numbers; `external`: in a file beside the model, from `offset`. Default: raw bytes. */
  readonly storage?:
    | "raw"
    | "numbers"
    | { readonly location: string; readonly offset: number; readonly length?: number };
}

interface SparseSpec extends TensorSpec {
  /** Row-major positions, or coordinates of the values, [n] or [n, rank]. */
  readonly indices: readonly number[];
  readonly indexDims: readonly number[];
  /** Shape of the whole. */
  readonly shape: readonly number[];
}

/** Numbers are `i` (or `ints`), `{ float }` is `f` (or `floats`), text `s`, a tensor `t`. */
export type Attribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | TensorSpec;

export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly name?: string;
  readonly domain?: string;
}

export interface ValueSpec {
  readonly name: string;
  readonly shape?: readonly (number | string)[];
  readonly type?: DataType;
}

export interface GraphSpec {
  readonly opset?: number;
  readonly inputs: readonly ValueSpec[];
  readonly outputs: readonly ValueSpec[];
  readonly nodes: readonly NodeSpec[];
  readonly tensors?: readonly TensorSpec[];
  readonly sparse?: readonly SparseSpec[];
  /** Further operator sets. */
  readonly domains?: Readonly<Record<string, number>>;
}

/** A `ModelProto`. */
export function onnxModel(spec: GraphSpec): Bytes {
  const domains = Object.entries({ "": spec.opset ?? 17, ...spec.domains });
  return join([
    integer(1, 8),
    ...domains.map(([domain, version]) => message(8, [text(1, domain), integer(2, version)])),
    text(2, "dysta-sim scripts/onnx"),
    message(7, [
      text(2, "graph"),
      ...spec.nodes.map((node) => message(1, nodeParts(node))),
      ...(spec.tensors ?? []).map((tensor) => message(5, tensorParts(tensor))),
      ...(spec.sparse ?? []).map((sparse) => message(15, sparseParts(sparse))),
      ...spec.inputs.map((value) => message(11, valueParts(value))),
      ...spec.outputs.map((value) => message(12, valueParts(value))),
    ]),
  ]);
}

function nodeParts({ op, inputs, outputs, attributes = {}, name = "", domain = "" }: NodeSpec): Bytes[] {
  return [
    ...inputs.map((input) => text(1, input)),
    ...outputs.map((output) => text(2, output)),
    text(3, name),
    text(4, op),
    ...Object.entries(attributes).map(([key, value]) => message(5, [text(1, key), ...attributeParts(value)])),
    ...(domain === "" ? [] : [text(7, domain)]),
  ];
}

function attributeParts(value: Attribute): Bytes[] {
  if (typeof value === "number") return [integer(3, value), integer(20, 2)];
  if (typeof value === "string") return [text(4, value), integer(20, 3)];
  if (Array.isArray(value)) return [...value.map((each: number) => integer(8, each)), integer(20, 7)];
  if ("float" in value) return [float(2, value.float), integer(20, 1)];
  if ("floats" in value) return [...value.floats.map((each) => float(7, each)), integer(20, 6)];
  return [message(5, tensorParts(value as TensorSpec)), integer(20, 4)];
}

function tensorParts({ name, dims, type = "float32", values, storage = "raw" }: TensorSpec): Bytes[] {
  const head = [...dims.map((size) => integer(1, size)), integer(2, dataTypes[type]), text(8, name)];
  if (storage === "raw") return [...head, run(9, rawBytes(type, values))];
  if (storage === "numbers") return [...head, numberField(type, values)];
  const entries = {
    location: storage.location,
    offset: String(storage.offset),
    length: String(storage.length ?? rawBytes(type, values).length),
  };
  return [
    ...head,
    ...Object.entries(entries).map(([key, value]) => message(13, [text(1, key), text(2, value)])),
    integer(14, 1),
  ];
}

/** The elements as little-endian bytes. */
export function rawBytes(type: DataType, values: ArrayLike<number>): Bytes {
  if (type === "int64" || type === "uint64")
    return bytesOf(BigInt64Array.from(Array.from(values), (value) => BigInt(value)));
  if (type === "uint4" || type === "int4") {
    const bytes = new Uint8Array(Math.ceil(values.length / 2));
    for (let i = 0; i < values.length; i++) bytes[i >> 1] |= (values[i] & 15) << (4 * (i & 1));
    return bytes;
  }
  const arrays = {
    ...{
      float32: Float32Array,
      uint8: Uint8Array,
      int8: Int8Array,
      uint16: Uint16Array,
      int16: Int16Array,
      int32: Int32Array,
    },
    ...{ bool: Uint8Array, float16: Uint16Array, float64: Float64Array, uint32: Uint32Array, bfloat16: Uint16Array },
  };
  const array = arrays[type];
  return values instanceof array ? bytesOf(values) : bytesOf(array.from(Array.from(values)));
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Bytes {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The elements as packed protobuf numbers, in the field of their type. */
function numberField(type: DataType, values: ArrayLike<number>): Bytes {
  const all = Array.from(values);
  if (type === "float32") return run(4, rawBytes("float32", values));
  if (type === "float64") return run(10, rawBytes("float64", values));
  if (type === "int64") return run(7, join(all.map(varint)));
  if (type === "uint64" || type === "uint32") return run(11, join(all.map(varint)));
  if (type === "uint4" || type === "int4") return run(5, join(Array.from(rawBytes(type, values), varint)));
  return run(5, join(all.map(varint)));
}

function sparseParts({ indices, indexDims, shape, ...values }: SparseSpec): Bytes[] {
  const indexTensor: TensorSpec = { name: "", dims: indexDims, type: "int64", values: indices };
  return [
    message(1, tensorParts(values)),
    message(2, tensorParts(indexTensor)),
    ...shape.map((size) => integer(3, size)),
  ];
}

function valueParts({ name, shape, type = "float32" }: ValueSpec): Bytes[] {
  const dimension = (size: number | string) =>
    typeof size === "number" ? [integer(1, size)] : size === "" ? [] : [text(2, size)];
  const shapeParts =
    shape === undefined
      ? []
      : [
          message(
            2,
            shape.map((size) => message(1, dimension(size))),
          ),
        ];
  return [text(1, name), message(2, [message(1, [integer(1, dataTypes[type]), ...shapeParts])])];
}

function varint(value: number): Bytes {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function integer(field: number, value: number): Bytes {
  return join([varint(field * 8), varint(value)]);
}

function float(field: number, value: number): Bytes {
  return join([varint(field * 8 + 5), rawBytes("float32", [value])]);
}

function run(field: number, bytes: Bytes): Bytes {
  return join([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

function text(field: number, value: string): Bytes {
  return run(field, Buffer.from(value, "utf8"));
}

function message(field: number, parts: readonly Bytes[]): Bytes {
  return run(field, join(parts));
}

function join(parts: readonly Bytes[]): Bytes {
  return Buffer.concat(parts);
}
