/** The elements of ONNX tensors, wherever and however they are stored: as bytes, as numbers, sparsely or in another file. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { isAbsolute, join, normalize } from "node:path";
import { ConfigError } from "../input/errors.ts";
import { brainFloat, halfFloat } from "../input/small-floats.ts";
import { elementCount } from "../layers/layer.ts";
import type { OnnxSparseTensor, OnnxTensor } from "./onnx-model.ts";

/** The elements as numbers; row-major. 64 bit integers are exact up to 2^53. */
export type Numbers =
  | Float32Array
  | Float64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

interface ElementType {
  readonly name: string;
  readonly bits: number;
  /** Numbers from little-endian bytes. */
  readonly decode: (bytes: Uint8Array, count: number) => Numbers;
}

function view<T extends Numbers>(type: {
  new (buffer: ArrayBufferLike, offset: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
}) {
  return (bytes: Uint8Array, count: number): T => {
    const size = type.BYTES_PER_ELEMENT;
    return bytes.byteOffset % size === 0
      ? new type(bytes.buffer, bytes.byteOffset, count)
      : new type(bytes.slice().buffer, 0, count);
  };
}

function wide(type: BigInt64ArrayConstructor | BigUint64ArrayConstructor) {
  return (bytes: Uint8Array, count: number) => Float64Array.from(new type(bytes.slice().buffer, 0, count), Number);
}

function nibbles(isSigned: boolean) {
  return (bytes: Uint8Array, count: number) =>
    Int8Array.from({ length: count }, (_, i) => {
      const nibble = (bytes[i >>> 1] >>> (4 * (i & 1))) & 15;
      return isSigned && nibble > 7 ? nibble - 16 : nibble;
    });
}

/** By number of `TensorProto.DataType`. Strings, complex numbers and 8 bit floats are not here. */
const elementTypes: Readonly<Record<number, ElementType>> = {
  1: { name: "float32", bits: 32, decode: view(Float32Array) },
  2: { name: "uint8", bits: 8, decode: view(Uint8Array) },
  3: { name: "int8", bits: 8, decode: view(Int8Array) },
  4: { name: "uint16", bits: 16, decode: view(Uint16Array) },
  5: { name: "int16", bits: 16, decode: view(Int16Array) },
  6: { name: "int32", bits: 32, decode: view(Int32Array) },
  7: { name: "int64", bits: 64, decode: wide(BigInt64Array) },
  9: { name: "bool", bits: 8, decode: view(Uint8Array) },
  10: {
    name: "float16",
    bits: 16,
    decode: (bytes, count) => Float32Array.from(view(Uint16Array)(bytes, count), halfFloat),
  },
  11: { name: "float64", bits: 64, decode: view(Float64Array) },
  12: { name: "uint32", bits: 32, decode: view(Uint32Array) },
  13: { name: "uint64", bits: 64, decode: wide(BigUint64Array) },
  16: {
    name: "bfloat16",
    bits: 16,
    decode: (bytes, count) => Float32Array.from(view(Uint16Array)(bytes, count), brainFloat),
  },
  21: { name: "uint4", bits: 4, decode: nibbles(false) },
  22: { name: "int4", bits: 4, decode: nibbles(true) },
};

/** Largest tensor that is read, in bytes: the limit of a protocol buffer and of what one file read returns. */
const largestTensorBytes = 2 ** 31 - 1;

/** Reads tensors of one model. */
export class TensorReader {
  private readonly file: string;
  private readonly folder: string;

  /**
   * @param file the model as the user named it, for messages
   * @param folder where external data lie
   */
  constructor(file: string, folder: string) {
    this.file = file;
    this.folder = folder;
  }

  /**
   * Checks that the tensor's elements are there, without decoding them.
   *
   * @throws ConfigError for an impossible size, another element type, or data that are missing or of another length
   */
  check(tensor: OnnxTensor): void {
    const type = this.typeOf(tensor);
    const count = this.countOf(tensor);
    if (tensor.external !== undefined) {
      this.externalBytes(tensor, Math.ceil((count * type.bits) / 8), true);
      return;
    }
    const found = tensor.raw === undefined ? tensor.numbers?.length : (tensor.raw.length * 8) / type.bits;
    const enough =
      tensor.raw === undefined
        ? found === storedNumbers(type, count)
        : tensor.raw.length === Math.ceil((count * type.bits) / 8);
    if (!enough) throw this.fault(tensor, `must have ${count} elements (${shapeText(tensor.dims)}), has ${found}`);
  }

  /** @throws ConfigError as `check`. */
  numbers(tensor: OnnxTensor): Numbers {
    this.check(tensor);
    const type = this.typeOf(tensor);
    const count = this.countOf(tensor);
    if (tensor.numbers !== undefined) return fromNumbers(type, tensor.numbers, count);
    const size = Math.ceil((count * type.bits) / 8);
    return type.decode(tensor.raw ?? this.externalBytes(tensor, size, false), count);
  }

  /** A sparse tensor with its zeros. */
  dense({ values, indices, dims }: OnnxSparseTensor): Numbers {
    const whole = { name: values.name, dims, dataType: values.dataType };
    const stored = this.numbers(values);
    const places = this.numbers(indices);
    const dense = new Float64Array(this.countOf(whole));
    const rank = indices.dims.length === 2 ? dims.length : 1;
    if (places.length !== stored.length * rank) {
      throw this.fault(whole, `has ${stored.length} values but indices of shape ${shapeText(indices.dims)}`);
    }
    for (let i = 0; i < stored.length; i++) {
      let at = 0;
      for (let axis = 0; axis < rank; axis++) at = (rank === 1 ? 0 : at * dims[axis]) + places[i * rank + axis];
      if (!(at >= 0 && at < dense.length)) throw this.fault(whole, `has an index outside ${shapeText(dims)}`);
      dense[at] = stored[i];
    }
    return dense;
  }

  private typeOf(tensor: OnnxTensor): ElementType {
    const type = elementTypes[tensor.dataType];
    if (type !== undefined) return type;
    const known = Object.values(elementTypes).map(({ name }) => name);
    throw this.fault(tensor, `has elements of ONNX type ${tensor.dataType}; ${known.join(", ")} are read`);
  }

  private countOf(tensor: OnnxTensor): number {
    const { dims } = tensor;
    const bad = dims.find((size) => !Number.isSafeInteger(size) || size < 0);
    if (bad !== undefined) throw this.fault(tensor, `has a dimension of ${bad}`);
    const count = elementCount(dims);
    const bytes = (count * this.typeOf(tensor).bits) / 8;
    if (bytes <= largestTensorBytes) return count;
    throw this.fault(tensor, `has ${bytes} bytes (${shapeText(dims)}); tensors may have up to ${largestTensorBytes}`);
  }

  /** Bytes of another file; with `onlyCheck` none are read. */
  private externalBytes(tensor: OnnxTensor, size: number, onlyCheck: boolean): Uint8Array {
    const location = tensor.external?.get("location") ?? "";
    const offset = Number(tensor.external?.get("offset") ?? 0);
    const length = Number(tensor.external?.get("length") ?? size);
    const inside = normalize(location);
    if (location === "" || isAbsolute(inside) || inside.startsWith("..")) {
      throw this.fault(tensor, `has external data in "${location}"; they must lie beside the model`);
    }
    if (length !== size) throw this.fault(tensor, `must have ${size} bytes (${shapeText(tensor.dims)}), has ${length}`);
    const path = join(this.folder, inside);
    let descriptor: number;
    try {
      descriptor = openSync(path, "r");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw this.fault(
        tensor,
        `external data ${path}: ${code === "ENOENT" ? "no such file" : `cannot be read (${code})`}`,
      );
    }
    try {
      const end = offset + size;
      const available = fstatSync(descriptor).size;
      if (!(offset >= 0 && end <= available)) {
        throw this.fault(
          tensor,
          `external data ${path}: bytes ${offset} to ${end} are wanted, the file has ${available}`,
        );
      }
      const bytes = new Uint8Array(onlyCheck ? 0 : size);
      let read = 0;
      while (read < bytes.length) {
        const count = readSync(descriptor, bytes, read, bytes.length - read, offset + read);
        if (count === 0) throw this.fault(tensor, `external data ${path}: ended while it was read`);
        read += count;
      }
      return bytes;
    } finally {
      closeSync(descriptor);
    }
  }

  private fault(tensor: Pick<OnnxTensor, "name">, message: string): ConfigError {
    return new ConfigError(`${this.file}: tensor "${tensor.name}" ${message}`);
  }
}

/** How many protobuf numbers hold `count` elements; two 4 bit elements share one. */
function storedNumbers({ bits }: ElementType, count: number): number {
  return bits === 4 ? Math.ceil(count / 2) : count;
}

/** Numbers are stored by value, but 16 bit floats by their bits and 4 bit integers in pairs. */
function fromNumbers(type: ElementType, stored: readonly number[], count: number): Numbers {
  if (type.name === "float16") return Float32Array.from(stored, halfFloat);
  if (type.name === "bfloat16") return Float32Array.from(stored, brainFloat);
  if (type.bits === 4) return type.decode(Uint8Array.from(stored), count);
  return type.name === "float32" ? Float32Array.from(stored) : Float64Array.from(stored);
}

export function shapeText(shape: readonly (number | string)[]): string {
  return `[${shape.map((size) => (size === "" ? "?" : size)).join(", ")}]`;
}
