/** The weights that an import wrote against those that a second reader finds in the same ONNX file, one by one. */
import { join } from "node:path";
import { expect } from "vitest";
import type { ImportDocument } from "../../../workloads/import/import-document.ts";
import { readNpyNumbers } from "../../../workloads/masks/npy.ts";
import { naiveTensors } from "../../models/naive-onnx-reader.ts";

/** @returns how many layers were compared, all of the document. */
export function checkImportedWeights(model: string, network: string, { layers }: ImportDocument): number {
  const naive = naiveTensors(model);
  for (const { name, weightDensity } of layers) {
    const values = naive.get(`${name}.weight`)?.values ?? [];
    const { numbers } = readNpyNumbers(join(network, "weights", `${name}.npy`));
    expect(numbers.length, name).toBe(values.length);
    expect(firstDifference(numbers, values), `${name}: index of the first weight that is zero in one reader only`).toBe(
      -1,
    );
    let nonZeros = 0;
    for (let i = 0; i < values.length; i++) if (values[i] !== 0) nonZeros++;
    expect(weightDensity, name).toBe(nonZeros / values.length);
  }
  return layers.length;
}

/** −1 if there is none. */
function firstDifference(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  for (let i = 0; i < ours.length; i++) if ((ours[i] !== 0) !== (theirs[i] !== 0)) return i;
  return -1;
}
