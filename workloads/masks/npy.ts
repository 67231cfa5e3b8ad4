/**
 * The user's tensors as masks: NumPy `.npy` files (format versions 1 to 3) of bool, 8 to 64 bit integers or 16 to 64
 * bit floats, either byte order, C or Fortran element order.
 *
 * Only "zero or not" is read, from the bits of each element: ±0 is zero, everything else is not, NaN and denormals
 * included. Format: numpy.lib.format in the NumPy reference.
 */
import { readFileSync } from "node:fs";
import ndarray from "ndarray";
import { ConfigError } from "../input/errors.ts";
import { halfFloat } from "../input/small-floats.ts";
import { type AttentionDescription, keptShape } from "../layers/attention.ts";
import { elementCount } from "../layers/layer.ts";
import { type BitMask, maskOf } from "./bit-mask.ts";
import { axesOf, type TensorReading } from "./tensor-layout.ts";

interface NpyHeader {
  /** `<f4`, `|b1`, …: byte order, kind and bytes per element. */
  readonly type: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin in the file. */
  readonly dataOffset: number;
}

const magic = Buffer.from("\x93NUMPY", "latin1");
const supportedTypes = /^[<>|=](b1|[iu][1248]|f[248])$/;

/**
 * Reads a mask: bit set where the element is not zero.
 *
 * @throws ConfigError, naming the file, if it cannot be read, is not an `.npy` file, is cut short, holds another type,
 * or (when `expectedShape` is given) has another shape.
 */
export function readNpyMask(file: string, expectedShape?: readonly number[]): BitMask {
  const { header, data } = elementsOf(file, readBytes(file));
  if (expectedShape !== undefined) checkShape(file, header.shape, expectedShape);
  const flags = nonZeroFlags(data, header.type, data.length / elementCount(header.shape));
  return maskOf(header.fortranOrder ? inRowMajorOrder(flags, header.shape) : flags, header.shape);
}

/** What of a tensor's file is zero, besides its layout. */
export interface TensorFile extends TensorReading {
  /** The whole number that stands for zero in a quantised tensor; default 0. */
  readonly zeroPoint?: number | undefined;
}

/**
 * Reads the mask of a layer's tensor in our own order of axes: bit set where the element is not zero (its zero point).
 *
 * @throws ConfigError as `readNpyMask`; for a layout that does not fit or is not known; for a zero point of other elements
 * than whole numbers, or one that their type does not hold
 */
export function readTensorMask(tensor: TensorFile): BitMask {
  const { file, shape, zeroPoint = 0 } = tensor;
  const { header, data } = elementsOf(file, readBytes(file));
  const axes = axesOf(tensor, header.shape);
  checkZeroPoint(tensor, header.type);
  const itemBytes = data.length / elementCount(header.shape);
  const flags =
    zeroPoint === 0
      ? nonZeroFlags(data, header.type, itemBytes)
      : Uint8Array.from(decoded(data, header.type, elementCount(shape)), (value) => Number(value !== zeroPoint));
  return maskOf(inOwnOrder(flags, header, axes, shape), shape);
}

/** The elements of a layer's tensor less its zero point, in our own order of axes; errors as `readTensorMask`. */
export function readTensorNumbers(tensor: TensorFile): NpyArray {
  const { file, shape, zeroPoint = 0 } = tensor;
  const { header, data } = elementsOf(file, readBytes(file));
  const axes = axesOf(tensor, header.shape);
  checkZeroPoint(tensor, header.type);
  const numbers = decoded(data, header.type, elementCount(shape));
  for (let i = 0; zeroPoint !== 0 && i < numbers.length; i++) numbers[i] -= zeroPoint;
  return { shape, type: header.type.slice(1), numbers: inOwnOrder(numbers, header, axes, shape) };
}

function checkZeroPoint({ file, tensor, zeroPoint = 0 }: TensorFile, type: string): void {
  if (zeroPoint === 0) return;
  const [, kind, bytes] = type;
  if (kind !== "i" && kind !== "u") {
    throw npyError(file, `holds ${type}: ${tensor}ZeroPoint is for 8 to 64 bit integers`);
  }
  const most = 2 ** (8 * Number(bytes) - (kind === "i" ? 1 : 0)) - 1;
  const least = kind === "i" ? -most - 1 : 0;
  if (zeroPoint >= least && zeroPoint <= most) return;
  throw npyError(file, `holds ${type}, from ${least} to ${most}: ${tensor}ZeroPoint cannot be ${zeroPoint}`);
}

/**
 * Elements as the file stores them, in our own order of axes.
 *
 * @param axes for each axis of `shape` the axis of the file; −1: left out there
 */
function inOwnOrder<T extends Uint8Array | Float32Array | Float64Array>(
  elements: T,
  header: NpyHeader,
  axes: readonly number[],
  shape: readonly number[],
): T {
  const isStep = (axis: number) => axis >= 0 && header.shape[axis] !== 1;
  const used = axes.filter(isStep);
  if (!header.fortranOrder && used.every((axis, i) => i === 0 || axis > used[i - 1])) return elements;
  const strideOf = (axis: number) => {
    if (!isStep(axis)) return 0;
    return elementCount(header.fortranOrder ? header.shape.slice(0, axis) : header.shape.slice(axis + 1));
  };
  return reordered(elements, shape, axes.map(strideOf));
}

/** Elements as numbers, row-major, exact up to 2^53. */
interface NpyArray {
  readonly shape: readonly number[];
  /** `f4`, `u1`, …: kind and bytes per element. */
  readonly type: string;
  readonly numbers: Float32Array | Float64Array;
}

/** Reads the elements; errors as `readNpyMask`. */
export function readNpyNumbers(file: string, expectedShape?: readonly number[]): NpyArray {
  return parseNpyNumbers(file, readBytes(file), expectedShape);
}

/** Like `readNpyNumbers`, for the bytes of a file. */
export function parseNpyNumbers(file: string, bytes: Uint8Array, expectedShape?: readonly number[]): NpyArray {
  const { header, data } = elementsOf(file, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const { shape, type } = header;
  if (expectedShape !== undefined) checkShape(file, shape, expectedShape);
  const numbers = decoded(data, type, elementCount(shape));
  return { shape, type: type.slice(1), numbers: header.fortranOrder ? inRowMajorOrder(numbers, shape) : numbers };
}

function elementsOf(file: string, bytes: Buffer): { header: NpyHeader; data: Uint8Array } {
  const header = parseHeader(file, bytes);
  const itemBytes = Number(header.type.slice(2));
  const needed = header.dataOffset + elementCount(header.shape) * itemBytes;
  if (bytes.length < needed) {
    throw npyError(
      file,
      `is cut short: ${needed} bytes expected for shape ${shapeText(header.shape)}, has ${bytes.length}`,
    );
  }
  return { header, data: bytes.subarray(header.dataOffset, needed) };
}

function decoded(data: Uint8Array, type: string, count: number): Float32Array | Float64Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const little = type[0] !== ">";
  const readers: Readonly<Record<string, (at: number) => number>> = {
    ...{ b1: (at) => view.getUint8(at), u1: (at) => view.getUint8(at), i1: (at) => view.getInt8(at) },
    ...{ u2: (at) => view.getUint16(at, little), i2: (at) => view.getInt16(at, little) },
    ...{ u4: (at) => view.getUint32(at, little), i4: (at) => view.getInt32(at, little) },
    ...{ u8: (at) => Number(view.getBigUint64(at, little)), i8: (at) => Number(view.getBigInt64(at, little)) },
    ...{ f2: (at) => halfFloat(view.getUint16(at, little)), f4: (at) => view.getFloat32(at, little) },
    f8: (at) => view.getFloat64(at, little),
  };
  const read = readers[type.slice(1)];
  const itemBytes = Number(type.slice(2));
  const numbers = /^.(f[24]|[biu][12])$/.test(type) ? new Float32Array(count) : new Float64Array(count);
  for (let i = 0; i < count; i++) numbers[i] = read(i * itemBytes);
  return numbers;
}

/** @throws ConfigError, naming the file, if it cannot be read or is not an `.npy` file. */
export function npyShape(file: string): readonly number[] {
  return parseHeader(file, readBytes(file)).shape;
}

/**
 * Reads an attention mask [heads, queries, keys] of zeros and ones, 1 = the score is kept.
 *
 * @throws ConfigError as `readNpyMask`, and for elements that are neither 0 nor 1, a mask that is not square where queries
 * and keys are the same tokens, another length, or another number of heads.
 */
export function readNpyAttentionMask(file: string, attention: AttentionDescription): BitMask {
  const bytes = readBytes(file);
  const { type, shape, dataOffset } = parseHeader(file, bytes);
  const { heads, queries, keys } = attention;
  if (shape.length !== 3) throw npyError(file, `must have shape [heads, queries, keys], has ${shapeText(shape)}`);
  if (queries === keys && shape[1] !== shape[2]) {
    throw npyError(file, `must be square, [heads, tokens, tokens], has shape ${shapeText(shape)}`);
  }
  if (shape[0] !== heads) throw npyError(file, `must have ${heads} heads, has shape ${shapeText(shape)}`);
  if (shape[1] !== queries || shape[2] !== keys) {
    const expected = queries === keys ? `${queries} tokens` : `${queries} queries and ${keys} keys`;
    throw npyError(file, `must be for ${expected}, has shape ${shapeText(shape)}`);
  }
  const found = valuesOtherThanZeroAndOne(bytes.subarray(dataOffset), type);
  if (found !== undefined) throw npyError(file, `must hold only 0 and 1, holds ${found}`);
  return readNpyMask(file, keptShape(attention));
}

/** The first element that is neither 0 nor 1. */
function valuesOtherThanZeroAndOne(data: Buffer, type: string): string | undefined {
  const itemBytes = Number(type.slice(2));
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const littleEndian = type[0] !== ">";
  for (let at = 0; at + itemBytes <= data.length; at += itemBytes) {
    const value = elementAt(view, at, type, littleEndian);
    if (value !== 0 && value !== 1) return String(value);
  }
  return undefined;
}

function elementAt(view: DataView, at: number, type: string, littleEndian: boolean): number {
  switch (type.slice(1)) {
    case "i1":
      return view.getInt8(at);
    case "i2":
      return view.getInt16(at, littleEndian);
    case "u2":
      return view.getUint16(at, littleEndian);
    case "i4":
      return view.getInt32(at, littleEndian);
    case "u4":
      return view.getUint32(at, littleEndian);
    case "i8":
      return Number(view.getBigInt64(at, littleEndian));
    case "u8":
      return Number(view.getBigUint64(at, littleEndian));
    case "f2":
      return halfFloat(view.getUint16(at, littleEndian));
    case "f4":
      return view.getFloat32(at, littleEndian);
    case "f8":
      return view.getFloat64(at, littleEndian);
    default:
      return view.getUint8(at);
  }
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw npyError(file, code === "ENOENT" ? "no such file" : `cannot be read (${code})`);
  }
}

function parseHeader(file: string, bytes: Buffer): NpyHeader {
  if (bytes.length < magic.length || !bytes.subarray(0, magic.length).equals(magic)) {
    throw npyError(file, "is not a .npy file (NumPy's magic bytes are missing)");
  }
  if (bytes.length < 12) throw npyError(file, "is cut short within its header");
  const version = bytes[6];
  if (version < 1 || version > 3) throw npyError(file, `has format version ${version}; 1, 2 and 3 are supported`);
  const headerStart = version === 1 ? 10 : 12;
  const dataOffset = headerStart + (version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  if (bytes.length < dataOffset) throw npyError(file, "is cut short within its header");
  return { ...parseDictionary(file, bytes.toString("utf8", headerStart, dataOffset)), dataOffset };
}

/** Parses the header's Python dictionary, `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`. */
function parseDictionary(file: string, text: string): Omit<NpyHeader, "dataOffset"> {
  const type = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(text)?.[1];
  if (order === undefined || sizes === undefined || (type === undefined && !text.includes("'descr'"))) {
    throw npyError(file, "has a damaged header");
  }
  if (type === undefined || !supportedTypes.test(type)) {
    const bfloat =
      type !== undefined && /^([<>|=]V2|bfloat16)$/.test(type) ? " (bfloat16 is saved so: save float32)" : "";
    throw npyError(
      file,
      `holds ${type ?? "a structured type"}${bfloat}; bool, integer and float elements are supported`,
    );
  }
  return { type, fortranOrder: order === "True", shape: (sizes.match(/\d+/g) ?? []).map(Number) };
}

function checkShape(file: string, shape: readonly number[], expected: readonly number[]): void {
  if (shape.length === expected.length && shape.every((size, axis) => size === expected[axis])) return;
  throw npyError(file, `must have shape ${shapeText(expected)}, has ${shapeText(shape)}`);
}

/** One byte per element, 1 where any bit is set; the sign bit of a float does not count. */
function nonZeroFlags(data: Uint8Array, type: string, itemBytes: number): Uint8Array {
  const signByte = type[1] !== "f" ? -1 : type[0] === ">" ? 0 : itemBytes - 1;
  const flags = new Uint8Array(data.length / itemBytes);
  for (let i = 0, at = 0; i < flags.length; i++) {
    let bits = 0;
    for (let byte = 0; byte < itemBytes; byte++, at++) bits |= byte === signByte ? data[at] & 0x7f : data[at];
    flags[i] = bits === 0 ? 0 : 1;
  }
  return flags;
}

/** Elements stored first index fastest, in the order of last index fastest. */
function inRowMajorOrder<T extends Uint8Array | Float32Array | Float64Array>(elements: T, shape: readonly number[]): T {
  return reordered(
    elements,
    shape,
    shape.map((_, axis) => elementCount(shape.slice(0, axis))),
  );
}

/** The elements of a tensor, of which one further along an axis lies `strides[axis]` elements on, in row-major order. */
function reordered<T extends Uint8Array | Float32Array | Float64Array>(
  elements: T,
  shape: readonly number[],
  strides: readonly number[],
): T {
  const stored = ndarray(elements, [...shape], [...strides]);
  const index = shape.map(() => 0);
  const ordered = elements.slice() as T;
  for (let i = 0; i < ordered.length; i++) {
    ordered[i] = stored.get(...index);
    advance(index, shape);
  }
  return ordered;
}

/** Steps a row-major index to the next element. */
function advance(index: number[], shape: readonly number[]): void {
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis]++;
    if (index[axis] < shape[axis]) return;
    index[axis] = 0;
  }
}

function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

function npyError(file: string, message: string): ConfigError {
  return new ConfigError(`mask ${file}: ${message}`);
}
