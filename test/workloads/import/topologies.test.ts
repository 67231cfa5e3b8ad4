/** Published networks, written as ONNX: MACs, parameters and weights come out as published. */
import { mkdtempSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { onnxModel } from "../../../scripts/onnx/onnx-writer.ts";
import { topologies } from "../../../scripts/onnx/topologies.ts";
import { readOnnxFile } from "../../../workloads/import/onnx-file.ts";
import { onnxNetwork } from "../../../workloads/import/onnx-network.ts";
import { denseMacs } from "../../../workloads/layers/layer.ts";

const folder = mkdtempSync(join(tmpdir(), "dysta-topologies-"));
writeFileSync(join(folder, "weights.bin"), "");
truncateSync(join(folder, "weights.bin"), 600_000_000);

/** Weights are a hole in a file: nothing here depends on them. */
function imported(name: string, dimensions: Readonly<Record<string, number>> = {}) {
  const path = join(folder, `${name}.onnx`);
  writeFileSync(path, onnxModel(topologies[name]({ location: "weights.bin" })));
  return onnxNetwork(readOnnxFile(path), { dimensions: new Map(Object.entries(dimensions)), inputs: new Map() });
}

/**
 * Multiply-accumulates and parameters as torchvision's model pages state them (1.81, 4.09, 0.30, 15.47 G; 11689512, 25557032,
 * 3504872, 138357544); MobileNet-V1: 569 M and 4.2 M in its paper, 4231976 in its published checkpoint; BERT-base: twelve layers
 * of 7087872 parameters; 22.5 GFLOPs, i.e. 11.2 GMACs, at 128 tokens (MobileBERT, ACL 2020, Table 4).
 */
test.each([
  ["resnet18", 1_814_073_344, 11_689_512, 21],
  ["resnet50", 4_089_184_256, 25_557_032, 54],
  ["mobilenet-v1", 568_740_352, 4_231_976, 28],
  ["mobilenet-v2", 300_774_272, 3_504_872, 53],
  ["vgg16", 15_470_264_320, 138_357_544, 16],
  ["bert-base", 11_173_625_856, 12 * 7_087_872, 96],
] as const)("%s: %d MACs, %d parameters, %d layers", (name, macs, parameters, layerCount) => {
  const network = imported(name, name === "bert-base" ? { tokens: 128 } : {});
  expect(network.layers.reduce((sum, { layer }) => sum + denseMacs(layer), 0)).toBe(macs);
  expect(network.parameters).toBe(parameters);
  expect(network.layers).toHaveLength(layerCount);
  expect(network.operators.unsupported).toEqual([]);
});
