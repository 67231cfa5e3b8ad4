/** Six published networks as ONNX graphs with random weights: shapes, operators and parameters are those of the papers. */
import { GraphBuilder, type WeightOptions } from "./graph-builder.ts";
import type { GraphSpec } from "./onnx-writer.ts";

interface Options extends WeightOptions {
  /** Side of the image in pixels; of a transformer the number of tokens. */
  readonly size?: number;
  /** Channels of the first stage of a ResNet, 64 in the published ones. */
  readonly width?: number;
}

class Cnn {
  readonly graph: GraphBuilder;
  value: string;
  channels = 3;

  constructor({ size = 224, width: _, ...weights }: Options) {
    this.graph = new GraphBuilder(weights);
    this.value = this.graph.input("image", ["batch", 3, size, size]);
  }

  conv(
    name: string,
    filters: number,
    kernel: number,
    { stride = 1, groups = 1, bias = false, pad = Math.floor(kernel / 2) } = {},
  ): this {
    const weights = this.graph.weights(`${name}.weight`, [filters, this.channels / groups, kernel, kernel]);
    const more = bias ? [this.graph.weights(`${name}.bias`, [filters], 0.1)] : [];
    this.value = this.graph.add("Conv", name, [this.value, weights, ...more], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      group: groups,
    });
    this.channels = filters;
    return this;
  }

  normalised(name: string, activation?: "Relu" | "Clip"): this {
    this.value = this.graph.batchNorm(`${name}.bn`, this.value, this.channels);
    return activation === undefined ? this : this.activated(name, activation);
  }

  activated(name: string, activation: "Relu" | "Clip"): this {
    const bounds =
      activation === "Relu"
        ? []
        : [this.graph.constant(`${name}.low`, [], [0]), this.graph.constant(`${name}.high`, [], [6])];
    this.value = this.graph.add(activation, `${name}.act`, [this.value, ...bounds]);
    return this;
  }

  pool(name: string, kernel: number, stride: number, pad = 0): this {
    const attributes = { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [pad, pad, pad, pad] };
    this.value = this.graph.add("MaxPool", name, [this.value], attributes);
    return this;
  }

  plus(name: string, other: string): this {
    this.value = this.graph.add("Add", name, [this.value, other]);
    return this;
  }

  /** Global pooling and one product. */
  classified(classes = 1000): GraphSpec {
    const pooled = this.graph.add("GlobalAveragePool", "pool", [this.value]);
    this.value = this.graph.add("Flatten", "flatten", [pooled]);
    this.product("fc", this.channels, classes);
    return this.graph.spec({ name: this.value, shape: ["batch", classes] });
  }

  product(name: string, inputs: number, outputs: number): this {
    const weights = this.graph.weights(`${name}.weight`, [outputs, inputs]);
    const bias = this.graph.weights(`${name}.bias`, [outputs], 0.1);
    this.value = this.graph.add("Gemm", name, [this.value, weights, bias], { transB: 1 });
    return this;
  }
}

function resnet(blocks: readonly number[], isDeep: boolean, options: Options): GraphSpec {
  const net = new Cnn(options);
  const { width = 64 } = options;
  net.conv("conv1", width, 7, { stride: 2 }).normalised("conv1", "Relu").pool("maxpool", 3, 2, 1);
  for (const [stage, count] of blocks.entries()) {
    for (let block = 0; block < count; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      residual(net, `layer${stage + 1}.${block}`, width * 2 ** stage, { stride, isDeep });
    }
  }
  return net.classified();
}

function residual(
  net: Cnn,
  name: string,
  width: number,
  { stride, isDeep }: { stride: number; isDeep: boolean },
): void {
  const { value: input, channels } = net;
  const output = isDeep ? 4 * width : width;
  if (isDeep) {
    net.conv(`${name}.conv1`, width, 1).normalised(`${name}.conv1`, "Relu");
    net.conv(`${name}.conv2`, width, 3, { stride }).normalised(`${name}.conv2`, "Relu");
    net.conv(`${name}.conv3`, output, 1).normalised(`${name}.conv3`);
  } else {
    net.conv(`${name}.conv1`, width, 3, { stride }).normalised(`${name}.conv1`, "Relu");
    net.conv(`${name}.conv2`, width, 3).normalised(`${name}.conv2`);
  }
  let shortcut = input;
  if (stride > 1 || channels !== output) {
    const sum = net.value;
    net.value = input;
    net.channels = channels;
    shortcut = net.conv(`${name}.downsample`, output, 1, { stride }).normalised(`${name}.downsample`).value;
    net.value = sum;
  }
  net.plus(`${name}.add`, shortcut).activated(`${name}.add`, "Relu");
}

function mobilenetV1(options: Options): GraphSpec {
  const net = new Cnn(options);
  net.conv("conv0", 32, 3, { stride: 2 }).normalised("conv0", "Relu");
  const blocks = [
    [64, 1],
    [128, 2],
    [128, 1],
    [256, 2],
    [256, 1],
    [512, 2],
    ...Array(5).fill([512, 1]),
    [1024, 2],
    [1024, 1],
  ];
  for (const [index, [width, stride]] of blocks.entries()) {
    const name = `block${index + 1}`;
    net.conv(`${name}.dw`, net.channels, 3, { stride, groups: net.channels }).normalised(`${name}.dw`, "Relu");
    net.conv(`${name}.pw`, width, 1).normalised(`${name}.pw`, "Relu");
  }
  return net.classified();
}

function mobilenetV2(options: Options): GraphSpec {
  const net = new Cnn(options);
  net.conv("conv0", 32, 3, { stride: 2 }).normalised("conv0", "Clip");
  const stages = [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ];
  for (const [stage, [expansion, width, count, stride]] of stages.entries()) {
    for (let block = 0; block < count; block++) {
      inverted(net, `stage${stage}.${block}`, { expansion, width, stride: block === 0 ? stride : 1 });
    }
  }
  net.conv("last", 1280, 1).normalised("last", "Clip");
  return net.classified();
}

function inverted(
  net: Cnn,
  name: string,
  { expansion, width, stride }: { expansion: number; width: number; stride: number },
): void {
  const { value: input, channels } = net;
  if (expansion > 1) net.conv(`${name}.expand`, expansion * channels, 1).normalised(`${name}.expand`, "Clip");
  net.conv(`${name}.dw`, net.channels, 3, { stride, groups: net.channels }).normalised(`${name}.dw`, "Clip");
  net.conv(`${name}.project`, width, 1).normalised(`${name}.project`);
  if (stride === 1 && channels === width) net.plus(`${name}.add`, input);
}

function vgg16(options: Options): GraphSpec {
  const net = new Cnn(options);
  for (const [stage, [count, width]] of [
    [2, 64],
    [2, 128],
    [3, 256],
    [3, 512],
    [3, 512],
  ].entries()) {
    for (let i = 1; i <= count; i++) {
      const name = `conv${stage + 1}_${i}`;
      net.conv(name, width, 3, { bias: true }).activated(name, "Relu");
    }
    net.pool(`pool${stage + 1}`, 2, 2);
  }
  net.value = net.graph.add("Flatten", "flatten", [net.value]);
  const side = (options.size ?? 224) / 32;
  net.product("fc6", 512 * side ** 2, 4096).activated("fc6", "Relu");
  net.product("fc7", 4096, 4096).activated("fc7", "Relu");
  net.product("fc8", 4096, 1000);
  return net.graph.spec({ name: net.value, shape: ["batch", 1000] });
}

/** The twelve layers without embeddings and heads; input [batch, tokens, 768]. */
function bertBase({ size, ...weights }: Options): GraphSpec {
  const graph = new GraphBuilder(weights);
  let value = graph.input("hidden", ["batch", size ?? "tokens", 768]);
  graph.constant("split", [4], [0, 0, 12, 64], "int64");
  graph.constant("merge", [3], [0, 0, 768], "int64");
  graph.constant("eight", [], [8]);
  for (let layer = 0; layer < 12; layer++) value = encoderLayer(graph, `layer${layer}`, value);
  return graph.spec({ name: value, shape: ["batch", size ?? "tokens", 768] });
}

function encoderLayer(graph: GraphBuilder, name: string, input: string): string {
  const dense = (part: string, from: string, inputs: number, outputs: number) => {
    const weights = graph.weights(`${name}.${part}.weight`, [inputs, outputs], 0.05);
    const product = graph.add("MatMul", `${name}.${part}`, [from, weights]);
    return graph.add("Add", `${name}.${part}.add`, [graph.weights(`${name}.${part}.bias`, [outputs], 0.05), product]);
  };
  const heads = (part: string, perm: readonly number[]) => {
    const split = graph.add("Reshape", `${name}.${part}.split`, [dense(part, input, 768, 768), "split"]);
    return graph.add("Transpose", `${name}.${part}.heads`, [split], { perm });
  };
  const norm = (part: string, from: string) => {
    const scale = graph.constant(`${name}.${part}.scale`, [768], new Float32Array(768).fill(1));
    const bias = graph.weights(`${name}.${part}.shift`, [768], 0.05);
    return graph.add("LayerNormalization", `${name}.${part}`, [from, scale, bias], { axis: -1 });
  };
  const query = heads("query", [0, 2, 1, 3]);
  const key = heads("key", [0, 2, 3, 1]);
  const scores = graph.add("Div", `${name}.scale`, [graph.add("MatMul", `${name}.scores`, [query, key]), "eight"]);
  const shares = graph.add("Softmax", `${name}.softmax`, [scores], { axis: -1 });
  const mixed = graph.add("MatMul", `${name}.values`, [shares, heads("value", [0, 2, 1, 3])]);
  const merged = graph.add("Reshape", `${name}.merge`, [
    graph.add("Transpose", `${name}.back`, [mixed], { perm: [0, 2, 1, 3] }),
    "merge",
  ]);
  const attended = norm("norm1", graph.add("Add", `${name}.residual1`, [dense("output", merged, 768, 768), input]));
  const wide = graph.add("Relu", `${name}.act`, [dense("expand", attended, 768, 3072)]);
  return norm("norm2", graph.add("Add", `${name}.residual2`, [dense("contract", wide, 3072, 768), attended]));
}

/** By name. BERT's activation is ReLU here, so that something is zero; GELU has as many MACs. */
export const topologies: Readonly<Record<string, (options: Options) => GraphSpec>> = {
  resnet18: (options) => resnet([2, 2, 2, 2], false, options),
  resnet50: (options) => resnet([3, 4, 6, 3], true, options),
  "mobilenet-v1": mobilenetV1,
  "mobilenet-v2": mobilenetV2,
  vgg16,
  "bert-base": bertBase,
};
