/** Replays recorded results of the artifact's Eyeriss v2 model on ours. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { z } from "zod";
import {
  type ArtifactEyeriss,
  type ArtifactMapping,
  type ArtifactShape,
  artifactCycles,
  artifactEyerissV2,
  artifactMapping,
} from "../../../hw/artifact/eyeriss.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { elementCount } from "../../../workloads/layers/layer.ts";
import { type BitMask, emptyMask, popcount, setBit } from "../../../workloads/masks/bit-mask.ts";

interface VectorDifference {
  readonly file: string;
  readonly case: string;
  readonly field: string;
  readonly expected: number | string;
  readonly actual: number | string;
}

interface VectorReport {
  /** Layers replayed. */
  readonly cases: number;
  /** Values compared. */
  readonly values: number;
  readonly differences: readonly VectorDifference[];
}

const count = z.int().min(0);
const maskText = z.base64();

const recordedLayer = z.object({
  kind: z.enum(["CONV", "FC"]),
  groups: z.int().positive(),
  input_shape: z.array(z.int().positive()),
  weight_shape: z.array(z.int().positive()),
  input_nnz: count,
  weight_nnz: count,
  mapping: z.record(z.string(), z.number()),
  valid_mac_exact: count,
});

const recordedResult = {
  nonzero_rows_total: count,
  padded_size: count,
  act_check_cycle: count,
  weight_check_cycle: count,
  estimated_cycle: count,
  estimated_cycle_exact: count,
};

const maskedLayer = recordedLayer.extend({
  id: count,
  config: z.record(z.string(), z.number()),
  input_mask: maskText,
  weight_mask: maskText,
  error: z.string().nullable(),
  ...z.object(recordedResult).partial().shape,
});
const maskedFile = z.object({ cases: z.array(maskedLayer).min(1) });

const hashedLayer = recordedLayer.extend({
  model: z.string(),
  layer: count,
  input_seed: count,
  input_threshold: count,
  weight_seed: count,
  weight_threshold: count,
  ...recordedResult,
});
const hashedFile = z.object({ layers: z.array(hashedLayer).min(1) });

type RecordedLayer = z.infer<typeof recordedLayer> & {
  readonly [field in keyof typeof recordedResult]?: number | undefined;
};

/** Names of the array sizes in the recordings. */
const configNames: Readonly<Record<string, keyof ArtifactEyeriss>> = {
  Num_PE_Row: "peRows",
  Num_PE_Column: "peColumns",
  Num_Cluster_Row: "clusterRows",
  Num_Cluster_Column: "clusterColumns",
  IAct_BitWidth: "activationBits",
};

/**
 * Replays a recording, of small layers with their masks or of whole networks with masks from a hash: all mapping factors,
 * counts and cycles, and which layers are rejected. Cycles must equal `estimated_cycle_exact` and be within 1 of
 * `estimated_cycle`, which was summed in single precision.
 *
 * @throws ConfigError if the file cannot be read or is not such a recording
 */
export function checkEyerissVectors(path: string): VectorReport {
  const comparison = new VectorComparison();
  const document = readJson(path);
  const file = basename(path);
  if (typeof document === "object" && document !== null && "layers" in document) {
    checkHashed(comparison, checked(path, document, hashedFile).layers, file);
  } else {
    checkMasked(comparison, checked(path, document, maskedFile).cases, file);
  }
  return comparison;
}

class VectorComparison implements VectorReport {
  cases = 0;
  values = 0;
  readonly differences: VectorDifference[] = [];

  compare(place: Place, field: string, expected: number | string, actual: number | string, tolerance = 0): void {
    this.values++;
    const near = typeof expected === "number" && typeof actual === "number" && Math.abs(expected - actual) <= tolerance;
    if (near || expected === actual) return;
    this.differences.push({ ...place, field, expected, actual });
  }
}

interface Place {
  readonly file: string;
  readonly case: string;
}

function checkMasked(comparison: VectorComparison, cases: z.infer<typeof maskedFile>["cases"], file: string): void {
  for (const recorded of cases) {
    const place = { file, case: `${recorded.id}` };
    const input = packedMask(place, recorded.input_mask, recorded.input_shape);
    const weight = packedMask(place, recorded.weight_mask, recorded.weight_shape);
    const hardware = hardwareOf(place, recorded.config);
    checkLayer(comparison, place, recorded, { input, weight, hardware, fails: recorded.error !== null });
  }
}

function checkHashed(comparison: VectorComparison, layers: z.infer<typeof hashedFile>["layers"], file: string): void {
  for (const recorded of layers) {
    const place = { file, case: `${recorded.model} layer ${recorded.layer}` };
    const input = hashedMask(recorded.input_seed, recorded.input_threshold, recorded.input_shape);
    const weight = hashedMask(recorded.weight_seed, recorded.weight_threshold, recorded.weight_shape);
    checkLayer(comparison, place, recorded, { input, weight, hardware: artifactEyerissV2, fails: false });
  }
}

/** What a recorded layer is run with, and whether its recording says that it is rejected. */
interface LayerCase {
  readonly input: BitMask;
  readonly weight: BitMask;
  readonly hardware: ArtifactEyeriss;
  readonly fails: boolean;
}

function checkLayer(
  comparison: VectorComparison,
  place: Place,
  recorded: RecordedLayer,
  { input, weight, hardware, fails }: LayerCase,
): void {
  comparison.cases++;
  comparison.compare(place, "input_nnz", recorded.input_nnz, popcount(input));
  comparison.compare(place, "weight_nnz", recorded.weight_nnz, popcount(weight));
  const shape = shapeOf(recorded);
  const mapping = resultOrError(() => artifactMapping(shape, hardware));
  if (mapping !== undefined) compareMapping(comparison, place, recorded.mapping, mapping);
  const result = resultOrError(() => artifactCycles(shape, input, weight, hardware));
  comparison.compare(place, "error", fails ? "fails" : "runs", result === undefined ? "fails" : "runs");
  if (fails || result === undefined) return;
  const expected = (field: keyof typeof recordedResult) => recorded[field] ?? "missing";
  comparison.compare(place, "valid_mac_exact", recorded.valid_mac_exact, result.effectualMacs);
  comparison.compare(place, "nonzero_rows_total", expected("nonzero_rows_total"), result.nonZeroRows);
  comparison.compare(place, "padded_size", expected("padded_size"), result.paddedWidth);
  comparison.compare(place, "act_check_cycle", expected("act_check_cycle"), result.activationCheckCycles);
  comparison.compare(place, "weight_check_cycle", expected("weight_check_cycle"), result.weightCheckCycles);
  comparison.compare(place, "estimated_cycle_exact", expected("estimated_cycle_exact"), result.cycles);
  comparison.compare(place, "estimated_cycle", expected("estimated_cycle"), result.cycles, 1);
}

function compareMapping(
  comparison: VectorComparison,
  place: Place,
  recorded: Readonly<Record<string, number>>,
  mapping: ArtifactMapping,
): void {
  for (const [factor, value] of Object.entries(mapping)) {
    comparison.compare(place, `mapping.${factor}`, recorded[factor] ?? "missing", value);
  }
}

function resultOrError<Result>(run: () => Result): Result | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function shapeOf({ groups, input_shape, weight_shape }: RecordedLayer): ArtifactShape {
  const [, channels, height = 1, width = 1] = input_shape;
  const [filters, , kernelRows = 1, kernelColumns = 1] = weight_shape;
  return { channels, height, width, filters, groups, kernelRows, kernelColumns };
}

function hardwareOf(place: Place, config: Readonly<Record<string, number>>): ArtifactEyeriss {
  const changes = Object.entries(config).map(([name, value]) => {
    if (!Object.hasOwn(configNames, name)) throw new ConfigError(`${place.file}: case ${place.case}: unknown ${name}`);
    return [configNames[name], value] as const;
  });
  return { ...artifactEyerissV2, ...Object.fromEntries(changes) };
}

/** A mask of bits packed 8 per byte, the first element in the highest bit. */
function packedMask(place: Place, text: string, shape: readonly number[]): BitMask {
  const bytes = Buffer.from(text, "base64");
  const mask = emptyMask(shape);
  const bits = elementCount(shape);
  if (bytes.length !== Math.ceil(bits / 8)) {
    throw new ConfigError(`${place.file}: case ${place.case}: a mask has ${bytes.length} bytes for ${bits} bits`);
  }
  for (let i = 0; i < bits; i++) if ((bytes[i >>> 3] >>> (7 - (i & 7))) & 1) setBit(mask, i);
  return mask;
}

/** Element i is non-zero if the upper 24 bits of its hash reach the threshold. */
function hashedMask(seed: number, threshold: number, shape: readonly number[]): BitMask {
  const mask = emptyMask(shape);
  const bits = elementCount(shape);
  for (let i = 0; i < bits; i++) {
    let x = (seed + Math.imul(i, 0x9e3779b9)) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    x ^= x >>> 16;
    if (x >>> 8 >= threshold) setBit(mask, i);
  }
  return mask;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`${path}: ${code === undefined ? "is not JSON" : `cannot be read (${code})`}`);
  }
}

function checked<Schema extends z.ZodType>(path: string, document: unknown, schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigError(`${path}: ${issue.path.join(".")}: ${issue.message}`);
}
