/** The attention array as users write it: what differs from a preset. See `AttentionArray` for the keys. */
import { z } from "zod";
import { ConfigError, didYouMean } from "../../workloads/input/errors.ts";
import { firstComplaint } from "../../workloads/input/schema-errors.ts";
import { type Dimension, parseQuantity } from "../../workloads/input/units.ts";
import { type AttentionArray, attentionDramBits, overlaps, packings, splittings } from "./description.ts";
import { attentionPresets } from "./presets.ts";

const countText = "must be a positive integer";
const count = z.int({ error: countText }).min(1, { error: countText });
const wholeText = "must be an integer from 0 up";
const whole = z.int({ error: wholeText }).min(0, { error: wholeText });
const quantity = z.union([z.number(), z.string()], { error: "must be a number or a text with a unit" });
const text = z.string({ error: "must be a text" });
const noMapping = { error: "must be a mapping" };
const oneOf = <const T extends readonly [string, ...string[]]>(names: T) =>
  z.enum(names, { error: `must be one of ${names.join(", ")}` });

const attentionFileSchema = z.strictObject(
  {
    kind: z.literal("attention-array", { error: 'must be "attention-array"' }).optional(),
    preset: text.optional().describe("default: sanger"),
    name: text.optional(),
    clock: quantity.optional().describe("e.g. 1 GHz"),
    rows: count.optional(),
    slots: count.optional(),
    tileColumns: count.optional(),
    headWidth: count.optional(),
    splitting: oneOf(splittings).optional(),
    packing: oneOf(packings).optional(),
    overlap: oneOf(overlaps).optional(),
    skipEmptyVectors: z.boolean({ error: "must be true or false" }).optional(),
    predictionBits: whole.optional().describe("0: nothing is predicted, masks are known beforehand"),
    wordBits: count.optional(),
    buffer: quantity.optional().describe("e.g. 512 KiB"),
    dram: z
      .strictObject({ bandwidth: quantity, latencyCycles: whole }, noMapping)
      .partial()
      .optional()
      .describe("e.g. 128 GB/s"),
  },
  noMapping,
);

/** JSON Schema of an attention array's file, for editors. */
export function attentionArrayJsonSchema(): object {
  return z.toJSONSchema(attentionFileSchema, { io: "input" });
}

/** Whether keys of a hardware file are those of an attention array: they say so, or name one of its presets. */
export function describesAttentionArray(data: unknown): boolean {
  if (typeof data !== "object" || data === null) return false;
  const { kind, preset } = data as { readonly kind?: unknown; readonly preset?: unknown };
  return kind === "attention-array" || (typeof preset === "string" && attentionPresets.has(preset));
}

/**
 * The array that keys of a hardware file describe.
 *
 * @param where begins every message.
 * @param ownName its name if the keys have none; default: the preset's and what differs.
 * @throws ConfigError for an unknown key or preset, a value or unit that does not fit, and mechanisms that exclude each other.
 */
export async function attentionArrayFrom(data: unknown, where: string, ownName?: string): Promise<AttentionArray> {
  const parsed = attentionFileSchema.safeParse(data);
  if (!parsed.success) {
    throw new ConfigError(`${where}: ${firstComplaint(attentionFileSchema, data, parsed.error.issues)}`);
  }
  const { preset = "sanger", clock, dram, buffer, name, kind: _, ...plain } = parsed.data;
  const base = attentionPresets.get(preset);
  if (base === undefined) {
    throw new ConfigError(`${where}: no preset "${preset}"${didYouMean(preset, [...attentionPresets.keys()])}`);
  }
  const inUnits = async (value: number | string | undefined, unit: Dimension, key: string, otherwise: number) => {
    if (value === undefined) return otherwise;
    if (value === "unlimited" && unit !== "frequency") return Infinity;
    const number = await parseQuantity(value, unit, `${where}: ${key}`);
    if (number <= 0) throw new ConfigError(`${where}: ${key} must be more than 0, is ${JSON.stringify(value)}`);
    return number;
  };
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  const changed: AttentionArray = {
    ...base,
    ...given,
    clockHz: await inUnits(clock, "frequency", "clock", base.clockHz),
    bufferBytes: await inUnits(buffer, "size", "buffer", base.bufferBytes),
    dram: {
      bytesPerSecond: await inUnits(dram?.bandwidth, "bandwidth", "dram.bandwidth", base.dram.bytesPerSecond),
      latencyCycles: dram?.latencyCycles ?? base.dram.latencyCycles,
    },
  };
  requirePossible(changed, where);
  return { ...changed, name: name ?? ownName ?? nameOf(base, changed) };
}

function requirePossible(hardware: AttentionArray, where: string): void {
  const { slots, tileColumns, splitting, packing } = hardware;
  if (slots > tileColumns) {
    throw new ConfigError(`${where}: slots must be at most tileColumns (${tileColumns}), not ${slots}`);
  }
  if (splitting === "window" && packing === "column-block") {
    throw new ConfigError(
      `${where}: packing column-block fills passes from several tiles, which splitting window cannot; use tile or fractional`,
    );
  }
  if (attentionDramBits(hardware) < 1) {
    throw new ConfigError(`${where}: dram.bandwidth must be at least one bit per cycle of the clock`);
  }
}

function nameOf(base: AttentionArray, changed: AttentionArray): string {
  const flat = ({ dram, name: _, ...rest }: AttentionArray) => ({ ...rest, ...dram });
  const before: Record<string, unknown> = flat(base);
  const changes = Object.entries(flat(changed)).filter(([key, value]) => before[key] !== value);
  if (changes.length === 0) return base.name;
  return `${base.name} (${changes.map(([key, value]) => `${key} ${value === Infinity ? "unlimited" : value}`).join(", ")})`;
}
