/** A user's own layer: a YAML or JSON file with its geometry and, for each tensor, a NumPy mask or a density. */
import { basename, dirname, extname, resolve } from "node:path";
import { z } from "zod";
import { ConfigError } from "../input/errors.ts";
import { firstComplaint } from "../input/schema-errors.ts";
import { readYamlFile } from "../input/yaml-file.ts";
import { inputShape, type Layer, layerKinds, makeLayer, outputShape, weightShape } from "../layers/layer.ts";
import type { BitMask, LayerMasks } from "../masks/bit-mask.ts";
import { generateInputMask, generateOutputMask, generateWeightMask } from "../masks/layer-masks.ts";
import { readNpyMask } from "../masks/npy.ts";
import { type MaskStatistics, measuredStatistics } from "../masks/statistics.ts";

const size = z.number({ error: "must be a number" });
const pair = z.tuple([size, size], { error: "must be a pair of numbers" });
const sizeOrPair = z.union([size, pair], { error: "must be a number or a pair of numbers" });
const text = z.string({ error: "must be a text" }).min(1, { error: "must be a text" });
const mask = text.describe(".npy file, relative to this file; non-zero = 1");
const rangeText = "must be a number from 0 to 1";
const density = z.number({ error: rangeText }).min(0, { error: rangeText }).max(1, { error: rangeText });

/** The keys of a layer file; see `Layer` for their meaning. */
export const layerKeySchemas = {
  kind: z.enum(layerKinds, { error: `must be one of ${layerKinds.join(", ")}` }),
  name: text.optional().describe("the file's name without its ending, if absent"),
  inputChannels: size,
  outputChannels: size,
  inputHeight: size.optional(),
  inputWidth: size.optional(),
  kernel: sizeOrPair.optional().describe("[rows, columns], or one number for both"),
  stride: sizeOrPair.optional().describe("[vertical, horizontal], or one number for both"),
  padding: z
    .union([size, z.tuple([size, size, size, size])], {
      error: "must be a number or the list [top, bottom, left, right]",
    })
    .optional(),
  dilation: sizeOrPair.optional().describe("[vertical, horizontal], or one number for both"),
  groups: size.optional(),
  inputMask: mask.optional().describe("[C, H, W]"),
  weightMask: mask.optional().describe("[M, C/groups, R, S]"),
  outputMask: mask.optional().describe("[M, E, F]"),
  inputDensity: density.optional(),
  weightDensity: density.optional(),
  outputDensity: density.optional(),
};

/** Published as JSON Schema for editors. */
const layerFileSchema = z.strictObject(layerKeySchemas, { error: "must be a mapping" });

/** The schema of layer files for editors and other tools. */
export function layerJsonSchema(): object {
  return z.toJSONSchema(layerFileSchema, { io: "input" });
}

/** The keys of one layer, checked. */
export type LayerKeys = z.infer<typeof layerFileSchema>;

/** A mask given by the user, or the share of non-zeros, 0..1, of one that is to be generated. */
export type TensorSource = { readonly mask: BitMask } | { readonly density: number };

export interface LayerFile {
  readonly layer: Layer;
  readonly input: TensorSource;
  readonly weight: TensorSource;
  readonly output: TensorSource;
}

/**
 * Reads a layer file and the masks it names. A tensor with neither mask nor density is dense.
 *
 * @throws ConfigError, one line that names the file: it cannot be read or parsed; an unknown key; an impossible layer;
 * a mask that cannot be read or has another shape than the layer; a mask and a density for one tensor
 */
export function loadLayerFile(path: string): LayerFile {
  const keys = checkedKeys(path, readYamlFile(path, `layer file ${path}`));
  const layer = layerOfKeys(`layer file ${path}`, keys, basename(path, extname(path)));
  return {
    layer,
    input: tensorSource(path, "input", keys.inputMask, keys.inputDensity, inputShape(layer)),
    weight: tensorSource(path, "weight", keys.weightMask, keys.weightDensity, weightShape(layer)),
    output: tensorSource(path, "output", keys.outputMask, keys.outputDensity, outputShape(layer)),
  };
}

/** The masks of the file; those it gives densities for are generated. Given masks are the same for every sample. */
export function layerFileMasks(
  { layer, input, weight, output }: LayerFile,
  seed: number,
  sample: number,
  statistics: MaskStatistics = measuredStatistics,
): LayerMasks {
  const common = { seed, network: "layer file", layer, sample, statistics };
  return {
    input: "mask" in input ? input.mask : generateInputMask({ ...common, inputDensity: input.density }),
    weight:
      "mask" in weight
        ? weight.mask
        : generateWeightMask({ ...common, pattern: { kind: "unstructured", sparsity: 1 - weight.density } }),
    output: "mask" in output ? output.mask : generateOutputMask({ ...common, outputDensity: output.density }),
  };
}

function checkedKeys(path: string, data: unknown): LayerKeys {
  const result = layerFileSchema.safeParse(data);
  if (result.success) return result.data;
  throw fileError(path, firstComplaint(layerFileSchema, data, result.error.issues));
}

/**
 * The layer that these keys describe.
 *
 * @param what begins every message
 * @param fallbackName its name if the keys have none
 * @throws ConfigError for an impossible layer
 */
export function layerOfKeys(what: string, keys: LayerKeys, fallbackName: string): Layer {
  const { kind, inputChannels, outputChannels, inputHeight, inputWidth, groups, padding } = keys;
  const optional = {
    inputHeight,
    inputWidth,
    groups,
    kernel: both(keys.kernel),
    stride: both(keys.stride),
    dilation: both(keys.dilation),
    padding: typeof padding === "number" ? ([padding, padding, padding, padding] as const) : padding,
  };
  const name = keys.name ?? fallbackName;
  try {
    return makeLayer({ name, kind, inputChannels, outputChannels, ...withoutUndefined(optional) });
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`${what}: ${error.message}`);
    throw error;
  }
}

function both(value: number | readonly [number, number] | undefined): readonly [number, number] | undefined {
  return typeof value === "number" ? [value, value] : value;
}

type Defined<T> = { readonly [key in keyof T]?: Exclude<T[key], undefined> };

function withoutUndefined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}

function tensorSource(
  path: string,
  tensor: string,
  maskFile: string | undefined,
  density: number | undefined,
  shape: readonly number[],
): TensorSource {
  if (maskFile === undefined) return { density: density ?? 1 };
  if (density !== undefined) throw fileError(path, `has both ${tensor}Mask and ${tensor}Density`);
  return { mask: readNpyMask(resolve(dirname(path), maskFile), shape) };
}

function fileError(path: string, message: string): ConfigError {
  return new ConfigError(`layer file ${path}: ${message}`);
}
