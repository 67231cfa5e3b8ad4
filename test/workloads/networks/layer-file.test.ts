/** Do layer files give the layer and masks they describe, and are mistakes in them named? */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { popcount, toBytes } from "../../../workloads/masks/bit-mask.ts";
import { layerFileMasks, loadLayerFile } from "../../../workloads/networks/layer-file.ts";
import { writeBoolNpy } from "../masks/npy-bytes.ts";

const folder = mkdtempSync(join(tmpdir(), "dysta-layer-"));
const path = join(folder, "own.yaml");
const inputFlags = Uint8Array.of(1, 0, 0, 1, 1, 1, 0, 0);

beforeAll(() => {
  mkdirSync(join(folder, "masks"));
  writeBoolNpy(join(folder, "masks", "input.npy"), [2, 2, 2], inputFlags);
  writeBoolNpy(join(folder, "masks", "transposed.npy"), [2, 4], inputFlags);
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(text: string) {
  writeFileSync(path, text);
  return loadLayerFile(path);
}

const pointwise = "kind: pointwise\ninputChannels: 2\noutputChannels: 3\ninputHeight: 2\ninputWidth: 2\n";

test("masks are found beside the file, the others generated from their densities", () => {
  const file = load(`${pointwise}inputMask: masks/input.npy\nweightDensity: 0.5\noutputDensity: 0.25\n`);
  const masks = layerFileMasks(file, 1, 0);
  expect(file.layer.name).toBe("own");
  expect([...toBytes(masks.input)]).toEqual([...inputFlags]);
  expect(masks.weight.shape).toEqual([3, 2, 1, 1]);
  expect([popcount(masks.weight), popcount(masks.output)]).toEqual([3, 3]);
});

test("a tensor of which nothing is said is dense", () => {
  const masks = layerFileMasks(load(pointwise), 1, 0);
  expect([masks.input, masks.weight, masks.output].map(popcount)).toEqual([8, 6, 12]);
});

test("generated activations differ between samples, generated weights between seeds only", () => {
  const file = load("kind: fc\ninputChannels: 200\noutputChannels: 50\ninputDensity: 0.5\nweightDensity: 0.5\n");
  const [first, otherSample, otherSeed] = [
    layerFileMasks(file, 1, 0),
    layerFileMasks(file, 1, 1),
    layerFileMasks(file, 2, 0),
  ];
  expect(otherSample.input).not.toEqual(first.input);
  expect(otherSample.weight).toEqual(first.weight);
  expect(otherSeed.weight).not.toEqual(first.weight);
});

test("JSON, and one number where both directions agree", () => {
  const sizes = { kind: "conv", name: "conv", inputChannels: 4, outputChannels: 4, inputHeight: 9, inputWidth: 9 };
  const { layer } = load(JSON.stringify({ ...sizes, kernel: 3, stride: 2, padding: 1, dilation: [1, 2], groups: 2 }));
  expect(layer).toMatchObject({ kernel: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1], dilation: [1, 2], groups: 2 });
  expect(load(JSON.stringify({ ...sizes, kernel: [3, 1], padding: [1, 0, 0, 0] })).layer.padding).toEqual([1, 0, 0, 0]);
});

describe("mistakes", () => {
  test.each([
    ["unknown key", `${pointwise}inputmask: a.npy\n`, 'unknown key "inputmask" (did you mean "inputMask"?)'],
    [
      "unknown kind",
      pointwise.replace("pointwise", "depthwize"),
      'kind must be one of conv, depthwise, pointwise, fc, matmul, attention-prediction, attention-scores, softmax, attention-values, is "depthwize" (did you mean "depthwise"?)',
    ],
    ["no kind", pointwise.replace("kind: pointwise\n", ""), "kind is missing"],
    [
      "text for a size",
      pointwise.replace("inputHeight: 2", "inputHeight: two"),
      'inputHeight must be a number, is "two"',
    ],
    ["kernel of three", `${pointwise}kernel: [1, 1, 1]\n`, "kernel must be a number or a pair of numbers, is [1,1,1]"],
    [
      "zero size",
      pointwise.replace("inputHeight: 2", "inputHeight: 0"),
      'layer "own": inputHeight must be a positive integer, not 0',
    ],
    ["groups", `${pointwise}groups: 2\n`, 'layer "own": groups must divide outputChannels, but 2 does not divide 3'],
    ["density in %", `${pointwise}inputDensity: 50\n`, "inputDensity must be a number from 0 to 1, is 50"],
    [
      "mask and density",
      `${pointwise}inputMask: masks/input.npy\ninputDensity: 0.5\n`,
      "has both inputMask and inputDensity",
    ],
    ["a list", "- 1\n", "the file must be a mapping, is [1]"],
    [
      "broken YAML",
      "kind: [conv\n",
      "is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 2, column 1",
    ],
  ])("%s", (_, text, complaint) => {
    expect(() => load(text)).toThrow(new ConfigError(`layer file ${path}: ${complaint}`));
  });

  test("a mask of another shape", () => {
    expect(() => load(`${pointwise}inputMask: masks/transposed.npy\n`)).toThrow(
      new ConfigError(`mask ${join(folder, "masks/transposed.npy")}: must have shape [2, 2, 2], has [2, 4]`),
    );
  });

  test("no such file", () => {
    const absent = join(folder, "absent.yaml");
    expect(() => loadLayerFile(absent)).toThrow(new ConfigError(`layer file ${absent}: no such file`));
  });
});
