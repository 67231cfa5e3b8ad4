/**
 * An attention file: how the masks of a transformer are drawn, or the `.npy` files that hold them. What it does not say is
 * as in its preset.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { ConfigError } from "../input/errors.ts";
import { firstComplaint } from "../input/schema-errors.ts";
import { readYamlFile } from "../input/yaml-file.ts";
import type { AttentionStatistics } from "../masks/attention-mask.ts";
import { type AttentionInputs, type AttentionPreset, attentionPresets } from "./attention-densities.ts";

const shareText = "must be a number above 0 and at most 1";
const share = z.number({ error: shareText }).gt(0, { error: shareText }).max(1, { error: shareText });
const spreadText = "must be a number from 0 up";
const spread = z.number({ error: spreadText }).min(0, { error: spreadText });
const countText = "must be a positive integer";
const count = z.int({ error: countText }).min(1, { error: countText });
const weightText = "must be a number from 0 to 1";
const weight = z.number({ error: weightText }).min(0, { error: weightText }).max(1, { error: weightText });

const attentionFileSchema = z.strictObject(
  {
    preset: z
      .enum(attentionPresets, { error: `must be one of ${attentionPresets.join(", ")}` })
      .optional()
      .describe("default: paper"),
    tokens: count.optional().describe("length of the inputs; their median where lengthSpread is above 0"),
    lengthSpread: spread.optional().describe("standard deviation of the logarithm of the length"),
    density: share.optional().describe("mean share of kept scores"),
    layerSpread: spread.optional().describe("standard deviation of the logarithm of the density between layers"),
    inputSpread: spread.optional().describe("the same between inputs, in common to all layers"),
    ownSpread: spread.optional().describe("the same between inputs, of each layer by itself"),
    threshold: share.optional().describe("probabilities above it are kept: at most ⌈1/threshold⌉ − 1 in a row"),
    headSpread: spread.optional().describe("standard deviation of the logarithm of the density between heads"),
    band: spread.optional().describe("tokens over which the local part of a score falls"),
    globalTokens: z
      .int({ error: "must be an integer from 0 up" })
      .min(0, { error: "must be an integer from 0 up" })
      .optional(),
    noise: weight.optional(),
    rowSpread: weight.optional(),
    masks: z
      .string({ error: "must be a text" })
      .optional()
      .describe(".npy files [heads, queries, keys] with {attention} (layer0.self, …) and {sample} in their place"),
    samples: count.optional().describe("number of samples that the masks are of; default 1"),
  },
  { error: "must be a mapping" },
);

export interface AttentionFile {
  readonly path: string;
  /** Of what the file says and, if it names masks, of all it could name. */
  readonly digest: string;
  readonly preset: AttentionPreset;
  readonly tokens?: number | undefined;
  readonly changes: Partial<Omit<AttentionInputs, "statistics" | "preset">> & {
    readonly statistics: Partial<AttentionStatistics>;
  };
  /** Path with places for attention and sample. */
  readonly masks?: string;
  readonly samples: number;
}

/** @throws ConfigError, one line that names the file: it cannot be read, an unknown key, a value that does not fit. */
export function readAttentionFile(given: string): AttentionFile {
  const path = resolve(given);
  const where = `attention file ${given}`;
  const data = readYamlFile(path, where);
  const parsed = attentionFileSchema.safeParse(data);
  if (!parsed.success) {
    throw new ConfigError(`${where}: ${firstComplaint(attentionFileSchema, data, parsed.error.issues)}`);
  }
  const { preset, tokens, headSpread, band, globalTokens, noise, rowSpread, masks, samples, ...inputs } = parsed.data;
  const statistics = withoutUndefined({ headSpread, band, globalTokens, noise, rowSpread });
  const template = masks === undefined ? {} : { masks: resolve(dirname(path), masks) };
  const file = {
    path,
    preset: preset ?? ("paper" as const),
    tokens,
    changes: { ...withoutUndefined(inputs), statistics },
    ...template,
    samples: samples ?? 1,
  };
  return { ...file, digest: digestOf(JSON.stringify({ ...file, path: "" })) };
}

/** @throws ConfigError if there is no such file. */
export function attentionFileMask({ masks = "", path }: AttentionFile, attention: string, sample: number): string {
  const file = masks.replaceAll("{attention}", attention).replaceAll("{sample}", String(sample));
  if (!existsSync(file)) throw new ConfigError(`attention file ${path}: masks: no file ${file} for ${attention}`);
  return file;
}

/**
 * Of the file and the contents of all masks that it names for these attentions.
 *
 * @throws ConfigError if one is not there.
 */
export function masksDigest(file: AttentionFile, attentions: readonly string[]): string {
  const hash = createHash("sha256").update(file.digest);
  for (let sample = 0; sample < file.samples; sample++) {
    for (const attention of attentions) hash.update(readFileSync(attentionFileMask(file, attention, sample)));
  }
  return hash.digest("hex").slice(0, 12);
}

function digestOf(content: string): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 12);
}

type Given<T> = { readonly [key in keyof T]?: Exclude<T[key], undefined> };

function withoutUndefined<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}
