/** The masks that a network file names, read when asked for. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ConfigError } from "../input/errors.ts";
import type { Layer } from "../layers/layer.ts";
import type { BitMask } from "../masks/bit-mask.ts";
import { readTensorMask, readTensorNumbers } from "../masks/npy.ts";
import { type TensorName, tensorNames } from "../masks/tensor-layout.ts";
import { tensorFile } from "./layer-file.ts";
import type { NetworkLayerKeys } from "./network-schema.ts";

/** By index of the layer; undefined where the file names none, so that a mask is generated. */
export interface GivenMasks {
  input(layer: number, sample: number, of: Layer): BitMask | undefined;
  weight(layer: number, of: Layer): BitMask | undefined;
  output(layer: number, sample: number, of: Layer): BitMask | undefined;
  /** The weights themselves, where the file has numbers rather than truth values. */
  weightNumbers(layer: number): Float32Array | Float64Array | undefined;
  /** Changes with every byte of a layer's masks. */
  fingerprint(layer: number): string;
}

type MaskKey = `${TensorName}Mask`;

export class MaskFiles implements GivenMasks {
  private readonly folder: string;
  private readonly keys: readonly NetworkLayerKeys[];
  private readonly layers: readonly Layer[];
  private readonly sampleCount: number;

  /**
   * @param folder where relative paths begin
   * @throws ConfigError for a file that is not there
   */
  constructor(folder: string, keys: readonly NetworkLayerKeys[], layers: readonly Layer[], sampleCount: number) {
    this.folder = folder;
    this.keys = keys;
    this.layers = layers;
    this.sampleCount = sampleCount;
    for (const layer of keys.keys()) {
      for (const path of this.paths(layer)) {
        if (!existsSync(path)) throw new ConfigError(`mask ${path}: no such file`);
      }
    }
  }

  input(layer: number, sample: number, of: Layer): BitMask | undefined {
    return this.read(layer, "input", sample, of);
  }

  weight(layer: number, of: Layer): BitMask | undefined {
    return this.read(layer, "weight", 0, of);
  }

  output(layer: number, sample: number, of: Layer): BitMask | undefined {
    return this.read(layer, "output", sample, of);
  }

  weightNumbers(layer: number): Float32Array | Float64Array | undefined {
    const path = this.path(layer, "weightMask", 0);
    if (path === undefined) return undefined;
    const { type, numbers } = readTensorNumbers(tensorFile(path, "weight", this.keys[layer], this.layers[layer]));
    return type === "b1" ? undefined : numbers;
  }

  fingerprint(layer: number): string {
    const hash = createHash("sha256");
    for (const path of this.paths(layer)) hash.update(readFileSync(path));
    return hash.digest("hex");
  }

  private read(layer: number, tensor: TensorName, sample: number, of: Layer): BitMask | undefined {
    const path = this.path(layer, `${tensor}Mask`, sample);
    return path === undefined ? undefined : readTensorMask(tensorFile(path, tensor, this.keys[layer], of));
  }

  private paths(layer: number): string[] {
    const samples = Array.from({ length: this.sampleCount }, (_, sample) => sample);
    const all = tensorNames.flatMap((tensor) =>
      samples.flatMap((sample) => this.path(layer, `${tensor}Mask`, sample) ?? []),
    );
    return [...new Set(all)];
  }

  private path(layer: number, key: MaskKey, sample: number): string | undefined {
    const name = this.keys[layer][key];
    return name === undefined
      ? undefined
      : resolve(this.folder, name.replaceAll("{sample}", String(sample % this.sampleCount)));
  }
}
