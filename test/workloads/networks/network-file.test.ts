/** Network files: what they say, and what is refused in one line. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { maskOf, popcount, toBytes } from "../../../workloads/masks/bit-mask.ts";
import { npyBytes } from "../../../workloads/masks/npy-writer.ts";
import { readNetworkFile } from "../../../workloads/networks/network-file.ts";
import { NetworkMasks } from "../../../workloads/networks/network-masks.ts";

const folder = mkdtempSync(join(tmpdir(), "dysta-network-"));
let count = 0;

function written(keys: object, files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const place = join(folder, String(count++));
  mkdirSync(place);
  writeFileSync(join(place, "network.yaml"), stringify({ name: "net", ...keys }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(place, name, ".."), { recursive: true });
    writeFileSync(join(place, name), content);
  }
  return place;
}

const first = { name: "a", kind: "conv", inputChannels: 1, outputChannels: 2, inputHeight: 2, inputWidth: 2 };
const second = { name: "b", kind: "pointwise", inputChannels: 2, outputChannels: 4, inputHeight: 2, inputWidth: 2 };

describe("a network file", () => {
  test("densities per layer; an output is read with its reader's density", () => {
    const place = written({
      layers: [
        { ...first, reads: [] },
        { ...second, inputDensity: 0.25, weightDensity: 0.5, reads: ["a"] },
      ],
    });
    const network = readNetworkFile(place);
    const masks = new NetworkMasks(network, { seed: 1 });
    expect(masks.densities(0)).toEqual({
      input: Float64Array.of(1, 0.25),
      weight: Float64Array.of(1, 0.5),
      output: Float64Array.of(0.25, 1),
    });
    expect(popcount(masks.masks(1, 0).input)).toBe(2);
    expect(popcount(masks.weightMask(1))).toBe(4);
    expect(masks.masks(0, 0).output.words).toEqual(masks.masks(1, 0).input.words);
  });

  test("densities per sample, again from the first after the last", () => {
    const csv = "sample,layer,input_density,output_density\n0,a,1,0.5\n0,b,0.5,0.1\n1,b,0.25,0.2\n1,a,1,0.4\n";
    const network = readNetworkFile(written({ layers: [first, second], samples: "d.csv" }, { "d.csv": csv }));
    const masks = new NetworkMasks(network, { seed: 1 });
    expect([0, 1, 2].map((sample) => [...masks.densities(sample).input, ...masks.densities(sample).output])).toEqual([
      [1, 0.5, 0.5, 0.1],
      [1, 0.25, 0.4, 0.2],
      [1, 0.5, 0.5, 0.1],
    ]);
  });

  test("masks of each sample, and real weights that are pruned by magnitude", () => {
    const bits = (values: number[]) => Uint8Array.from(values);
    const files = {
      "masks/0/a.npy": npyBytes(bits([1, 0, 0, 0]), [1, 2, 2]),
      "masks/1/a.npy": npyBytes(bits([1, 1, 1, 0]), [1, 2, 2]),
      "w.npy": npyBytes(Float32Array.of(3, -1, 2, 0, -5, 4, 0.5, 1), [4, 2, 1, 1]),
    };
    const layers = [
      { ...first, inputMask: "masks/{sample}/a.npy" },
      { ...second, weightMask: "w.npy" },
    ];
    const network = readNetworkFile(written({ layers, samples: 2 }, files));
    const masks = new NetworkMasks(network, { seed: 1 });
    expect([0, 1, 2].map((sample) => popcount(masks.masks(0, sample).input))).toEqual([1, 3, 1]);
    expect(masks.densities(1).input[0]).toBe(0.75);
    expect(masks.weightDensity(1)).toBe(7 / 8);
    const pruned = new NetworkMasks(network, { seed: 1, pattern: { kind: "unstructured", sparsity: 0.5 } });
    expect([...toBytes(pruned.weightMask(1))]).toEqual([1, 0, 1, 0, 1, 1, 0, 0]);
    expect(maskOf([1], [1]).words[0]).toBe(1);
  });

  test("sizes of each sample", () => {
    const layers = [
      {
        name: "scores",
        kind: "matmul",
        inputChannels: 8,
        outputChannels: 6,
        inputHeight: 3,
        groups: 2,
        secondInput: true,
        reads: [],
      },
      {
        name: "out",
        kind: "matmul",
        inputChannels: 8,
        outputChannels: 8,
        inputHeight: 3,
        reads: ["scores"],
        between: ["Softmax", "MatMul"],
      },
    ];
    const shapes = "sample,layer,output_channels,input_height\n1,scores,10,5\n1,out,8,5\n";
    const network = readNetworkFile(written({ layers, samples: 2, shapes: "s.csv" }, { "s.csv": shapes }));
    const masks = new NetworkMasks(network, { seed: 1 });
    expect([0, 1].map((sample) => masks.layerOf(0, sample).outputChannels)).toEqual([6, 10]);
    expect(network.sizes?.largest[0].inputHeight).toBe(5);
    expect(popcount(masks.masks(0, 1).weight)).toBe(10 * 4);
  });
});

describe("refused, in one line", () => {
  const refusal = (keys: object, files: Readonly<Record<string, string | Uint8Array>> = {}) => {
    const place = written(keys, files);
    try {
      readNetworkFile(place);
    } catch (error) {
      expect((error as Error).message).not.toContain("\n");
      return (error as Error).message.replaceAll(place, "");
    }
    return "nothing";
  };

  test.each<[string, object, string]>([
    ["no layers", {}, "network /network.yaml: layers is missing"],
    ["an unknown key", { layer: [] }, 'network /network.yaml: unknown key "layer" (did you mean "layers"?)'],
    [
      "an unknown key of a layer",
      { layers: [{ ...first, inputDensty: 1 }] },
      'network /network.yaml: unknown key "inputDensty" in layers[0] (did you mean "inputDensity"?)',
    ],
    [
      "a density",
      { layers: [{ ...first, inputDensity: 2 }] },
      "network /network.yaml: layers[0].inputDensity must be a number from 0 to 1, is 2",
    ],
    [
      "two of a name",
      { layers: [first, { ...second, name: "a" }] },
      'network /network.yaml: two layers are called "a"',
    ],
    [
      "a reader of nothing",
      { layers: [first, { ...second, reads: ["aa"] }] },
      'network /network.yaml: layer "b" reads "aa", which no layer before it is called (did you mean "a"?)',
    ],
    [
      "shapes",
      { layers: [first, { ...second, inputChannels: 3, reads: ["a"] }] },
      'network /network.yaml: layer "b" has the input [3, 2, 2], but what it reads is [2, 2, 2]; name what lies between (between: [MaxPool], …)',
    ],
    [
      "channels",
      { layers: [first, { ...second, inputChannels: 3, inputHeight: 1, reads: ["a"], between: ["MaxPool"] }] },
      'network /network.yaml: layer "b" has 3 input channels, but what it reads is [2, 2, 2]',
    ],
    [
      "mask and density",
      { layers: [{ ...first, inputMask: "x.npy", inputDensity: 1 }] },
      "network /network.yaml: layers[0] has both inputMask and inputDensity",
    ],
    ["a missing mask", { layers: [{ ...first, inputMask: "x.npy" }] }, "mask /x.npy: no such file"],
    ["a missing CSV", { layers: [first], samples: "d.csv" }, "table /d.csv: no such file"],
    [
      "an impossible layer",
      { layers: [{ ...first, groups: 3 }] },
      'network /network.yaml: layer "a": groups must divide inputChannels, but 3 does not divide 1',
    ],
  ])("%s", (_, keys, message) => {
    expect(refusal(keys)).toBe(message);
  });

  test("rows of the CSV", () => {
    const head = "sample,layer,input_density,output_density\n";
    const at = (rows: string) => refusal({ layers: [first, second], samples: "d.csv" }, { "d.csv": head + rows });
    expect(at("0,a,1,1\n")).toBe("table /d.csv: sample 0 has no row for layer b");
    expect(at("0,a,1,1\n0,a,1,1\n")).toBe("table /d.csv: line 3: sample 0, layer a occurs twice (first on line 2)");
    expect(at("0,c,1,1\n")).toBe('table /d.csv: line 2: unknown layer "c" (did you mean "a"?)');
    expect(at("0,a,1.5,1\n")).toBe("table /d.csv: line 2: input_density must be from 0 to 1, is 1.5");
  });

  test("a folder without one", () => {
    expect(() => readNetworkFile(folder)).toThrow(`network ${join(folder, "network.yaml")}: no such file`);
  });
});
