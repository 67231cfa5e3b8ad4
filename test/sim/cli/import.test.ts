/** `dysta import` as a command: what it says of layers that an array cannot run, and of layers that cannot be. */
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../../scripts/onnx/graph-builder.ts";
import { onnxModel } from "../../../scripts/onnx/onnx-writer.ts";
import { dystaInProcess } from "./in-process.ts";

const folder = mkdtempSync(join(tmpdir(), "dysta-import-command-"));
const at = (name: string) => join(folder, name);

/** A 1×1 convolution of 3 MACs a pixel, then a kernel of 21×21 as patch embeddings have: 16 pixels, 1 pixel. */
function writeWide(): void {
  const graph = new GraphBuilder();
  const x = graph.input("x", [1, 1, 21, 21]);
  const point = graph.add("Conv", "point", [x, graph.weights("w", [3, 1, 1, 1])]);
  graph.add("Conv", "wide", [point, graph.weights("v", [2, 3, 21, 21])]);
  writeFileSync(at("wide.onnx"), onnxModel(graph.spec({ name: "wide_out" })));
}

test("kernels wider than a PE's memory run on eyeriss-v2; on an array without partial sums layers are named with their share", async () => {
  writeWide();
  const fine = await dystaInProcess(["import", "wide.onnx", "--out", "wide", "--json"], folder);
  expect(JSON.parse(fine.stdout).unmapped).toEqual({ hardware: "eyeriss-v2", layers: [] });
  writeFileSync(at("tiny.yaml"), "buffer: { psums: 1 }\n");
  const args = ["import", "wide.onnx", "--out", "wide", "--hardware", "tiny.yaml"];
  const { status, stdout } = await dystaInProcess(args, folder);
  expect(status).toBe(0);
  const named = stdout.split("\n").filter((line) => line.startsWith("cannot run:"));
  expect(named[0]).toBe(
    'cannot run: layer "point" has no legal mapping on tiny: 3 partial sums in the global buffer needed, 0 there (3 too few); 33.3 % of all MACs',
  );
  expect(named).toHaveLength(2);
  expect(existsSync(at("wide/network.yaml"))).toBe(true);
});

test("hardware that is no array, in one line and with nothing written", async () => {
  writeWide();
  const refused = await dystaInProcess(["import", "wide.onnx", "--out", "no", "--hardware", "sanger"], folder);
  expect(refused).toMatchObject({ status: 2, stdout: "" });
  expect(refused.stderr).toBe("dysta: import: --hardware must be a PE array, sanger is none\n");
  expect(existsSync(at("no"))).toBe(false);
});

test("a folder that cannot be made, in one line", async () => {
  writeWide();
  const { status, stderr } = await dystaInProcess(["import", "wide.onnx", "--out", "/proc/wide"], folder);
  expect({ status, stderr }).toEqual({ status: 2, stderr: "dysta: --out /proc/wide: cannot be written (ENOENT)\n" });
});

describe("a layer that cannot be: a tensor of more than 2^30 elements", () => {
  const write = () => {
    const graph = new GraphBuilder();
    const x = graph.input("x", [1, 1, 4096, 4096]);
    const one = graph.add("Conv", "small", [x, graph.weights("w", [1, 1, 1, 1])]);
    graph.add("Conv", "huge", [one, graph.weights("v", [65, 1, 1, 1])]);
    writeFileSync(at("huge.onnx"), onnxModel(graph.spec({ name: "huge_out" })));
  };

  test("stops the import with its share of MACs", async () => {
    write();
    const { status, stderr } = await dystaInProcess(["import", "huge.onnx", "--out", "huge"], folder);
    expect(status).toBe(2);
    expect(stderr).toBe(
      'dysta: huge.onnx: Conv "huge" is a layer that cannot be (the output [65, 4096, 4096] must have at most 1073741824 elements, has 1090519040) with 98.5 % of all MACs; --max-unsupported allows 0.00 %\n',
    );
    expect(existsSync(at("huge"))).toBe(false);
  });

  test("is named, and the others imported, where so much is allowed", async () => {
    write();
    const args = ["import", "huge.onnx", "--out", "huge", "--max-unsupported", "99%", "--json"];
    const { layers, operators } = JSON.parse((await dystaInProcess(args, folder)).stdout);
    expect(layers.map(({ name }: { name: string }) => name)).toEqual(["small"]);
    expect(operators.unsupported).toMatchObject([{ op: "Conv", name: "huge", share: 65 / 66 }]);
  });
});
