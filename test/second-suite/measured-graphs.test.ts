/** 300 random graphs run by onnxruntime-web: what the array computes is what plain loops over the same tensors count. */
import { test } from "vitest";
import { checkMeasuredGraphs } from "../workloads/import/measured-graphs.ts";

test("300 random graphs: effectual MACs on single-pe are those of plain loops", async () => {
  await checkMeasuredGraphs(300, 4);
});
