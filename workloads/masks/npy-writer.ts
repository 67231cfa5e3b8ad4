/** NumPy `.npy` files, format version 1. */

/** Elements of 8 bits are stored as bool. */
type NpyElements = Float32Array | Float64Array | Uint8Array;

/** A file of these elements, row-major, little-endian. */
export function npyBytes(elements: NpyElements, shape: readonly number[]): Uint8Array {
  const type = elements instanceof Uint8Array ? "|b1" : `<f${elements.BYTES_PER_ELEMENT}`;
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // Magic, version and length take ten bytes; the elements begin at a multiple of 64.
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const head = Buffer.alloc(10 + length, " ");
  head.write("\x93NUMPY\x01\x00", "latin1");
  head.writeUInt16LE(length, 8);
  head.write(dictionary, 10, "latin1");
  head[head.length - 1] = 0x0a;
  return Buffer.concat([head, Buffer.from(elements.buffer, elements.byteOffset, elements.byteLength)]);
}
