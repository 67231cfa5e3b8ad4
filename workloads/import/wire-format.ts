/**
 * The wire format of protocol buffers, as far as ONNX needs it: a message is a run of fields, each a number, a wire type and
 * a payload. Payloads of bytes are views of the file, so that a tensor of a hundred megabytes is not copied.
 *
 * Format: protobuf.dev, "Encoding". Groups (wire types 3 and 4) have been obsolete since before ONNX and are refused.
 */
import { ConfigError } from "../input/errors.ts";

export interface WireField {
  readonly number: number;
  /** 0: varint, 1: 64 bits, 2: a run of bytes, 5: 32 bits. */
  readonly wireType: 0 | 1 | 2 | 5;
  /** The varint; NaN for other wire types. Exact up to 2^53, two's complement below 0. */
  readonly value: number;
  /** The payload of any other wire type; empty for a varint. */
  readonly bytes: Uint8Array;
}

const none = new Uint8Array(0);

/**
 * The fields of a message in the order of the file.
 *
 * @param what names the message in errors, e.g. `model.onnx: graph`
 * @throws ConfigError if the message is cut short or is not one
 */
export function* wireFields(message: Uint8Array, what: string): Generator<WireField> {
  const cursor = { at: 0 };
  while (cursor.at < message.length) {
    const key = varint(message, cursor, what);
    const number = Math.floor(key / 8);
    const wireType = key % 8;
    if (number < 1 || number >= 2 ** 29) throw damaged(what, `has field number ${number} at byte ${cursor.at}`);
    if (wireType === 0) {
      yield { number, wireType, value: varint(message, cursor, what), bytes: none };
    } else if (wireType === 1 || wireType === 2 || wireType === 5) {
      const size = wireType === 2 ? varint(message, cursor, what) : wireType === 1 ? 8 : 4;
      const end = cursor.at + size;
      if (size < 0 || end > message.length) {
        throw damaged(what, `is cut short: field ${number} has ${size} bytes, ${message.length - cursor.at} are left`);
      }
      const bytes = message.subarray(cursor.at, end);
      cursor.at = end;
      yield { number, wireType, value: Number.NaN, bytes };
    } else {
      throw damaged(what, `has wire type ${wireType} at byte ${cursor.at}`);
    }
  }
}

/** The numbers of a packed field, or the one number of an unpacked field. */
export function varints({ wireType, value, bytes }: WireField, what: string): number[] {
  if (wireType === 0) return [value];
  const cursor = { at: 0 };
  const numbers: number[] = [];
  while (cursor.at < bytes.length) numbers.push(varint(bytes, cursor, what));
  return numbers;
}

/** The little-endian 32 or 64 bit floats of a field, packed or not. */
export function floats({ bytes }: WireField, itemBytes: 4 | 8): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / itemBytes) }, (_, i) =>
    itemBytes === 4 ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true),
  );
}

const decoder = new TextDecoder();

export function text({ bytes }: WireField): string {
  return decoder.decode(bytes);
}

/** Up to ten bytes of seven bits, lowest first; the tenth holds the sign. */
function varint(bytes: Uint8Array, cursor: { at: number }, what: string): number {
  let low = 0;
  let high = 0;
  for (let index = 0; index < 10; index++) {
    if (cursor.at >= bytes.length) throw damaged(what, "is cut short within a number");
    const byte = bytes[cursor.at++];
    const part = byte & 0x7f;
    // 28 bits in `low`, the rest in `high`: both stay exact.
    if (index < 4) low += part * 2 ** (7 * index);
    else high += part * 2 ** (7 * (index - 4));
    if (byte < 0x80) {
      const isNegative = index === 9 && part === 1;
      return isNegative ? (high - 2 ** 36) * 2 ** 28 + low : high * 2 ** 28 + low;
    }
  }
  throw damaged(what, "has a number of more than ten bytes");
}

function damaged(what: string, message: string): ConfigError {
  return new ConfigError(`${what} ${message}; it is not an ONNX file, or a damaged one`);
}
