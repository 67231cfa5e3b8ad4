/** Writes down a network in the order of its layers; sizes follow from the layer before. */
import {
  type Layer,
  type LayerDescription,
  makeLayer,
  outputHeight,
  outputWidth,
} from "../../workloads/layers/layer.ts";

/** [channels, height, width] */
type Shape = readonly [channels: number, height: number, width: number];

interface ConvolutionOptions {
  readonly stride?: number;
  /** On all four sides, or [top, bottom, left, right]. */
  readonly padding?: number | Layer["padding"];
  readonly groups?: number;
}

export class LayerList {
  readonly layers: Layer[] = [];
  /** What the next layer reads; set it to go back to a branch. */
  shape: Shape;

  constructor(shape: Shape) {
    this.shape = shape;
  }

  /** A square kernel; 1×1 becomes a pointwise layer. */
  conv(
    name: string,
    outputChannels: number,
    kernel: number,
    { stride = 1, padding = 0, groups = 1 }: ConvolutionOptions = {},
  ): void {
    this.add({
      ...this.square(name, kernel, stride, padding),
      groups,
      kind: kernel === 1 ? "pointwise" : "conv",
      outputChannels,
    });
  }

  depthwise(name: string, kernel: number, { stride = 1, padding = 0 }: ConvolutionOptions = {}): void {
    this.add({ ...this.square(name, kernel, stride, padding), kind: "depthwise", outputChannels: this.shape[0] });
  }

  /** Reads all elements as one vector. */
  fc(name: string, outputChannels: number): void {
    const [channels, height, width] = this.shape;
    this.add({ name, kind: "fc", inputChannels: channels * height * width, outputChannels });
  }

  /** A pooling with square windows; it has no weights and is no layer here. */
  pool(kernel: number, stride: number, padding = 0): void {
    const [channels, height, width] = this.shape;
    const pooled = (size: number) => Math.floor((size + 2 * padding - kernel) / stride) + 1;
    this.shape = [channels, pooled(height), pooled(width)];
  }

  globalPool(): void {
    this.shape = [this.shape[0], 1, 1];
  }

  private square(name: string, kernel: number, stride: number, padding: number | Layer["padding"]) {
    const [inputChannels, inputHeight, inputWidth] = this.shape;
    return {
      name,
      inputChannels,
      inputHeight,
      inputWidth,
      kernel: [kernel, kernel] as const,
      stride: [stride, stride] as const,
      padding: typeof padding === "number" ? ([padding, padding, padding, padding] as const) : padding,
    };
  }

  private add(description: LayerDescription): void {
    const layer = makeLayer(description);
    this.layers.push(layer);
    this.shape = [layer.outputChannels, outputHeight(layer), outputWidth(layer)];
  }
}
