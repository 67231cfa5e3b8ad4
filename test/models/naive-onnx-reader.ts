/**
 * A second reader of ONNX files, as plain as can be and without a line of the first: a message is a list of (number, value), where
 * a value is a bigint or bytes. Only weights are looked at.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

type Fields = [number: number, value: bigint | Buffer][];

function parse(bytes: Buffer): Fields {
  const fields: Fields = [];
  let at = 0;
  const number = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = number();
    const type = Number(key & 7n);
    if (type === 0) fields.push([Number(key >> 3n), number()]);
    else {
      const size = type === 2 ? Number(number()) : type === 1 ? 8 : 4;
      fields.push([Number(key >> 3n), bytes.subarray(at, at + size)]);
      at += size;
    }
  }
  return fields;
}

function all(fields: Fields, number: number): Buffer[] {
  return fields.filter(([own]) => own === number).map(([, value]) => value as Buffer);
}

export interface NaiveTensor {
  readonly dims: number[];
  /** As the file has them: floats as numbers, integers as they are. */
  readonly values: ArrayLike<number>;
}

/** Every initializer of the graph by name. */
export function naiveTensors(path: string): Map<string, NaiveTensor> {
  const [graph] = all(parse(readFileSync(path)), 7);
  return new Map(all(parse(graph), 5).map((bytes) => naiveTensor(parse(bytes), dirname(path))));
}

function naiveTensor(fields: Fields, folder: string): [string, NaiveTensor] {
  const dims = fields.filter(([number]) => number === 1).map(([, value]) => Number(value));
  const type = Number(fields.find(([number]) => number === 2)?.[1]);
  const name = String(all(fields, 8)[0]);
  const external = all(fields, 13).map((entry) =>
    all(parse(entry), 1)
      .concat(all(parse(entry), 2))
      .map(String),
  );
  const place = Object.fromEntries(external) as Record<string, string>;
  const raw = place.location
    ? readFileSync(join(folder, place.location)).subarray(
        Number(place.offset),
        Number(place.offset) + Number(place.length),
      )
    : all(fields, 9)[0];
  if (raw === undefined) return [name, { dims, values: typed(fields, type) }];
  const values = new Float64Array(dims.reduce((a, b) => a * b, 1));
  for (let i = 0; i < values.length; i++) values[i] = rawValue(raw, type, i);
  return [name, { dims, values }];
}

function rawValue(raw: Buffer, type: number, i: number): number {
  switch (type) {
    case 1:
      return raw.readFloatLE(4 * i);
    case 2:
    case 9:
      return raw.readUInt8(i);
    case 3:
      return raw.readInt8(i);
    case 4:
      return raw.readUInt16LE(2 * i);
    case 5:
      return raw.readInt16LE(2 * i);
    case 6:
      return raw.readInt32LE(4 * i);
    case 7:
      return Number(raw.readBigInt64LE(8 * i));
    case 10:
    case 16:
      // Of a half or brain float only whether it is zero is looked at.
      return raw.readUInt16LE(2 * i) & 0x7fff;
    case 11:
      return raw.readDoubleLE(8 * i);
    default:
      throw new Error(`type ${type}`);
  }
}

function typed(fields: Fields, type: number): number[] {
  const values: number[] = [];
  for (const [number, value] of fields) {
    if (number === 4)
      for (let i = 0; i < (value as Buffer).length; i += 4) values.push((value as Buffer).readFloatLE(i));
    if (number === 10)
      for (let i = 0; i < (value as Buffer).length; i += 8) values.push((value as Buffer).readDoubleLE(i));
    if (number === 5 || number === 7 || number === 11) values.push(...packed(value as Buffer));
  }
  return type === 10 || type === 16 ? values.map((bits) => bits & 0x7fff) : values;
}

/** Packed integers: each run of bytes with the high bit set and one without. */
function packed(bytes: Buffer): number[] {
  const values: number[] = [];
  let [value, shift] = [0n, 0n];
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte >= 128) continue;
    values.push(Number(BigInt.asIntN(64, value)));
    [value, shift] = [0n, 0n];
  }
  return values;
}
