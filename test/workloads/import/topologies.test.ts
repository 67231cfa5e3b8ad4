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
 * Published totals. Parameters and GMACs (their pages say GFLOPS and count multiply-accumulates) of ResNet-18, ResNet-50,
 * MobileNet-V2 and VGG-16: torchvision's model pages, `num_params` and `GFLOPS` of the `IMAGENET1K_V1` weights
 * (pytorch.org/vision/stable/models/generated/torchvision.models.resnet18.html and the like). MobileNet-V1: 569 million MACs
 * (tensorflow/models, research/slim/nets/mobilenet_v1.md); Keras' MobileNet has 4,231,976 trainable parameters (4.24 million
 * on that page). BERT-base: 109,482,240 parameters, of which 23,837,184 embed and 590,592 pool,
 * the rest is here; 22.5 GFLOPs of all of it at 128 tokens (MobileBERT, ACL 2020, Table 4), two of them a MAC, rounded there to
 * three digits and with whatever else it counts: within 1 %.
 */
const published = [
  ["resnet18", 1.81, 0.005, 11_689_512],
  ["resnet50", 4.09, 0.005, 25_557_032],
  ["mobilenet-v1", 0.569, 0.0005, 4_231_976],
  ["mobilenet-v2", 0.3, 0.005, 3_504_872],
  ["vgg16", 15.47, 0.005, 138_357_544],
  ["bert-base", 22.5 / 2, 0.1125, 109_482_240 - 23_837_184 - 590_592],
] as const;

/** MACs layer by layer on paper, to the last one, and the number of layers. */
const counted: Readonly<Record<string, readonly [macs: number, layers: number]>> = {
  resnet18: [1_814_073_344, 21],
  resnet50: [4_089_184_256, 54],
  "mobilenet-v1": [568_740_352, 28],
  "mobilenet-v2": [300_774_272, 53],
  vgg16: [15_470_264_320, 16],
  "bert-base": [11_173_625_856, 96],
};

test.each(published)("%s: %d GMACs, %d parameters as published", (name, gmacs, rounding, parameters) => {
  const network = imported(name, name === "bert-base" ? { tokens: 128 } : {});
  const macs = network.layers.reduce((sum, { layer }) => sum + denseMacs(layer), 0);
  expect(Math.abs(macs / 1e9 - gmacs)).toBeLessThanOrEqual(rounding);
  expect([macs, network.layers.length]).toEqual(counted[name]);
  expect(network.parameters).toBe(parameters);
  expect(network.operators.unsupported).toEqual([]);
});
