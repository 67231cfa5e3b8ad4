/** Forms in which ONNX files say things, one small file each; and files that are refused, in one line. */
import { mkdirSync, mkdtempSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type GraphSpec,
  type NodeSpec,
  onnxModel,
  rawBytes,
  type TensorSpec,
} from "../../../scripts/onnx/onnx-writer.ts";
import type { ImportedNetwork } from "../../../workloads/import/imported-network.ts";
import { readOnnxFile } from "../../../workloads/import/onnx-file.ts";
import { onnxNetwork } from "../../../workloads/import/onnx-network.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { denseMacs } from "../../../workloads/layers/layer.ts";

const folder = mkdtempSync(join(tmpdir(), "dysta-forms-"));
const path = join(folder, "net.onnx");

interface Given {
  readonly dimensions?: Readonly<Record<string, number>>;
  readonly inputs?: Readonly<Record<string, readonly number[]>>;
}

function imported(spec: Partial<GraphSpec>, { dimensions = {}, inputs = {} }: Given = {}): ImportedNetwork {
  const whole = { inputs: [{ name: "x", shape: [1, 2, 4, 4] }], outputs: [{ name: "y" }], nodes: [], ...spec };
  writeFileSync(path, onnxModel(whole));
  return onnxNetwork(readOnnxFile(path), {
    dimensions: new Map(Object.entries(dimensions)),
    inputs: new Map(Object.entries(inputs)),
  });
}

const weights = [1, 0, -2, 0.5, 0, 0, 3, 1e-40];
const stored: TensorSpec = { name: "w", dims: [4, 2, 1, 1], values: weights };
const conv: NodeSpec = { op: "Conv", name: "conv", inputs: ["x", "w"], outputs: ["y"] };
const zeros = (network: ImportedNetwork) => Array.from(network.layers[0].weights?.() ?? [], (value) => value !== 0);
const expected = weights.map((value) => value !== 0);
/** 16 bit floats of the weights' signs and zeros. */
const halves = [0x3c00, 0, 0xc000, 0x3800, 0x8000, 0, 0x4200, 1];

describe("weights, bit by bit", () => {
  test.each<[string, Partial<GraphSpec>]>([
    ["as raw bytes", { tensors: [stored] }],
    ["as numbers", { tensors: [{ ...stored, storage: "numbers" }] }],
    ["as 64 bit floats", { tensors: [{ ...stored, type: "float64" }] }],
    ["as 16 bit floats, -0 and a denormal among them", { tensors: [{ ...stored, type: "float16", values: halves }] }],
    ["as 16 bit floats in numbers", { tensors: [{ ...stored, type: "float16", values: halves, storage: "numbers" }] }],
    ["as brain floats", { tensors: [{ ...stored, type: "bfloat16", values: halves }] }],
    ["in a Constant", { nodes: [{ op: "Constant", inputs: [], outputs: ["w"], attributes: { value: stored } }, conv] }],
    [
      "through Identity, Transpose, Reshape",
      {
        tensors: [
          { name: "raw", dims: [2, 4], values: [1, -2, 0, 3, 0, 0.5, 0, 1e-40] },
          { name: "s", dims: [4], type: "int64", values: [4, 2, 1, 1] },
        ],
        nodes: [
          { op: "Identity", inputs: ["raw"], outputs: ["same"] },
          { op: "Transpose", inputs: ["same"], outputs: ["turned"], attributes: { perm: [1, 0] } },
          { op: "Reshape", inputs: ["turned", "s"], outputs: ["w"] },
          conv,
        ],
      },
    ],
    [
      "sparse, by position",
      {
        sparse: [
          {
            name: "w",
            dims: [5],
            values: [1, -2, 0.5, 3, 1e-40],
            indices: [0, 2, 3, 6, 7],
            indexDims: [5],
            shape: [4, 2, 1, 1],
          },
        ],
      },
    ],
    [
      "sparse, by coordinates",
      {
        sparse: [
          {
            ...{ name: "w", dims: [2], values: [1, 2], shape: [4, 2, 1, 1], indexDims: [2, 4] },
            indices: [0, 0, 0, 0, 3, 1, 0, 0],
          },
        ],
      },
    ],
  ])("%s", (form, spec) => {
    const network = imported({ nodes: [conv], ...spec });
    const wanted = form === "sparse, by coordinates" ? [true, ...Array(6).fill(false), true] : expected;
    expect(zeros(network)).toEqual(wanted);
    expect(network.layers[0].layer.kind).toBe("pointwise");
  });

  test("in another file, from an offset", () => {
    writeFileSync(join(folder, "far.bin"), Buffer.concat([Buffer.alloc(12), rawBytes("float32", weights)]));
    const network = imported({ nodes: [conv], tensors: [{ ...stored, storage: { location: "far.bin", offset: 12 } }] });
    expect(zeros(network)).toEqual(expected);
  });
});

describe("integers with zero points", () => {
  const zero = (name: string, values: number[], type: "int8" | "uint8" = "uint8"): TensorSpec => ({
    name,
    dims: values.length === 1 ? [] : [values.length],
    values,
    type,
  });
  const scale = (name: string, values = [0.1]): TensorSpec => ({
    name,
    dims: values.length === 1 ? [] : [values.length],
    values,
  });
  const integers: TensorSpec = { name: "q", dims: [4, 2, 1, 1], type: "uint8", values: [8, 7, 5, 9, 7, 7, 10, 6] };
  const common = [integers, zero("zp", [7]), zero("xz", [3]), zero("yz", [0]), scale("xs"), scale("ws"), scale("ys")];
  const byteInput = { inputs: [{ name: "x", shape: [1, 2, 4, 4], type: "uint8" as const }] };

  test("QLinearConv", () => {
    const node = { op: "QLinearConv", inputs: ["x", "xs", "xz", "q", "ws", "zp", "ys", "yz"], outputs: ["y"] };
    const network = imported({ ...byteInput, nodes: [node], tensors: common });
    expect(zeros(network)).toEqual(expected);
    expect(network.layers[0].input).toMatchObject({ tensor: "x", zeroPoint: { tensor: "xz" } });
  });

  test("QLinearConv with a zero point per filter", () => {
    const node = { op: "QLinearConv", inputs: ["x", "xs", "xz", "q", "ws", "zp", "ys", "yz"], outputs: ["y"] };
    const perFilter = common.map((tensor) => (tensor.name === "zp" ? zero("zp", [7, 5, 7, 6]) : tensor));
    expect(zeros(imported({ ...byteInput, nodes: [node], tensors: perFilter }))).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
      true,
      false,
    ]);
  });

  test("ConvInteger", () => {
    const node = { op: "ConvInteger", inputs: ["x", "q", "xz", "zp"], outputs: ["y"] };
    expect(zeros(imported({ ...byteInput, nodes: [node], tensors: common }))).toEqual(expected);
  });

  test("DequantizeLinear before a convolution, tiny scales too", () => {
    const nodes = [
      { op: "DequantizeLinear", inputs: ["q", "ws", "zp"], outputs: ["w"], attributes: { axis: 0 } },
      conv,
    ];
    for (const factor of [0.1, 1e-45]) {
      const tensors = common.map((tensor) =>
        tensor.name === "ws"
          ? scale("ws", [factor, factor, 1, 2])
          : tensor.name === "zp"
            ? zero("zp", [7, 7, 7, 7])
            : tensor,
      );
      expect(zeros(imported({ nodes, tensors }))).toEqual(expected);
    }
  });

  test("QLinearMatMul and MatMulInteger", () => {
    const q: TensorSpec = { name: "q", dims: [2, 4], type: "uint8", values: [8, 5, 7, 10, 7, 9, 7, 6] };
    const tensors = [q, ...common.slice(1)];
    const inputs = [{ name: "x", shape: [3, 2], type: "uint8" as const }];
    for (const node of [
      { op: "QLinearMatMul", inputs: ["x", "xs", "xz", "q", "ws", "zp", "ys", "yz"], outputs: ["y"] },
      { op: "MatMulInteger", inputs: ["x", "q", "xz", "zp"], outputs: ["y"] },
    ]) {
      const network = imported({ inputs, nodes: [node], tensors });
      expect(zeros(network)).toEqual(expected);
      expect(network.layers[0].layer).toMatchObject({
        kind: "matmul",
        inputChannels: 2,
        outputChannels: 4,
        inputHeight: 3,
      });
    }
  });
});

describe("products", () => {
  const layerOf = (inputs: GraphSpec["inputs"], node: NodeSpec, tensors: readonly TensorSpec[] = []) =>
    imported({ inputs, nodes: [node], tensors }).layers[0].layer;
  const node = { op: "MatMul", inputs: ["a", "b"], outputs: ["y"] };

  test("heads of an attention are groups; the second operand stands for weights", () => {
    const network = imported({
      inputs: [
        { name: "a", shape: [1, 3, 5, 8] },
        { name: "b", shape: [1, 3, 8, 5] },
      ],
      nodes: [node],
    });
    expect(network.layers[0].layer).toMatchObject({
      kind: "matmul",
      groups: 3,
      inputChannels: 24,
      outputChannels: 15,
      inputHeight: 5,
    });
    expect(network.layers[0].weights).toBeUndefined();
    expect(denseMacs(network.layers[0].layer)).toBe(3 * 5 * 8 * 5);
  });

  test("a constant on the left", () => {
    const w: TensorSpec = { name: "a", dims: [4, 6], values: Array(24).fill(1) };
    expect(layerOf([{ name: "b", shape: [1, 6, 7] }], node, [w])).toMatchObject({
      kind: "matmul",
      inputChannels: 6,
      outputChannels: 4,
      inputHeight: 7,
    });
  });

  test("one row is fully connected; Einsum is named axes", () => {
    const w: TensorSpec = { name: "b", dims: [6, 4], values: Array(24).fill(1) };
    expect(layerOf([{ name: "a", shape: [1, 6] }], node, [w])).toMatchObject({
      kind: "fc",
      inputChannels: 6,
      outputChannels: 4,
    });
    const einsum = { op: "Einsum", inputs: ["a", "b"], outputs: ["y"], attributes: { equation: "bhid,bhjd->bhij" } };
    expect(
      layerOf(
        [
          { name: "a", shape: [1, 2, 5, 8] },
          { name: "b", shape: [1, 2, 7, 8] },
        ],
        einsum,
      ),
    ).toMatchObject({ groups: 2, inputChannels: 16, outputChannels: 14, inputHeight: 5 });
  });
});

describe("sizes", () => {
  const open = { inputs: [{ name: "x", shape: ["N", 2, "height", 4] }], tensors: [stored], nodes: [conv] };

  test("a batch is one; other dimensions are given by name, or the whole shape is", () => {
    expect(imported(open, { dimensions: { height: 9 } }).layers[0].layer.inputHeight).toBe(9);
    expect(imported(open, { inputs: { x: [1, 2, 8, 4] } }).layers[0].layer.inputHeight).toBe(8);
    expect(() => imported(open)).toThrow(
      'input "x" has shape [N, 2, height, 4]: give it with --shape x=1x2x…x4 or --shape height=…, or with --inputs',
    );
  });

  test("what a shape is computed with is computed", () => {
    const nodes: NodeSpec[] = [
      { op: "Shape", inputs: ["x"], outputs: ["shape"] },
      { op: "Gather", inputs: ["shape", "one"], outputs: ["channels"], attributes: { axis: 0 } },
      { op: "Concat", inputs: ["channels", "rest"], outputs: ["wanted"], attributes: { axis: 0 } },
      { op: "Reshape", inputs: ["x", "wanted"], outputs: ["flat"] },
      { op: "MatMul", name: "m", inputs: ["flat", "w"], outputs: ["y"] },
    ];
    const tensors: TensorSpec[] = [
      { name: "one", dims: [1], type: "int64", values: [1] },
      { name: "rest", dims: [1], type: "int64", values: [-1] },
      { name: "w", dims: [16, 3], values: Array(48).fill(1) },
    ];
    expect(imported({ nodes, tensors }).layers[0].layer).toMatchObject({
      kind: "matmul",
      inputHeight: 2,
      inputChannels: 16,
    });
  });

  test.each([
    ["SAME_UPPER", [0, 1, 0, 1]],
    ["SAME_LOWER", [1, 0, 1, 0]],
    ["VALID", [0, 0, 0, 0]],
  ])("auto_pad %s", (auto_pad, padding) => {
    const w: TensorSpec = { name: "w", dims: [1, 2, 2, 2], values: Array(8).fill(1) };
    const node = { ...conv, attributes: { auto_pad } };
    expect(imported({ nodes: [node], tensors: [w] }).layers[0].layer.padding).toEqual(padding);
  });
});

describe("operators that are not layers", () => {
  test("MACs that are not modelled have a share", () => {
    const volume: TensorSpec = { name: "v", dims: [1, 1, 1, 1, 1], values: [1] };
    const network = imported({
      inputs: [
        { name: "x", shape: [1, 2, 4, 4] },
        { name: "z", shape: [1, 1, 4, 4, 8] },
      ],
      tensors: [stored, volume],
      nodes: [
        conv,
        { op: "Conv", name: "deep", inputs: ["z", "v"], outputs: ["deep"] },
        { op: "Foo", name: "own", inputs: ["y"], outputs: ["foo"], domain: "acme" },
      ],
    });
    expect(network.operators).toEqual({
      counted: { Conv: 1 },
      free: {},
      unsupported: [
        { op: "Conv", name: "deep", share: 0.5, why: "a 3-D convolution" },
        { op: "acme:Foo", name: "own", share: null, why: "an operator that is not known" },
      ],
    });
  });

  test("who reads what, with what lies between", () => {
    const wide: TensorSpec = { name: "w2", dims: [1, 8, 1, 1], values: Array(8).fill(1) };
    const network = imported({
      tensors: [stored, wide],
      nodes: [
        { ...conv, outputs: ["a"] },
        { ...conv, name: "other", outputs: ["b"] },
        { op: "Relu", name: "relu", inputs: ["a"], outputs: ["a2"] },
        { op: "Concat", name: "join", inputs: ["a2", "b"], outputs: ["j"], attributes: { axis: 1 } },
        {
          op: "MaxPool",
          name: "pool",
          inputs: ["j"],
          outputs: ["p"],
          attributes: { kernel_shape: [2, 2], strides: [2, 2] },
        },
        { ...conv, name: "last", inputs: ["p", "w2"] },
      ],
    });
    expect(network.layers.map(({ reads, between, output }) => ({ reads, between, written: output?.tensor }))).toEqual([
      { reads: [], between: [], written: "a2" },
      { reads: [], between: [], written: "b" },
      { reads: ["conv", "other"], between: ["Concat", "MaxPool"], written: "y" },
    ]);
  });

  test("what follows is folded: x · sigmoid(x) too, and an addition into the later of the two", () => {
    const network = imported({
      tensors: [stored, { ...stored, name: "w2", dims: [2, 4, 1, 1] }],
      nodes: [
        { ...conv, outputs: ["a"] },
        { op: "Sigmoid", name: "s", inputs: ["a"], outputs: ["s"] },
        { op: "Mul", name: "m", inputs: ["a", "s"], outputs: ["silu"] },
        { ...conv, name: "second", inputs: ["silu", "w2"], outputs: ["c"] },
        { op: "Add", name: "sum", inputs: ["x", "c"], outputs: ["y"] },
      ],
    });
    expect(network.layers.map(({ output }) => output?.tensor)).toEqual(["silu", "y"]);
  });
});

describe("refused, in one line", () => {
  const good: GraphSpec = {
    inputs: [{ name: "x", shape: [1, 2, 4, 4] }],
    outputs: [{ name: "y" }],
    nodes: [conv],
    tensors: [stored],
  };
  const complaint = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as Error).message).not.toContain("\n");
      return (error as Error).message.replaceAll(folder, "");
    }
    return "nothing";
  };
  const refusal = (spec: Partial<GraphSpec>) => complaint(() => zeros(imported({ ...good, ...spec })));

  test("every way to cut the file short", () => {
    const bytes = onnxModel(good);
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(path, bytes.subarray(0, length));
      complaint(() => readOnnxFile(path));
    }
    writeFileSync(path, bytes.subarray(0, bytes.length - 9));
    expect(complaint(() => readOnnxFile(path))).toMatch(
      /^\/net.onnx is cut short: field 7 has \d+ bytes, \d+ are left; it is not an ONNX file, or a damaged one$/,
    );
  });

  test("other files", () => {
    expect(complaint(() => readOnnxFile(folder))).toBe(": is a folder, not an ONNX file");
    expect(complaint(() => readOnnxFile(join(folder, "none.onnx")))).toBe("/none.onnx: no such file");
    writeFileSync(path, "");
    expect(complaint(() => readOnnxFile(path))).toBe("/net.onnx: has no graph with operators; is it an ONNX file?");
    mkdirSync(join(folder, "huge"), { recursive: true });
    const huge = join(folder, "huge", "huge.onnx");
    writeFileSync(huge, "");
    truncateSync(huge, 2 ** 31);
    expect(complaint(() => readOnnxFile(huge))).toBe(
      "/huge/huge.onnx: has 2147483648 bytes; an ONNX file has up to 2147483647",
    );
  });

  test.each<[string, Partial<GraphSpec>, string]>([
    ["an unknown operator set", { opset: 99 }, "/net.onnx: operator set 99; 7 to 25 are read"],
    [
      "NaN weights",
      { tensors: [{ ...stored, values: [...weights.slice(1), Number.NaN] }] },
      '/net.onnx: weights "w" of layer "conv" must be numbers, one is NaN',
    ],
    [
      "missing external data",
      { tensors: [{ ...stored, storage: { location: "gone.bin", offset: 0 } }] },
      '/net.onnx: tensor "w" external data /gone.bin: no such file',
    ],
    [
      "external data outside",
      { tensors: [{ ...stored, storage: { location: "../x.bin", offset: 0 } }] },
      '/net.onnx: tensor "w" has external data in "../x.bin"; they must lie beside the model',
    ],
    [
      "too few elements",
      { tensors: [{ ...stored, values: [1] }] },
      '/net.onnx: tensor "w" must have 8 elements ([4, 2, 1, 1]), has 1',
    ],
    [
      "a tensor of 4 GB",
      { tensors: [{ ...stored, dims: [2 ** 30, 1, 1, 1] }] },
      '/net.onnx: tensor "w" has 4294967296 bytes ([1073741824, 1, 1, 1]); tensors may have up to 2147483647',
    ],
    [
      "a loop",
      {
        nodes: [
          conv,
          { op: "Add", name: "p", inputs: ["q", "y"], outputs: ["r"] },
          { op: "Relu", name: "q", inputs: ["r"], outputs: ["q"] },
        ],
      },
      '/net.onnx: the graph has a loop through Add "p"',
    ],
    [
      "a tensor from nowhere",
      { nodes: [{ ...conv, inputs: ["x2", "w"] }] },
      '/net.onnx: Conv "conv" reads tensor "x2", which nothing writes',
    ],
    [
      "shapes that do not fit",
      { inputs: [{ name: "x", shape: [1, 3, 4, 4] }] },
      '/net.onnx: Conv "conv": weights [4, 2, 1, 1] in 1 groups do not fit the input [1, 3, 4, 4]',
    ],
    [
      "no layers",
      { nodes: [{ op: "Relu", name: "r", inputs: ["x"], outputs: ["y"] }] },
      "/net.onnx: has no operator with MACs that is modelled",
    ],
    [
      "MACs that depend on the data",
      {
        inputs: [{ name: "z", shape: [4] }],
        nodes: [{ op: "NonZero", name: "nz", inputs: ["z"], outputs: ["x"] }, conv],
      },
      '/net.onnx: Conv "conv": the shape of its input "x" depends on the data, so its MACs are not known',
    ],
  ])("%s", (_, spec, message) => {
    expect(refusal(spec)).toBe(message);
  });
});
