/** Random ONNX graphs: layers, MACs, weights and densities against plain loops over the same graph. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { onnxModel } from "../../../scripts/onnx/onnx-writer.ts";
import type { Operand } from "../../../workloads/import/layer-plan.ts";
import { readOnnxFile } from "../../../workloads/import/onnx-file.ts";
import { onnxNetwork } from "../../../workloads/import/onnx-network.ts";
import { arranged } from "../../../workloads/import/operands.ts";
import { denseMacs, elementCount, inputShape, outputShape, weightShape } from "../../../workloads/layers/layer.ts";
import { maskOf } from "../../../workloads/masks/bit-mask.ts";
import { effectualMacs } from "../../../workloads/masks/effectual-macs.ts";
import { runNaively, type Tensor } from "../../models/naive-network.ts";
import { randomGraph } from "./random-graph.ts";

const path = join(mkdtempSync(join(tmpdir(), "dysta-random-")), "random.onnx");
const noSizes = { dimensions: new Map(), inputs: new Map() };

test("300 random graphs: MACs and effectual MACs of every operator are those of plain loops", () => {
  fc.assert(
    fc.property(randomGraph, fc.integer({ min: 1, max: 10 ** 6 }), ({ spec, inputShape: shape }, seed) => {
      writeFileSync(path, onnxModel(spec));
      const network = onnxNetwork(readOnnxFile(path), noSizes);
      const x = { shape: [...shape], data: values(elementCount(shape), seed) };
      const { tensors, work } = runNaively(spec, { x });
      const found = new Map<string, { macs: number; effectual: number }>();
      for (const { layer, input, weight, weights, output } of network.layers) {
        const name = layer.name.replace(/\.phase.*$/, "");
        const elements = (operand: Operand | undefined) => operandOf(tensors, operand);
        const inputMask = maskOf(elements(input), inputShape(layer));
        const weightMask = maskOf(weights?.() ?? elements(weight), weightShape(layer));
        expect(elements(output)).toHaveLength(elementCount(outputShape(layer)));
        const known = found.get(name) ?? { macs: 0, effectual: 0 };
        known.macs += denseMacs(layer);
        known.effectual += effectualMacs(layer, inputMask, weightMask);
        found.set(name, known);
      }
      for (const { name, macs, effectual } of work) {
        expect({ name, macs: found.get(name)?.macs }).toEqual({ name, macs });
        // A batch normalisation with a scale of 0 makes weights 0 that the plain loops still multiply by.
        const isDead = spec.nodes.some(
          ({ op, inputs: [input, scale] }) =>
            op === "BatchNormalization" &&
            input === `${name}_out` &&
            spec.tensors?.find((tensor) => tensor.name === scale)?.values[0] === 0,
        );
        if (!isDead) expect({ name, effectual: found.get(name)?.effectual }).toEqual({ name, effectual });
      }
      expect(found.size).toBe(work.length);
    }),
    { numRuns: 300, seed: 12 },
  );
});

function operandOf(tensors: ReadonlyMap<string, Tensor>, operand: Operand | undefined) {
  const tensor = operand === undefined ? undefined : tensors.get(operand.tensor);
  if (operand === undefined || tensor === undefined) throw new Error("no such operand");
  return arranged(operand, tensor.shape, Float64Array.from(tensor.data));
}

/** A third of them zero. */
function values(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return state % 3 === 0 ? 0 : state / 2147483647 - 0.5;
  });
}
