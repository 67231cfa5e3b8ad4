/** Rows of SCALE-Sim's own topology files with MACs worked out by hand. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scaleSimNetwork } from "../../../workloads/import/scale-sim.ts";
import { denseMacs, outputShape } from "../../../workloads/layers/layer.ts";

const path = join(mkdtempSync(join(tmpdir(), "dysta-scale-")), "topology.csv");
const convolutions =
  "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n\n";

function rows(header: string, text: string) {
  writeFileSync(path, `${header}${text}\n`);
  return scaleSimNetwork(path).layers;
}

/** Output rows and columns by hand: ceil((map − filter + stride) / stride), then rows · columns · filter · channels · filters. */
test.each([
  ["Conv1, 224, 224, 11, 11, 3, 96, 4,", "conv", 55 * 55 * 121 * 3 * 96],
  ["Conv2, 27, 27, 5, 5, 96, 256, 1,", "conv", 23 * 23 * 25 * 96 * 256],
  ["Conv3, 13, 13, 3, 3, 256, 384, 1,", "conv", 11 * 11 * 9 * 256 * 384],
  ["Conv4, 13, 13, 3, 3, 384, 384, 1,", "conv", 11 * 11 * 9 * 384 * 384],
  ["Conv5, 13, 13, 3, 3, 384, 256, 1", "conv", 11 * 11 * 9 * 384 * 256],
  ["Conv1, 2160, 4096, 3, 3, 3, 32, 2,", "conv", 1080 * 2048 * 9 * 3 * 32],
  ["Conv2_dw, 1080, 2048, 3, 3, 1, 1, 1,#dw", "conv", 1078 * 2046 * 9],
  ["Conv3, 1080, 2048, 1, 1, 32, 64, 1,", "pointwise", 1080 * 2048 * 32 * 64],
  ["Conv4_dw, 1080, 2048, 3, 3, 1, 1, 2,#dw", "conv", 540 * 1024 * 9],
  ["Conv11,270,512,1,1,256,256,1", "pointwise", 270 * 512 * 256 * 256],
  ["FC, 1, 1, 1, 1, 1024, 1000, 1,", "fc", 1024 * 1000],
  ["DP_conv, 114, 114, 3, 3, 32, 1, 1,", "depthwise", 112 * 112 * 9 * 32],
  ["GEMM, 196, 384, 1, 384, 1, 192, 1,", "matmul", 196 * 384 * 192],
  ["Res, 230, 230, 7, 7, 3, 64, 2,", "conv", 113 * 113 * 49 * 3 * 64],
])("%s: a %s", (row, kind, macs) => {
  const [{ layer }] = rows(convolutions, row);
  expect({ kind: layer.kind, macs: denseMacs(layer) }).toEqual({ kind, macs });
});

test.each([
  ["L0,196,192,384,", 196 * 192 * 384],
  ["L1,196,1176,64,", 196 * 1176 * 64],
  ["L2,196,64,1176,", 196 * 64 * 1176],
  ["L3,196,1536,384,", 196 * 1536 * 384],
  ["L4,196,384,1536", 196 * 384 * 1536],
  ["one,1,1000,2048,", 1000 * 2048],
])("M, N, K: %s", (row, macs) => {
  const [{ layer }] = rows("Layer,M,N,K,\n", row);
  const [, m, n] = row.split(",");
  expect(denseMacs(layer)).toBe(macs);
  expect(outputShape(layer)).toEqual([Number(n), Number(m), 1]);
});

test("two strides, and N:M densities", () => {
  const header =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Stride Height, Stride Width, Sparsity\n";
  const [{ layer, weightDensity }] = rows(header, "c, 9, 9, 3, 3, 4, 8, 1, 2, 1:4,");
  expect(outputShape(layer)).toEqual([8, 7, 4]);
  expect(weightDensity).toBe(0.25);
});

test.each([
  [
    "Name, Height\n",
    "a, 1",
    `line 1: must begin a SCALE-Sim topology (columns IFMAP Height, … or M, N, K), has Name, Height`,
  ],
  [convolutions, "a, 5, 5, 7, 3, 1, 1, 1,", "line 3: the filter 7x3 exceeds the map 5x5"],
  [convolutions, "a, 5, 5, x, 3, 1, 1, 1,", "line 3: column filterheight must be a positive integer, is x"],
  [convolutions, "", "has no layers after the header"],
  ["Layer,M,N,K,Sparsity\n", "a, 5, 5, 7, 4:2,", "line 2: Sparsity must be N:M with N from 1 to M, is 4:2"],
])("refused: %#", (header, text, message) => {
  expect(() => rows(header, text)).toThrow(`${path}: ${message}`);
});
