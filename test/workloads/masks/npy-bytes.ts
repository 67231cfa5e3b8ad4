/** Writes `.npy` files as NumPy does, for tests. */
import { writeFileSync } from "node:fs";

export interface NpyOptions {
  readonly version?: 1 | 2 | 3;
  readonly fortranOrder?: boolean;
}

/** The bytes of a file whose elements are `data`, already in the stated order, of the NumPy type `type`. */
export function npyBytes(type: string, shape: readonly number[], data: Uint8Array, options: NpyOptions = {}): Buffer {
  const { version = 1, fortranOrder = false } = options;
  const lengthBytes = version === 1 ? 2 : 4;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dictionary = `{'descr': '${type}', 'fortran_order': ${fortranOrder ? "True" : "False"}, 'shape': ${tuple}, }`;
  const unpadded = 8 + lengthBytes + dictionary.length + 1;
  const header = `${dictionary}${" ".repeat((64 - (unpadded % 64)) % 64)}\n`;
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntLE(header.length, 0, lengthBytes);
  const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  return Buffer.concat([magic, length, Buffer.from(header, "latin1"), data]);
}

/** Writes a bool array given as one byte per element. */
export function writeBoolNpy(file: string, shape: readonly number[], flags: Uint8Array): void {
  writeFileSync(file, npyBytes("|b1", shape, flags));
}
