/** Are the layer tables the published networks: layers, MACs, parameters, shapes? */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../workloads/input/errors.ts";
import {
  denseMacs,
  inputShape,
  type Layer,
  makeLayer,
  outputShape,
  parameterCount,
  weightShape,
} from "../../../workloads/layers/layer.ts";
import { consumers } from "../../../workloads/networks/network.ts";
import { networkNames, networkOf } from "../../../workloads/networks/networks.ts";

function sum(layers: readonly Layer[], of: (layer: Layer) => number): number {
  return layers.reduce((total, layer) => total + of(layer), 0);
}

/**
 * MACs: torchvision's model table (4.09 G, 15.47 G) and TensorFlow's mobilenet_v1.md (569 M). Parameters: torchvision
 * 25,557,032 less 53,120 of batch normalisation and 1,000 biases, and 138,357,544 less 13,416 biases; Keras' MobileNet
 * 4,231,976 (trainable) less 21,888 of batch normalisation and 1,000 biases.
 */
describe("published totals", () => {
  test.each([
    ["resnet50", 54, 4.09e9, 25_502_912],
    ["vgg16", 16, 15.47e9, 138_344_128],
    ["mobilenet", 28, 0.569e9, 4_209_088],
  ])("%s", (name, layerCount, macs, parameters) => {
    const { layers } = networkOf(name);
    expect(layers).toHaveLength(layerCount);
    expect(sum(layers, denseMacs) / macs).toBeCloseTo(1, 3);
    expect(sum(layers, parameterCount)).toBe(parameters);
  });

  test("resnet50 and mobilenet have the layers of the recorded Eyeriss v2 runs", () => {
    const file = join(import.meta.dirname, "../../reference/vectors/eyerissv2_networks.json");
    const recorded: { model: string; groups: number; input_shape: number[]; weight_shape: number[] }[] = JSON.parse(
      readFileSync(file, "utf8"),
    ).layers;
    for (const name of ["resnet50", "mobilenet"]) {
      const ours = networkOf(name).layers.map((layer) => ({
        groups: layer.groups,
        input: inputShape(layer).filter((_, axis) => axis === 0 || layer.kind !== "fc"),
        weight: weightShape(layer).slice(0, layer.kind === "fc" ? 2 : 4),
      }));
      const theirs = recorded
        .filter(({ model }) => model === name)
        .map(({ groups, input_shape, weight_shape }) => ({
          groups,
          input: input_shape.slice(1),
          weight: weight_shape,
        }));
      expect(ours).toEqual(theirs);
    }
  });

  test("ssd300 has six maps from 38×38 to 1×1 and 8732 boxes of 81 classes", () => {
    const { layers } = networkOf("ssd300");
    expect(layers).toHaveLength(37);
    const heads = layers.filter(({ name }) => name.startsWith("class")).map(outputShape);
    expect(heads.map(([, height]) => height)).toEqual([38, 19, 10, 5, 3, 1]);
    const scores = heads.reduce((total, [channels, height, width]) => total + channels * height * width, 0);
    expect(scores / 81).toBe(8732);
  });
});

describe("sparse MobileNet-0.5", () => {
  const { layers, densities } = networkOf("sparse-mobilenet-0.5");
  const inputs = densities.inputOf(0, 1);
  const product = (name: string) => {
    const index = layers.findIndex((layer) => layer.name === name);
    return denseMacs(layers[index]) * inputs[index] * densities.weight[index];
  };

  test("49 M dense MACs and 1.3 M weights, as TensorFlow's mobilenet_v1.md says (1.34 M with batch normalisation)", () => {
    expect(Math.round(sum(layers, denseMacs) / 1e6)).toBe(49);
    expect(sum(layers, parameterCount) / 1e6).toBeCloseTo(1.3, 1);
  });

  test("a dense first layer, as counted: 1,769,472 MACs with padding", () => {
    expect(denseMacs(layers[0])).toBe(1_769_472);
    expect(layers[0].padding).toEqual([0, 1, 0, 1]);
  });

  test("depthwise weights give the published counts with dense inputs", () => {
    const counts: Record<string, number> = { L02: 544768, L04: 278528, L08: 145920, L18: 124096, L26: 73728 };
    for (const [name, count] of Object.entries(counts)) expect(product(name)).toBeCloseTo(count / 2, 6);
  });

  test("layers known by their work alone split it so that correlated masks do it", () => {
    expect(product("L11") * 1.035).toBeCloseTo(2_491_491, 6);
    expect(product("L28") * 1.035).toBeCloseTo(95_443, 6);
  });
});

describe("every network", () => {
  test.each(networkNames)("%s: unique names, densities from 0 to 1, readers after writers", (name) => {
    const { layers, densities } = networkOf(name);
    expect(new Set(layers.map((layer) => layer.name)).size).toBe(layers.length);
    expect(densities.weight).toHaveLength(layers.length);
    for (const sample of [0, 1, 30]) {
      const inputs = densities.inputOf(sample, 1);
      expect(inputs).toHaveLength(layers.length);
      expect(inputs.every((density) => density >= 0 && density <= 1)).toBe(true);
      expect(densities.inputOf(sample, 1)).toEqual(inputs);
    }
    const readers = consumers(layers);
    expect(readers.pop()).toBe(-1);
    expect(readers.every((reader, layer) => reader > layer)).toBe(true);
  });
});

test("readers follow the tensors past a projection and a pooling", () => {
  const { layers } = networkOf("resnet50");
  const readerOf = (name: string) => layers[consumers(layers)[layers.findIndex((layer) => layer.name === name)]]?.name;
  expect(readerOf("conv1")).toBe("layer1.0.conv1");
  expect(readerOf("layer1.0.conv3")).toBe("layer1.1.conv1");
  expect(readerOf("layer1.0.downsample")).toBe("layer1.1.conv1");
  expect(readerOf("layer4.2.conv3")).toBe("fc");
  expect(readerOf("fc")).toBeUndefined();
});

test("a reader behind a pooling is found by its channels, past a layer of another branch", () => {
  const sizes = { kind: "pointwise", inputHeight: 8, inputWidth: 8 } as const;
  const layers = [
    makeLayer({ ...sizes, name: "stem", inputChannels: 3, outputChannels: 16 }),
    makeLayer({ ...sizes, name: "branch", inputChannels: 3, outputChannels: 5 }),
    makeLayer({ ...sizes, name: "pooled", inputChannels: 16, outputChannels: 4, inputHeight: 4, inputWidth: 4 }),
  ];
  expect(consumers(layers)).toEqual([2, 2, -1]);
});

test("drawn densities vary between samples as measured: a standard deviation of about .02, the first layer dense", () => {
  const { densities, layers } = networkOf("resnet50");
  const samples = Array.from({ length: 50 }, (_, sample) => densities.inputOf(sample, 1));
  const deviations = layers.map((_, layer) => {
    const values = samples.map((sample) => sample[layer]);
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    return Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length);
  });
  expect(deviations[0]).toBe(0);
  expect(deviations.slice(1).sort((a, b) => a - b)[26]).toBeCloseTo(0.016, 2);
  expect(densities.inputOf(0, 2)).not.toEqual(samples[0]);
});

test("an unknown name gets the nearest", () => {
  expect(() => networkOf("resnet5O")).toThrow(new ConfigError('unknown network "resnet5O" (did you mean "resnet50"?)'));
});
