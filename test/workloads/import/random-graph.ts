/** Random small networks: chains with branches, of every operator that becomes a layer. */
import fc from "fast-check";
import { GraphBuilder } from "../../../scripts/onnx/graph-builder.ts";
import type { GraphSpec } from "../../../scripts/onnx/onnx-writer.ts";

export interface RandomGraph {
  readonly spec: GraphSpec;
  readonly inputShape: readonly number[];
}

type Step =
  | {
      readonly kind: "conv";
      readonly filters: number;
      readonly kernel: readonly [number, number];
      readonly stride: readonly [number, number];
      readonly dilation: number;
      readonly pads: readonly [number, number, number, number];
      readonly style: "plain" | "grouped" | "depthwise";
    }
  | {
      readonly kind: "transposed";
      readonly filters: number;
      readonly kernel: readonly [number, number];
      readonly stride: readonly [number, number];
      readonly pad: number;
      readonly extra: number;
      readonly dilation: number;
    }
  | { readonly kind: "relu" | "norm" | "pool" | "identity" | "branch" | "dead-norm" };

const small = fc.integer({ min: 1, max: 3 });
const pair = fc.tuple(small, small);
const pad = fc.integer({ min: 0, max: 2 });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("conv" as const),
      filters: fc.integer({ min: 1, max: 3 }),
      kernel: pair,
      stride: pair,
      dilation: fc.integer({ min: 1, max: 2 }),
      pads: fc.tuple(pad, pad, pad, pad),
      style: fc.constantFrom("plain" as const, "grouped" as const, "depthwise" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("transposed" as const),
      filters: fc.integer({ min: 1, max: 3 }),
      kernel: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
      stride: pair,
      pad: fc.integer({ min: 0, max: 1 }),
      extra: fc.integer({ min: 0, max: 1 }),
      dilation: fc.integer({ min: 1, max: 2 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        "relu" as const,
        "norm" as const,
        "pool" as const,
        "identity" as const,
        "branch" as const,
        "dead-norm" as const,
      ),
    }),
  },
);

export const randomGraph: fc.Arbitrary<RandomGraph> = fc
  .record({
    channels: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 4, max: 7 }),
    width: fc.integer({ min: 4, max: 7 }),
    steps: fc.array(step, { minLength: 1, maxLength: 6 }),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    density: fc.constantFrom(0.3, 0.7, 1),
    end: fc.constantFrom("none" as const, "gemm" as const, "matmul" as const, "left" as const, "square" as const),
  })
  .map(({ channels, height, width, steps, seed, density, end }) => {
    const builder = new Chain(new GraphBuilder({ seed, density }), [channels, height, width]);
    for (const each of steps) builder.add(each);
    if (builder.layerCount === 0)
      builder.add({
        kind: "conv",
        filters: 2,
        kernel: [1, 1],
        stride: [1, 1],
        dilation: 1,
        pads: [0, 0, 0, 0],
        style: "plain",
      });
    builder.finish(end);
    return { spec: builder.graph.spec({ name: builder.value }), inputShape: [1, channels, height, width] };
  });

class Chain {
  readonly graph: GraphBuilder;
  value: string;
  layerCount = 0;
  private shape: [number, number, number];
  private next = 0;

  constructor(graph: GraphBuilder, shape: [number, number, number]) {
    this.graph = graph;
    this.shape = shape;
    this.value = graph.input("x", [1, ...shape]);
  }

  add(step: Step): void {
    const name = `n${this.next++}`;
    switch (step.kind) {
      case "conv":
        this.conv(name, step);
        return;
      case "transposed":
        this.transposed(name, step);
        return;
      case "relu":
        this.value = this.graph.add("Relu", name, [this.value]);
        return;
      case "identity":
        this.value = this.graph.add("Identity", name, [this.value]);
        return;
      case "norm":
      case "dead-norm":
        this.norm(name, step.kind === "dead-norm");
        return;
      case "pool":
        this.pool(name);
        return;
      case "branch":
        this.branch(name);
        return;
    }
  }

  private norm(name: string, isDead: boolean): void {
    const [channels] = this.shape;
    const values = (of: (i: number) => number) => Float32Array.from({ length: channels }, (_, i) => of(i));
    const parts = [
      this.graph.constant(
        `${name}.scale`,
        [channels],
        values((i) => (isDead && i === 0 ? 0 : 1 + this.graph.random())),
      ),
      this.graph.constant(
        `${name}.bias`,
        [channels],
        values(() => this.graph.random() - 0.5),
      ),
      this.graph.constant(
        `${name}.mean`,
        [channels],
        values(() => this.graph.random() - 0.5),
      ),
      this.graph.constant(
        `${name}.var`,
        [channels],
        values(() => 1 + this.graph.random()),
      ),
    ];
    this.value = this.graph.add("BatchNormalization", name, [this.value, ...parts]);
  }

  private conv(
    name: string,
    { filters, kernel, stride, dilation, pads, style }: Extract<Step, { kind: "conv" }>,
  ): void {
    const [channels, height, width] = this.shape;
    const groups =
      style === "depthwise" || (style === "grouped" && channels % 2 === 1) ? channels : style === "grouped" ? 2 : 1;
    const size = [height, width].map(
      (own, axis) => own + pads[axis] + pads[axis + 2] - (kernel[axis] - 1) * dilation - 1,
    );
    if (Math.min(...size) < 0) return;
    const outputs = filters * groups;
    const weights = this.graph.weights(`${name}.w`, [outputs, channels / groups, ...kernel]);
    this.value = this.graph.add("Conv", name, [this.value, weights], {
      ...{ strides: stride, dilations: [dilation, dilation], pads, group: groups },
    });
    this.shape = [outputs, Math.floor(size[0] / stride[0]) + 1, Math.floor(size[1] / stride[1]) + 1];
    this.layerCount++;
  }

  private transposed(name: string, step: Extract<Step, { kind: "transposed" }>): void {
    const { filters, kernel, stride, pad, dilation } = step;
    const [channels, ...size] = this.shape;
    // The padding of an output must be less than the stride.
    const extra = stride.map((own) => Math.min(step.extra, own - 1));
    const out = size.map(
      (own, axis) => stride[axis] * (own - 1) + extra[axis] + (kernel[axis] - 1) * dilation + 1 - 2 * pad,
    );
    if (Math.min(...out) < 1 || Math.max(...out) > 16) return;
    const weights = this.graph.weights(`${name}.w`, [channels, filters, ...kernel]);
    this.value = this.graph.add("ConvTranspose", name, [this.value, weights], {
      ...{ strides: stride, pads: [pad, pad, pad, pad], output_padding: extra, dilations: [dilation, dilation] },
    });
    this.shape = [filters, out[0], out[1]];
    this.layerCount++;
  }

  private pool(name: string): void {
    const [channels, height, width] = this.shape;
    if (Math.min(height, width) < 2) return;
    this.value = this.graph.add("MaxPool", name, [this.value], { kernel_shape: [2, 2], strides: [1, 2] });
    this.shape = [channels, height - 1, Math.floor((width - 2) / 2) + 1];
  }

  /** Two pointwise convolutions, joined, or added to what they read. */
  private branch(name: string): void {
    const [channels, height, width] = this.shape;
    const input = this.value;
    const arms = ["a", "b"].map((arm) => {
      const weights = this.graph.weights(`${name}.${arm}.w`, [channels, channels, 1, 1]);
      return this.graph.add("Relu", `${name}.${arm}.relu`, [
        this.graph.add("Conv", `${name}.${arm}`, [input, weights]),
      ]);
    });
    this.layerCount += 2;
    const sum = this.graph.add("Add", `${name}.sum`, [arms[0], input]);
    this.value = this.graph.add("Concat", `${name}.join`, [sum, arms[1]], { axis: 1 });
    this.shape = [2 * channels, height, width];
  }

  finish(end: "none" | "gemm" | "matmul" | "left" | "square"): void {
    if (end === "none") return;
    const count = this.shape[0] * this.shape[1] * this.shape[2];
    const flat = this.graph.add("Flatten", "flat", [this.value]);
    if (end === "gemm") {
      this.value = this.graph.add(
        "Gemm",
        "end",
        [flat, this.graph.weights("end.w", [5, count]), this.graph.weights("end.b", [5])],
        { transB: 1 },
      );
    } else if (end === "matmul") {
      const turned = this.graph.add("Transpose", "end.turned", [this.graph.weights("end.w", [5, count])], {
        perm: [1, 0],
      });
      this.value = this.graph.add("MatMul", "end", [flat, turned]);
    } else {
      const column = this.graph.add("Transpose", "column", [flat], { perm: [1, 0] });
      const left = end === "left" ? this.graph.weights("end.w", [4, count]) : flat;
      this.value = this.graph.add("MatMul", "end", [left, column]);
    }
  }
}
