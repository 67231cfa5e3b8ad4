/** Are masks of kept scores checked before they are believed? */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { toBytes } from "../../../workloads/masks/bit-mask.ts";
import { readNpyAttentionMask } from "../../../workloads/masks/npy.ts";
import { npyBytes, writeBoolNpy } from "./npy-bytes.ts";

const folder = mkdtempSync(join(tmpdir(), "dysta-attention-"));
const file = join(folder, "mask.npy");
afterAll(() => rmSync(folder, { recursive: true }));

const attention = { heads: 1, headWidth: 64, queries: 2, keys: 2, causal: false };

test("a mask of zeros and ones is read in any type", () => {
  writeBoolNpy(file, [1, 2, 2], Uint8Array.of(1, 0, 0, 1));
  expect([...toBytes(readNpyAttentionMask(file, attention))]).toEqual([1, 0, 0, 1]);
  const floats = new Uint8Array(Float32Array.of(1, 0, 0, 1).buffer);
  writeFileSync(file, npyBytes("<f4", [1, 2, 2], floats));
  expect([...toBytes(readNpyAttentionMask(file, attention))]).toEqual([1, 0, 0, 1]);
});

describe("mistakes", () => {
  test.each<[string, number[], Uint8Array, string]>([
    ["|b1", [1, 2, 3], new Uint8Array(6), "must be square, [heads, tokens, tokens], has shape [1, 2, 3]"],
    ["|b1", [1, 3, 3], new Uint8Array(9), "must be for 2 tokens, has shape [1, 3, 3]"],
    ["|b1", [2, 2, 2], new Uint8Array(8), "must have 1 heads, has shape [2, 2, 2]"],
    ["|b1", [2, 2], new Uint8Array(4), "must have shape [heads, queries, keys], has [2, 2]"],
    ["|u1", [1, 2, 2], Uint8Array.of(0, 1, 2, 0), "must hold only 0 and 1, holds 2"],
    ["<f4", [1, 2, 2], new Uint8Array(Float32Array.of(0, 0.5, 1, 0).buffer), "must hold only 0 and 1, holds 0.5"],
  ])("%s %j", (type, shape, data, message) => {
    writeFileSync(file, npyBytes(type, shape, data));
    expect(() => readNpyAttentionMask(file, attention)).toThrow(`mask ${file}: ${message}`);
  });
});
