/** Do the measured networks have the MACs that were counted when they ran, and their densities? */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { measuredFiles } from "../../../scripts/networks/measured.ts";
import { packagePath } from "../../../workloads/input/package-root.ts";
import { denseMacs, outputShape } from "../../../workloads/layers/layer.ts";
import { NetworkMasks } from "../../../workloads/networks/network-masks.ts";
import { networkOf } from "../../../workloads/networks/networks.ts";

/** The cells of a file under workloads/measured, split by hand: the reader under test is not used. */
function rows(file: string): string[][] {
  const text = readFileSync(packagePath("workloads", "measured", file), "utf8");
  return text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
}

test.each(measuredFiles.map(({ name, stem }) => [name, stem]))("%s: every layer has the MACs counted", (name, stem) => {
  const counted = rows(`${stem}.layers.csv`).map((cells) => Number(cells[5]));
  expect(networkOf(name).layers.map(denseMacs)).toEqual(counted);
});

test("chains without branches fit together: a layer's output is the next one's input, or padded", () => {
  const { layers } = networkOf("posenet");
  for (let i = 0; i < 26; i++) {
    const [channels, height, width] = outputShape(layers[i]);
    const next = layers[i + 1];
    expect([channels, height, width]).toEqual([next.inputChannels, next.inputHeight, next.inputWidth]);
  }
});

describe("derived geometry", () => {
  const layer = (network: string, index: number) => networkOf(network).layers[index];

  test.each([
    ["padded by the network itself, then valid", "handlandmark-sparse", 0, 226, [2, 2], [0, 0, 0, 0], 112],
    ["same at stride 1", "handlandmark-sparse", 1, 112, [1, 1], [1, 1, 1, 1], 112],
    ["same at stride 2 on an odd map", "posenet", 0, 385, [2, 2], [1, 1, 1, 1], 193],
    ["same at stride 2 on an even map", "mobilenet-v2-mid", 0, 224, [2, 2], [0, 1, 0, 1], 112],
    ["valid at stride 2, kernel 7", "face-resnet34like", 0, 150, [2, 2], [0, 0, 0, 0], 72],
    ["same, 7x1", "inception-v3", 32, 17, [1, 1], [3, 3, 0, 0], 17],
  ] as const)("%s", (_, network, index, inputHeight, stride, padding, outputHeight) => {
    const derived = layer(network, index);
    expect(derived).toMatchObject({ inputHeight, stride, padding });
    expect(outputShape(derived)[1]).toBe(outputHeight);
  });

  test("a matrix product of one row is fully connected", () => {
    expect(layer("antispoof", 3)).toMatchObject({ kind: "fc", inputChannels: 3136, outputChannels: 128 });
  });
});

describe("densities of a sample", () => {
  const masks = new NetworkMasks(networkOf("handlandmark-sparse"), { seed: 1 });
  const stem = "human_handlandmark-sparse";

  test("input and weights as counted, output as the next reader's input", () => {
    const sample = 5;
    const zeros = rows(`${stem}.samples.csv`)[sample].slice(1).map(Number);
    const densities = masks.densities(sample);
    expect(Array.from(densities.input)).toEqual(zeros.map((share) => 1 - share));
    expect(densities.weight[2]).toBeCloseTo(1 - 0.79948, 12);
    expect(densities.output[0]).toBe(densities.input[1]);
  });

  test("samples past the last photograph begin again", () => {
    expect(masks.densities(24)).toEqual(masks.densities(0));
  });
});
