/** The whole way from an ONNX file and inputs to a folder that the commands take. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { PNG } from "pngjs";
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../../scripts/onnx/graph-builder.ts";
import { onnxModel } from "../../../scripts/onnx/onnx-writer.ts";
import { topologies } from "../../../scripts/onnx/topologies.ts";
import { type ImportOptions, importNetwork } from "../../../workloads/import/import-network.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { density } from "../../../workloads/masks/bit-mask.ts";
import { readNpyMask, readNpyNumbers } from "../../../workloads/masks/npy.ts";
import { npyBytes } from "../../../workloads/masks/npy-writer.ts";
import { readNetworkFile } from "../../../workloads/networks/network-file.ts";
import { NetworkMasks } from "../../../workloads/networks/network-masks.ts";
import { checkImportedWeights } from "./imported-weights.ts";
import { plainOptions } from "./measured-graphs.ts";

const folder = mkdtempSync(join(tmpdir(), "dysta-import-"));
const at = (name: string) => join(folder, name);
const run = (file: string, out: string, options: Partial<ImportOptions> = {}) =>
  importNetwork(at(file), { ...plainOptions, out: at(out), ...options });

// A quarter of the published channels: every form of layer, a sixteenth of the weights. The second suite has them all.
writeFileSync(at("net.onnx"), onnxModel(topologies.resnet18({ size: 32, width: 16, density: 0.4 })));

test("weights' masks are bit-equal to a second reader's", async () => {
  const document = await run("net.onnx", "weights");
  expect(checkImportedWeights(at("net.onnx"), at("weights"), document)).toBe(21);
});

test("inputs of one size: densities, channels and masks agree", async () => {
  const values = Float32Array.from({ length: 2 * 3 * 32 * 32 }, (_, i) => Math.sin(i));
  writeFileSync(at("x.npy"), npyBytes(values, [2, 3, 32, 32]));
  const document = await run("net.onnx", "measured", { inputs: [at("x.npy")], masks: "all" });
  expect(document.samples).toBe(2);
  const network = readNetworkFile(at("measured"));
  const masks = new NetworkMasks(network, { seed: 1 });
  for (const [index, { name }] of network.layers.entries()) {
    const channels = readNpyNumbers(at(`measured/channels/${name}.input.npy`));
    for (const sample of [0, 1]) {
      const mask = readNpyMask(at(`measured/masks/${sample}/${name}.input.npy`));
      const { input, output } = masks.masks(index, sample);
      const stated = masks.densities(sample);
      expect(input.words).toEqual(mask.words);
      expect(stated.input[index]).toBe(density(mask));
      expect(stated.output[index]).toBe(density(output));
      const [, count] = channels.shape;
      const own = channels.numbers.slice(sample * count, (sample + 1) * count);
      expect(Array.from(own).reduce((sum, share) => sum + share, 0) / count).toBeCloseTo(density(mask), 5);
    }
  }
});

test("inputs of different length: a network whose sizes differ, with one mapping", async () => {
  const graph = new GraphBuilder();
  const x = graph.input("x", ["batch", "tokens", 8]);
  const wide = graph.add("Relu", "act", [graph.add("MatMul", "expand", [x, graph.weights("w1", [8, 16])])]);
  const keys = graph.add("Transpose", "keys", [wide], { perm: [0, 2, 1] });
  const scores = graph.add("MatMul", "scores", [wide, keys]);
  writeFileSync(at("seq.onnx"), onnxModel(graph.spec({ name: scores })));
  const inputs = [5, 3, 9].map((tokens) => {
    writeFileSync(
      at(`s${tokens}.npy`),
      npyBytes(
        Float32Array.from({ length: tokens * 8 }, (_, i) => Math.cos(i)),
        [1, tokens, 8],
      ),
    );
    return at(`s${tokens}.npy`);
  });
  await run("seq.onnx", "seq", { inputs });
  const network = readNetworkFile(at("seq"));
  expect([0, 1, 2].map((sample) => network.sizes?.layersOf(sample)[0].inputHeight)).toEqual([5, 3, 9]);
  expect(network.layers[1]).toMatchObject({ name: "scores", kind: "matmul", inputHeight: 5, outputChannels: 5 });
  expect(network.activationPairs).toEqual(new Set([1]));
});

test("images are cut in the middle, resized and normalised; .npz holds several inputs", async () => {
  const graph = new GraphBuilder();
  const image = graph.input("image", [1, 3, 2, 2]);
  const shift = graph.input("shift", [1, 3, 2, 2]);
  const sum = graph.add("Add", "sum", [image, shift]);
  graph.add("Conv", "c", [graph.add("Relu", "r", [sum]), graph.weights("w", [1, 3, 1, 1])]);
  writeFileSync(at("two.onnx"), onnxModel(graph.spec({ name: "c_out" })));
  const array = (values: number[]) => npyBytes(Float32Array.from(values), [1, 3, 2, 2]);
  const zeros = Array(12).fill(0);
  writeFileSync(
    at("two.npz"),
    zipSync({ "image.npy": array([1, -1, 0, 2, ...Array(8).fill(-1)]), "shift.npy": array(zeros) }),
  );
  const { layers } = await run("two.onnx", "two", { inputs: [at("two.npz")] });
  expect(layers[0].inputDensity).toBe(2 / 12);

  const single = new GraphBuilder();
  const pixels = single.input("image", [1, 3, 2, 2]);
  single.add("Conv", "c", [single.add("Relu", "r", [pixels]), single.weights("w", [1, 3, 1, 1])]);
  writeFileSync(at("one.onnx"), onnxModel(single.spec({ name: "c_out" })));
  // Columns 1 and 2 of four are cut out; red is 0 or 200, green 100, blue 50.
  const png = new PNG({ width: 4, height: 2 });
  for (let i = 0; i < 8; i++) png.data.set([i % 4 === 1 ? 200 : 0, 100, 50, 255], 4 * i);
  writeFileSync(at("photo.png"), PNG.sync.write(png));
  const normalisation = { mean: [0.5, 0.2, 0.2], std: [1, 1, 1] };
  const imported = await run("one.onnx", "one", { inputs: [at("photo.png")], normalisation, masks: "c" });
  expect(imported.layers[0].inputDensity).toBe(6 / 12);
  const mask = readNpyMask(at("one/masks/0/c.input.npy"));
  expect(mask.words[0]).toBe(0b000011110101);
});

test("a quantised network has the densities of its float twin, whatever the zero points", async () => {
  const values = [3, 0, -2, 0, 5, 0, 0, -1];
  const weights = [1, 0, -3, 0, 2, 0];
  const floats = new GraphBuilder();
  const x = floats.input("x", [1, 2, 4]);
  floats.add("Conv", "c", [
    x,
    floats.constant(
      "w",
      [3, 2, 1],
      weights.map((value) => value * 0.25),
    ),
  ]);
  writeFileSync(at("float.onnx"), onnxModel(floats.spec({ name: "c_out" })));
  writeFileSync(
    at("float.npy"),
    npyBytes(
      Float32Array.from(values, (value) => value * 0.5),
      [1, 2, 4],
    ),
  );
  const twin = (await run("float.onnx", "float", { inputs: [at("float.npy")] })).layers[0];
  // A zero point of 0 would make negative numbers 0: unsigned integers have none.
  for (const zero of [7, 128, 200]) {
    const graph = new GraphBuilder();
    const input = graph.input("x", [1, 2, 4]);
    const scalar = (name: string, value: number) => graph.constant(name, [], [value]);
    const point = (name: string, value: number) => graph.constant(name, [], [value], "uint8");
    const quantised = graph.add("QuantizeLinear", "q", [input, scalar("xs", 0.5), point("xz", zero)]);
    const integers = graph.constant(
      "w",
      [3, 2, 1],
      weights.map((value) => value + 100),
      "uint8",
    );
    const ofWeights = [integers, scalar("ws", 0.25), point("wz", 100)];
    graph.add("QLinearConv", "c", [quantised, "xs", "xz", ...ofWeights, scalar("ys", 0.125), point("yz", zero)]);
    writeFileSync(at("quantised.onnx"), onnxModel(graph.spec({ name: "c_out", type: "uint8" })));
    const { layers } = await run("quantised.onnx", "quantised", { inputs: [at("float.npy")] });
    expect(layers[0]).toEqual(twin);
  }
});

describe("refused, with nothing left behind", () => {
  test.each<[string, Partial<ImportOptions>, string]>([
    [
      "an input of the wrong shape",
      { inputs: ["wrong.npy"] },
      'input wrong.npy: must have shape [batch, 3, 32, 32] for "image", has [1, 3, 8, 8]',
    ],
    ["no such input", { inputs: ["gone"] }, "--inputs gone: no such file or folder"],
    ["a file that is no input", { inputs: ["net.onnx"] }, "--inputs net.onnx: must be .jpg, .jpeg, .png, .npy or .npz"],
    ["an unknown layer", { inputs: ["x.npy"], masks: "conv9" }, '--masks: no layer "conv9" (did you mean "conv1"?)'],
    [
      "an unknown dimension",
      { shapes: new Map([["tokens", [4]]]) },
      "--shape tokens: net.onnx has the inputs image and the open dimensions batch",
    ],
  ])("%s", async (_, options, message) => {
    writeFileSync(at("wrong.npy"), npyBytes(new Float32Array(192), [1, 3, 8, 8]));
    writeFileSync(at("x.npy"), npyBytes(new Float32Array(3 * 32 * 32), [1, 3, 32, 32]));
    const inputs = options.inputs?.map(at);
    const failed = run("net.onnx", "refused", { ...options, ...(inputs === undefined ? {} : { inputs }) });
    await expect(failed).rejects.toThrow(ConfigError);
    await failed.catch((error: Error) => expect(error.message.replaceAll(`${folder}/`, "")).toBe(message));
    expect(readdirSync(folder).filter((name) => name.startsWith("refused"))).toEqual([]);
  });

  test("operators beyond the limit, and within it", async () => {
    const graph = new GraphBuilder();
    const x = graph.input("x", [1, 1, 4, 4]);
    const y = graph.input("y", [1, 1, 1, 4, 4]);
    graph.add("Conv", "flat", [x, graph.weights("w", [3, 1, 1, 1])]);
    graph.add("Conv", "deep", [y, graph.weights("v", [1, 1, 1, 1, 1])]);
    writeFileSync(at("deep.onnx"), onnxModel(graph.spec({ name: "flat_out" })));
    await expect(run("deep.onnx", "deep")).rejects.toThrow(
      'deep.onnx: Conv "deep" is a 3-D convolution with 25.0 % of all MACs; --max-unsupported allows 0.00 %',
    );
    expect(existsSync(at("deep"))).toBe(false);
    const document = await run("deep.onnx", "deep", { maxUnsupported: 0.25 });
    expect(document.totals.macs).toBe(48);
    expect(readFileSync(at("deep/network.yaml"), "utf8")).toContain("name: deep");
  });

  test("a folder with other files", async () => {
    await expect(run("net.onnx", ".")).rejects.toThrow(
      "is a folder with other files; a network is written to a new folder",
    );
  });
});
