/** Fifteen random graphs run by onnxruntime-web; the second suite runs 300. */
import { test } from "vitest";
import { checkMeasuredGraphs } from "./measured-graphs.ts";

test("effectual MACs on single-pe are those of plain loops over onnxruntime-web's tensors", async () => {
  await checkMeasuredGraphs(15, 3);
});
