/** The inputs that a network is run on: images, `.npy` and `.npz` files, and folders of them, in the order of their names. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { ConfigError } from "../input/errors.ts";
import { parseNpyNumbers, readNpyNumbers } from "../masks/npy.ts";
import { imageInput, isImage, type Normalisation } from "./images.ts";
import type { OnnxFile } from "./onnx-file.ts";
import type { OnnxValue } from "./onnx-model.ts";
import { shapeText } from "./onnx-tensor.ts";
import type { RunTensor } from "./runtime.ts";

/** One input of a network; arrays are read when `tensors` is called. */
export interface InputSample {
  readonly path: string;
  readonly tensors: () => ReadonlyMap<string, RunTensor>;
}

interface SampleOptions {
  readonly normalisation: Normalisation;
  /** At most this many. */
  readonly limit: number | undefined;
  /** Sizes that the file leaves open. */
  readonly dimensions: ReadonlyMap<string, number>;
}

const arrays = /\.np[yz]$/i;

/** @throws ConfigError for a path that is not there, a folder without inputs, and what is neither image nor array */
export function inputSamples(file: OnnxFile, paths: readonly string[], options: SampleOptions): InputSample[] {
  const inputs = file.model.graph.inputs.filter(({ name }) => !file.stored.has(name));
  const files = paths.flatMap(filesOf);
  const samples = files.flatMap((path) => samplesOf(file, inputs, path, options));
  return samples.slice(0, options.limit);
}

function filesOf(path: string): string[] {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw new ConfigError(`--inputs ${path}: no such file or folder`);
  if (!status.isDirectory()) {
    if (isImage(path) || arrays.test(path)) return [path];
    throw new ConfigError(`--inputs ${path}: must be .jpg, .jpeg, .png, .npy or .npz`);
  }
  const names = readdirSync(path).filter((name) => isImage(name) || arrays.test(name));
  if (names.length > 0) return names.sort().map((name) => join(path, name));
  throw new ConfigError(`--inputs ${path}: the folder has no .jpg, .jpeg, .png, .npy or .npz file`);
}

function samplesOf(
  file: OnnxFile,
  inputs: readonly OnnxValue[],
  path: string,
  { normalisation, dimensions }: SampleOptions,
): InputSample[] {
  if (/\.npz$/i.test(path)) {
    const given = readNpz(path);
    const missing = inputs.find(({ name }) => !given.has(name));
    if (missing !== undefined) {
      throw new ConfigError(
        `input ${path}: has no array "${missing.name}", which ${file.path} wants (it has: ${[...given.keys()].join(", ")})`,
      );
    }
    return [
      {
        path,
        tensors: () =>
          new Map(inputs.map((input) => [input.name, fitted(path, input, given.get(input.name) ?? empty)])),
      },
    ];
  }
  const [input] = inputs;
  if (inputs.length !== 1) {
    throw new ConfigError(
      `input ${path}: ${file.path} has the inputs ${inputs.map(({ name }) => name).join(", ")}; a .npz file can hold them all`,
    );
  }
  if (isImage(path)) {
    const shape = imageShape(file, input, dimensions);
    return [
      { path, tensors: () => new Map([[input.name, { shape, numbers: imageInput(path, shape, normalisation) }]]) },
    ];
  }
  return splitBatch(path, input, readNpyNumbers(path));
}

const empty: RunTensor = { shape: [0], numbers: new Float32Array(0) };

function imageShape(
  file: OnnxFile,
  { name, shape = [] }: OnnxValue,
  dimensions: ReadonlyMap<string, number>,
): number[] {
  return shape.map((size, axis) => {
    const known = typeof size === "number" ? size : (dimensions.get(size) ?? (axis === 0 ? 1 : undefined));
    if (known !== undefined) return known;
    throw new ConfigError(
      `${file.path}: input "${name}" has shape ${shapeText(shape)}: images need a size, --shape ${name}=1x3x…`,
    );
  });
}

function readNpz(path: string): Map<string, RunTensor> {
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(readFileSync(path));
  } catch (error) {
    throw new ConfigError(`input ${path}: is not a .npz file: ${(error as Error).message}`);
  }
  return new Map(
    Object.entries(entries).map(([name, bytes]) => [
      name.replace(/\.npy$/, ""),
      parseNpyNumbers(`${path}:${name}`, bytes),
    ]),
  );
}

/** An array of several inputs along the first axis is as many samples. */
function splitBatch(path: string, input: OnnxValue, array: RunTensor): InputSample[] {
  const { shape = [] } = input;
  const [count, ...rest] = array.shape;
  const isBatch =
    shape.length === array.shape.length &&
    count > 1 &&
    shape[0] !== count &&
    (typeof shape[0] === "string" || shape[0] === 1) &&
    shape.length > 1;
  if (!isBatch) {
    const tensor = fitted(path, input, array);
    return [{ path, tensors: () => new Map([[input.name, tensor]]) }];
  }
  const size = array.numbers.length / count;
  return Array.from({ length: count }, (_, k) => {
    const part = { shape: [1, ...rest], numbers: array.numbers.subarray(k * size, (k + 1) * size) };
    const tensor = fitted(path, input, part);
    return { path: `${path}[${k}]`, tensors: () => new Map([[input.name, tensor]]) };
  });
}

/** The array in the input's shape; a batch axis may be missing. */
function fitted(path: string, { name, shape }: OnnxValue, array: RunTensor): RunTensor {
  if (shape === undefined) return array;
  const own = array.shape.length === shape.length - 1 ? [1, ...array.shape] : array.shape;
  const fits =
    own.length === shape.length && shape.every((size, axis) => typeof size === "string" || size === own[axis]);
  if (fits) return { ...array, shape: own };
  throw new ConfigError(
    `input ${path}: must have shape ${shapeText(shape)} for "${name}", has ${shapeText(array.shape)}`,
  );
}
