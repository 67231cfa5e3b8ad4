/** Do NumPy files become the masks that NumPy itself would give (`array != 0`), and are bad files named? */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { toBytes } from "../../../workloads/masks/bit-mask.ts";
import { readNpyMask } from "../../../workloads/masks/npy.ts";
import { type NpyOptions, npyBytes } from "./npy-bytes.ts";

const folder = mkdtempSync(join(tmpdir(), "dysta-npy-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(bytes: Uint8Array, name = "mask.npy"): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function flagsOf(type: string, shape: number[], data: ArrayBufferView, options?: NpyOptions): number[] {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [...toBytes(readNpyMask(file(npyBytes(type, shape, bytes, options))))];
}

describe("every element type: ±0 is zero, the rest is not", () => {
  test.each([
    ["|b1", Uint8Array.of(0, 1, 0, 1)],
    ["|i1", Int8Array.of(0, -1, 0, 127)],
    ["|u1", Uint8Array.of(0, 128, 0, 255)],
    ["<i2", Int16Array.of(0, 256, 0, -32768)],
    ["<u2", Uint16Array.of(0, 256, 0, 32768)],
    ["<i4", Int32Array.of(0, 65536, 0, -(2 ** 31))],
    ["<u4", Uint32Array.of(0, 65536, 0, 2 ** 31)],
    ["<i8", BigInt64Array.of(0n, 1n << 40n, 0n, -(1n << 63n))],
    ["<u8", BigUint64Array.of(0n, 1n << 40n, 0n, 1n << 63n)],
    ["<f2", Uint16Array.of(0x0000, 0x0001, 0x8000, 0xfc00)],
    ["<f4", Float32Array.of(0, 1e-45, -0, Number.NaN)],
    ["<f8", Float64Array.of(0, 5e-324, -0, Number.NaN)],
    [">f4", Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 0x80, 0, 0, 0, 0x3f, 0x80, 0, 0)],
  ])("%s", (type, data) => {
    expect(flagsOf(type, [2, 2], data)).toEqual([0, 1, 0, 1]);
  });
});

test("format versions 1, 2 and 3 read alike", () => {
  for (const version of [1, 2, 3] as const) {
    expect(flagsOf("|u1", [3], Uint8Array.of(7, 0, 1), { version })).toEqual([1, 0, 1]);
  }
});

test("Fortran order is transposed into row-major order", () => {
  const columnMajor = Uint8Array.of(1, 0, 0, 1, 1, 0);
  expect(flagsOf("|b1", [2, 3], columnMajor, { fortranOrder: true })).toEqual([1, 0, 1, 0, 1, 0]);
});

test("any mask survives the way through a file", () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      shapes.chain((shape) => {
        const size = shape.reduce((a, b) => a * b);
        return fc.tuple(fc.constant(shape), fc.array(fc.constantFrom(0, 1), { minLength: size, maxLength: size }));
      }),
      ([shape, flags]) => {
        const mask = readNpyMask(file(npyBytes("|b1", shape, Uint8Array.from(flags))), shape);
        expect([...toBytes(mask)]).toEqual(flags);
      },
    ),
  );
});

describe("a bad file is named in one line", () => {
  const good = npyBytes("<f4", [2, 3], new Uint8Array(24));
  test.each([
    ["text", Buffer.from("1,2,3"), "is not a .npy file (NumPy's magic bytes are missing)"],
    ["empty", Buffer.alloc(0), "is not a .npy file (NumPy's magic bytes are missing)"],
    ["cut in the header", good.subarray(0, 40), "is cut short within its header"],
    ["cut in the magic", good.subarray(0, 9), "is cut short within its header"],
    ["cut in the data", good.subarray(0, -1), "is cut short: 152 bytes expected for shape [2, 3], has 151"],
    [
      "version 9",
      Buffer.concat([good.subarray(0, 6), Buffer.of(9), good.subarray(7)]),
      "has format version 9; 1, 2 and 3 are supported",
    ],
    ["complex", npyBytes("<c8", [1], new Uint8Array(8)), "holds <c8; bool, integer and float elements are supported"],
    ["object", npyBytes("|O", [1], new Uint8Array(8)), "holds |O; bool, integer and float elements are supported"],
    ["other shape", npyBytes("<f4", [3, 2], new Uint8Array(24)), "must have shape [2, 3], has [3, 2]"],
    ["other rank", npyBytes("<f4", [6], new Uint8Array(24)), "must have shape [2, 3], has [6]"],
  ])("%s", (_, bytes, complaint) => {
    const path = file(bytes, "bad.npy");
    expect(() => readNpyMask(path, [2, 3])).toThrow(new ConfigError(`mask ${path}: ${complaint}`));
  });

  test("missing", () => {
    const path = join(folder, "absent.npy");
    expect(() => readNpyMask(path)).toThrow(new ConfigError(`mask ${path}: no such file`));
  });
});
