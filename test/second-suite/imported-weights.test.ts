/** The published ResNet-18 with all its channels: 11.7 million weights against a second reader's. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { onnxModel } from "../../scripts/onnx/onnx-writer.ts";
import { topologies } from "../../scripts/onnx/topologies.ts";
import { importNetwork } from "../../workloads/import/import-network.ts";
import { checkImportedWeights } from "../workloads/import/imported-weights.ts";
import { plainOptions } from "../workloads/import/measured-graphs.ts";

test("weights' masks of ResNet-18 are bit-equal to a second reader's", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dysta-weights-"));
  const model = join(folder, "net.onnx");
  const out = join(folder, "net");
  writeFileSync(model, onnxModel(topologies.resnet18({ density: 0.4 })));
  const document = await importNetwork(model, { ...plainOptions, out });
  expect(checkImportedWeights(model, out, document)).toBe(21);
});
