/** A user's own layer: a YAML or JSON file with its geometry and, for each tensor, a NumPy mask or a density. */
import { createHash } from "node:crypto";
import { basename, dirname, extname, resolve } from "node:path";
import { z } from "zod";
import { ConfigError } from "../input/errors.ts";
import { firstComplaint } from "../input/schema-errors.ts";
import { readYamlFile } from "../input/yaml-file.ts";
import { attentionLayer, attentionOf, isAttention } from "../layers/attention.ts";
import {
  type AttentionKind,
  attentionKinds,
  inputShape,
  type Layer,
  layerKinds,
  makeLayer,
  outputShape,
  weightShape,
} from "../layers/layer.ts";
import { assumedStatistics, attentionMask } from "../masks/attention-mask.ts";
import type { BitMask, LayerMasks } from "../masks/bit-mask.ts";
import { generateInputMask, generateOutputMask, generateWeightMask } from "../masks/layer-masks.ts";
import { npyShape, readNpyAttentionMask, readTensorMask, type TensorFile } from "../masks/npy.ts";
import { type MaskStatistics, measuredStatistics } from "../masks/statistics.ts";
import type { TensorName } from "../masks/tensor-layout.ts";

const size = z.number({ error: "must be a number" });
const pair = z.tuple([size, size], { error: "must be a pair of numbers" });
const sizeOrPair = z.union([size, pair], { error: "must be a number or a pair of numbers" });
const text = z.string({ error: "must be a text" }).min(1, { error: "must be a text" });
const allKinds = [...layerKinds, ...attentionKinds] as const;
const mask = text.describe(".npy file, relative to this file; non-zero = 1");
const rangeText = "must be a number from 0 to 1";
const density = z.number({ error: rangeText }).min(0, { error: rangeText }).max(1, { error: rangeText });

const layout = (examples: string) =>
  text.optional().describe(`axes of the mask's file, where its shape alone does not tell: ${examples}`);
const wholeText = "must be a whole number";
const zeroPoint = z
  .number({ error: wholeText })
  .int({ error: wholeText })
  .optional()
  .describe("what stands for zero in the mask's file, where its elements are quantised");

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
  inputLayout: layout("CHW, NCHW, HWC, NHWC, HC, …"),
  weightLayout: layout("MCRS (= OIHW), RSCM (= HWIO), MC, CM"),
  outputLayout: layout("MEF, NMEF, EFM, NEFM, EM, …"),
  inputZeroPoint: zeroPoint,
  weightZeroPoint: zeroPoint,
  outputZeroPoint: zeroPoint,
  inputDensity: density.optional(),
  weightDensity: density.optional(),
  outputDensity: density.optional(),
};

const attentionKeySchemas = {
  heads: size.optional().describe("of an attention; with a mask its number of heads is the default"),
  headWidth: size.optional().describe("elements of a query, key or value of one head; default 64"),
  tokens: size.optional().describe("queries and keys of a self-attention; with a mask its length is the default"),
  queries: size.optional().describe("of a cross-attention, in place of tokens"),
  keys: size.optional().describe("of a cross-attention, in place of tokens"),
  causal: z.boolean({ error: "must be true or false" }).optional(),
  mask: mask.optional().describe("kept scores [heads, queries, keys], zeros and ones"),
  keptDensity: density.optional().describe("share of kept scores where there is no mask; default 1"),
};

/** Published as JSON Schema for editors. */
const layerFileSchema = z.strictObject(
  {
    ...layerKeySchemas,
    kind: z.enum(allKinds, { error: `must be one of ${allKinds.join(", ")}` }),
    inputChannels: size.optional().describe("required but for the layers of an attention"),
    outputChannels: size.optional().describe("required but for the layers of an attention"),
    ...attentionKeySchemas,
  },
  { error: "must be a mapping" },
);

/** The schema of layer files for editors and other tools. */
export function layerJsonSchema(): object {
  return z.toJSONSchema(layerFileSchema, { io: "input" });
}

/** The keys of one layer, checked. */
type FileKeys = z.infer<typeof layerFileSchema>;
const layerKeysSchema = z.strictObject(layerKeySchemas);
type LayerKeys = z.infer<typeof layerKeysSchema>;

/** A mask given by the user, or the share of non-zeros, 0..1, of one that is to be generated. */
export type TensorSource = { readonly mask: BitMask } | { readonly density: number };

interface LayerFile {
  readonly layer: Layer;
  readonly input: TensorSource;
  readonly weight: TensorSource;
  readonly output: TensorSource;
  /** Of the layers of an attention: the scores that are kept. */
  readonly kept?: TensorSource;
}

/**
 * Reads a layer file and the masks it names. A tensor with neither mask nor density is dense.
 *
 * @throws ConfigError, one line that names the file: it cannot be read or parsed; an unknown key; an impossible layer;
 * a mask that cannot be read or has another shape than the layer; a mask and a density for one tensor
 */
export function loadLayerFile(path: string): LayerFile {
  const keys = checkedKeys(path, readYamlFile(path, `layer file ${path}`));
  if ((attentionKinds as readonly string[]).includes(keys.kind)) return attentionFile(path, keys);
  const other = attentionKeys.find((key) => keys[key] !== undefined);
  if (other !== undefined) throw fileError(path, `${other} is for the layers of an attention, not for ${keys.kind}`);
  const layer = layerOfKeys(`layer file ${path}`, convolutionKeys(path, keys), basename(path, extname(path)));
  return {
    layer,
    input: tensorSource(path, "input", keys, layer),
    weight: tensorSource(path, "weight", keys, layer),
    output: tensorSource(path, "output", keys, layer),
  };
}

const attentionKeys = ["heads", "headWidth", "tokens", "queries", "keys", "causal", "mask", "keptDensity"] as const;

function attentionFile(path: string, keys: FileKeys): LayerFile {
  const allowed: readonly string[] = ["kind", "name", ...attentionKeys];
  const foreign = Object.entries(keys).find(([key, value]) => value !== undefined && !allowed.includes(key));
  if (foreign !== undefined) throw fileError(path, `${foreign[0]} is not for the layers of an attention`);
  if (keys.mask !== undefined && keys.keptDensity !== undefined) throw fileError(path, "has both mask and keptDensity");
  const maskPath = keys.mask === undefined ? undefined : resolve(dirname(path), keys.mask);
  const [heads, queries, keyCount] = maskPath === undefined ? [] : npyShape(maskPath);
  const needed = (value: number | undefined, name: string) => {
    if (value === undefined) throw fileError(path, `${name} is missing`);
    return value;
  };
  const description = {
    heads: needed(keys.heads ?? heads, "heads"),
    headWidth: keys.headWidth ?? 64,
    queries: needed(keys.queries ?? keys.tokens ?? queries, "tokens"),
    keys: needed(keys.keys ?? keys.tokens ?? (keys.queries === undefined ? queries : keyCount), "tokens"),
    causal: keys.causal ?? false,
  };
  const name = keys.name ?? basename(path, extname(path));
  const layer = named(`layer file ${path}`, () => attentionLayer(name, keys.kind as AttentionKind, description));
  const dense = { density: 1 };
  const kept =
    maskPath === undefined ? { density: keys.keptDensity ?? 1 } : { mask: readNpyAttentionMask(maskPath, description) };
  return { layer, input: dense, weight: dense, output: dense, kept };
}

/** The kept scores [heads, queries, keys] of an attention's layer; a given mask is the same for every sample. */
export function layerFileKept({ layer, kept = { density: 1 } }: LayerFile, seed: number, sample: number): BitMask {
  if ("mask" in kept) return kept.mask;
  if (!isAttention(layer)) throw new Error(`layer "${layer.name}" is not of an attention`);
  return attentionMask({
    attention: attentionOf(layer),
    density: kept.density,
    statistics: assumedStatistics,
    layerKey: [seed, "layer file", layer.name.replace(/\.[^.]*$/, "")],
    sample,
  });
}

/** Changes with the layer and with whatever its masks are given as or generated from. */
export function layerFileFingerprint({ layer, input, weight, output, kept }: LayerFile): readonly string[] {
  const sourceText = (source: TensorSource | undefined) => {
    if (source === undefined) return "";
    return "mask" in source ? maskHash(source.mask) : `density ${source.density}`;
  };
  return [JSON.stringify(layer), ...[input, weight, output, kept].map(sourceText)];
}

function maskHash({ shape, words }: BitMask): string {
  const hash = createHash("sha256").update(shape.join());
  return hash.update(new Uint8Array(words.buffer, words.byteOffset, words.byteLength)).digest("hex");
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

function checkedKeys(path: string, data: unknown): FileKeys {
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
  return named(what, () => makeLayer({ name, kind, inputChannels, outputChannels, ...withoutUndefined(optional) }));
}

/** Errors of what is made say what it is made for. */
function named<T>(what: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`${what}: ${error.message}`);
    throw error;
  }
}

/** The keys of a layer that is not of an attention: its channels must be there. */
function convolutionKeys(path: string, { kind, inputChannels, outputChannels, ...keys }: FileKeys): LayerKeys {
  const own = layerKinds.find((known) => known === kind);
  if (own === undefined) throw new Error(`${kind} is of an attention`);
  if (inputChannels === undefined) throw fileError(path, "inputChannels is missing");
  if (outputChannels === undefined) throw fileError(path, "outputChannels is missing");
  return { ...keys, kind: own, inputChannels, outputChannels };
}

function both(value: number | readonly [number, number] | undefined): readonly [number, number] | undefined {
  return typeof value === "number" ? [value, value] : value;
}

type Defined<T> = { readonly [key in keyof T]?: Exclude<T[key], undefined> };

export function withoutUndefined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}

function tensorSource(path: string, tensor: TensorName, keys: FileKeys, layer: Layer): TensorSource {
  const maskFile = keys[`${tensor}Mask`];
  const density = keys[`${tensor}Density`];
  const needsMask = ([`${tensor}Layout`, `${tensor}ZeroPoint`] as const).find((key) => keys[key] !== undefined);
  if (maskFile === undefined) {
    if (needsMask !== undefined) throw fileError(path, `${needsMask} is for a file named by ${tensor}Mask`);
    return { density: density ?? 1 };
  }
  if (density !== undefined) throw fileError(path, `has both ${tensor}Mask and ${tensor}Density`);
  return { mask: readTensorMask(tensorFile(resolve(dirname(path), maskFile), tensor, keys, layer)) };
}

const shapes = { input: inputShape, weight: weightShape, output: outputShape };

/** How the file of a layer's mask is to be read. */
export function tensorFile(
  file: string,
  tensor: TensorName,
  keys: Partial<Pick<LayerKeys, `${TensorName}Layout` | `${TensorName}ZeroPoint`>>,
  layer: Layer,
): TensorFile {
  const [layout, zeroPoint] = [keys[`${tensor}Layout`], keys[`${tensor}ZeroPoint`]];
  const isProduct = layer.kind === "matmul" && layer.groups === 1;
  return { file, tensor, shape: shapes[tensor](layer), isProduct, layout, zeroPoint };
}

function fileError(path: string, message: string): ConfigError {
  return new ConfigError(`layer file ${path}: ${message}`);
}
