/** Random graphs, imported with an input: what runs on the array against plain loops over onnxruntime-web's own tensors. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { onnxModel } from "../../../scripts/onnx/onnx-writer.ts";
import { loadAccelerator } from "../../../sim/profile/accelerator.ts";
import { profileLayer } from "../../../sim/profile/profile-layer.ts";
import { importNetwork } from "../../../workloads/import/import-network.ts";
import { readOnnxFile } from "../../../workloads/import/onnx-file.ts";
import { Runtime } from "../../../workloads/import/runtime.ts";
import { elementCount } from "../../../workloads/layers/layer.ts";
import { npyBytes } from "../../../workloads/masks/npy-writer.ts";
import { naiveWork, type Tensor } from "../../models/naive-network.ts";
import { type RandomGraph, randomGraph } from "./random-graph.ts";

export const plainOptions = { maxUnsupported: 0, shapes: new Map(), normalisation: { mean: [0], std: [1] } };

/** Effectual MACs of every operator on `single-pe`, and on plain loops. */
export async function checkMeasuredGraphs(numRuns: number, seed: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dysta-measured-"));
  const accelerator = await loadAccelerator("single-pe", "counted");
  let index = 0;
  await fc.assert(
    fc.asyncProperty(randomGraph, async (graph) => {
      const place = join(folder, String(index++));
      const x = inputOf(graph);
      writeFileSync(`${place}.onnx`, onnxModel(graph.spec));
      writeFileSync(`${place}.npy`, npyBytes(Float32Array.from(x.data), x.shape));
      const document = await importNetwork(`${place}.onnx`, {
        ...plainOptions,
        out: place,
        inputs: [`${place}.npy`],
        masks: "all",
      });
      const found = new Map<string, number>();
      for (const [layer, { name }] of document.layers.entries()) {
        const target = { kind: "network", name: place, seed: 1 } as const;
        const [sample] = profileLayer({ accelerator, target, layer, samples: 1 }).samples;
        const operator = name.replace(/\.phase.*$/, "");
        found.set(operator, (found.get(operator) ?? 0) + sample.effectualMacs);
      }
      expect(Object.fromEntries(found)).toEqual(await expectedWork(graph, `${place}.onnx`, x));
    }),
    { numRuns, seed, endOnFailure: true },
  );
}

/** On the tensors that onnxruntime-web computes; a normalisation's zero makes weights zero. */
async function expectedWork({ spec }: RandomGraph, path: string, x: Tensor): Promise<Record<string, number>> {
  const names = spec.nodes.flatMap(({ outputs }) => outputs);
  const runtime = await Runtime.open(readOnnxFile(path), names);
  const results = await runtime.run(new Map([["x", { shape: x.shape, numbers: Float32Array.from(x.data) }]]));
  await runtime.close();
  const stored = new Map(
    (spec.tensors ?? []).map(({ name, dims, values }) => [name, { shape: [...dims], data: Array.from(values) }]),
  );
  const work: Record<string, number> = {};
  for (const node of spec.nodes) {
    const operands = node.inputs.map((name) => {
      const run = results.get(name);
      return run === undefined
        ? (stored.get(name) ?? { shape: [], data: [] })
        : { shape: [...run.shape], data: Array.from(run.numbers) };
    });
    const dead = deadFilters(spec, node.outputs[0], stored);
    const isTransposed = node.op === "ConvTranspose";
    if (dead.length > 0 && /^Conv/.test(node.op)) operands[1] = withoutFilters(operands[1], dead, isTransposed);
    const { macs, effectual } = naiveWork(node, operands);
    if (macs > 0) work[node.name ?? ""] = effectual;
  }
  return work;
}

function deadFilters(spec: RandomGraph["spec"], output: string, stored: ReadonlyMap<string, Tensor>): number[] {
  const readers = spec.nodes.filter(({ inputs }) => inputs.includes(output));
  const [norm] = readers;
  if (readers.length !== 1 || norm.op !== "BatchNormalization") return [];
  return (stored.get(norm.inputs[1])?.data ?? []).flatMap((scale, filter) => (scale === 0 ? [filter] : []));
}

function withoutFilters({ shape, data }: Tensor, dead: readonly number[], isTransposed: boolean): Tensor {
  const inner = elementCount(shape.slice(isTransposed ? 2 : 1));
  const filters = isTransposed ? shape[1] : shape[0];
  return { shape, data: data.map((value, i) => (dead.includes(Math.floor(i / inner) % filters) ? 0 : value)) };
}

function inputOf({ inputShape }: RandomGraph): Tensor {
  let state = elementCount(inputShape) + 7;
  const data = Array.from({ length: elementCount(inputShape) }, () => {
    state = (state * 48271) % 2147483647;
    return state % 3 === 0 ? 0 : Math.fround(state / 2147483647 - 0.5);
  });
  return { shape: [...inputShape], data };
}
