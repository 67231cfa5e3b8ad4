/**
 * Hardware as users write it: the name of a preset, or a YAML or JSON file (or a mapping in one) that says what differs
 * from one.
 *
 * Quantities carry units (`200 MHz`, `25.6 GB/s`, `1.5 KiB`; plain numbers are Hz, bytes/s, bytes); capacities and
 * rates can be `unlimited`. Merged over the preset once and checked once.
 */
import { basename } from "node:path";
import { z } from "zod";
import { ConfigError, didYouMean } from "../../workloads/input/errors.ts";
import { firstComplaint } from "../../workloads/input/schema-errors.ts";
import { parseQuantity, type Dimension as Unit } from "../../workloads/input/units.ts";
import { readYamlFile } from "../../workloads/input/yaml-file.ts";
import { monitorSchema } from "../../workloads/scenarios/monitor-keys.ts";
import { isHardwareFile } from "../../workloads/scenarios/scenario.ts";
import { barriers, dimensions, dramBitsPerCycle, type Hardware, peCount } from "../array/description.ts";
import { monitorFrom } from "./monitor.ts";
import { hardwarePreset, hardwarePresets } from "./presets.ts";

const countText = "must be a positive integer";
/** More than anything on a chip has; keeps products of two within the exact integers. */
const maxCount = 2 ** 24;
/** PEs of an array: some three hundred times the largest preset. */
const maxPes = 2 ** 20;
const tooMany = `must be at most ${maxCount}`;
const count = z.int({ error: countText }).min(1, { error: countText }).max(maxCount, { error: tooMany });
const wholeText = "must be an integer from 0 up";
const whole = z.int({ error: wholeText }).min(0, { error: wholeText }).max(maxCount, { error: tooMany });
const unlimited = z.literal("unlimited");
const countOrUnlimited = z.union([count, unlimited], { error: `${countText} or "unlimited"` });
const quantity = z.union([z.number(), z.string()], { error: "must be a number or a text with a unit" });
const onOff = z.boolean({ error: "must be true or false" });
const noMapping = { error: "must be a mapping" };
const carried = z
  .array(z.enum(dimensions, { error: `must be one of ${dimensions.join(", ")}` }), { error: "must be a list" })
  .min(1, { error: "must name at least one loop dimension" });

/** The keys of a hardware file; see `Hardware` for their meaning. Everything absent is as in the preset. */
const hardwareFileSchema = z.strictObject(
  {
    preset: z.string({ error: "must be the name of a preset" }).optional().describe("default: eyeriss-v2"),
    name: z
      .string({ error: "must be a text" })
      .optional()
      .describe("default: the file's name, or the preset's and what differs"),
    clock: quantity.optional().describe("e.g. 200 MHz"),
    grid: z
      .strictObject({ clusterRows: count, clusterColumns: count, peRows: count, peColumns: count }, noMapping)
      .partial()
      .optional(),
    macsPerPe: count.optional(),
    axisRules: z
      .strictObject({ clusterRows: carried, clusterColumns: carried, peRows: carried, peColumns: carried }, noMapping)
      .partial()
      .optional()
      .describe("the loop dimensions that each axis can carry"),
    spad: z
      .strictObject(
        {
          weightEntries: countOrUnlimited,
          weightAddresses: countOrUnlimited,
          activationEntries: countOrUnlimited,
          activationAddresses: countOrUnlimited,
          psumEntries: countOrUnlimited,
        },
        noMapping,
      )
      .partial()
      .optional(),
    buffer: z
      .strictObject({ activations: quantity, psums: quantity, shared: onOff }, noMapping)
      .partial()
      .optional()
      .describe("per cluster, e.g. 4.5 KiB"),
    ports: z
      .strictObject(
        {
          activationsPerCycle: countOrUnlimited,
          psumsPerCycle: countOrUnlimited,
          psumReadsPerCycle: countOrUnlimited,
        },
        noMapping,
      )
      .partial()
      .optional()
      .describe("words per cluster and cycle"),
    dram: z
      .strictObject({ bandwidth: quantity, latencyCycles: whole }, noMapping)
      .partial()
      .optional()
      .describe("e.g. 25.6 GB/s"),
    wordBits: z
      .strictObject({ activation: count, weight: count, psum: count, count: whole }, noMapping)
      .partial()
      .optional(),
    mechanisms: z
      .strictObject(
        {
          skipActivations: onOff,
          skipWeights: onOff,
          skipDepthwise: onOff,
          emptyColumnBubble: onOff,
          lookUpCycles: whole.max(255, { error: "must be at most 255" }),
          addressesLoadedPerCycle: countOrUnlimited,
          weightsInWholeWords: onOff,
          psumsDrainedPerCycle: countOrUnlimited,
          pipelineFillCycles: whole,
          weightsLoadedPerCycle: countOrUnlimited,
          barrier: z.enum(barriers, { error: `must be one of ${barriers.join(", ")}` }),
          compressOutputs: onOff,
          compressWeights: onOff,
          compressOnChip: onOff,
          foldAxes: onOff,
          keepFilterTiles: onOff,
          outputsPassPorts: onOff,
          zeroRunBits: z.union([whole, unlimited], { error: `${wholeText} or "unlimited"` }),
          layerOverlap: onOff,
        },
        noMapping,
      )
      .partial()
      .optional(),
    monitor: monitorSchema.optional(),
  },
  noMapping,
);
type HardwareKeys = z.infer<typeof hardwareFileSchema>;

/** JSON Schema of a hardware file, for editors. */
export function hardwareJsonSchema(): object {
  return z.toJSONSchema(hardwareFileSchema, { io: "input" });
}

/**
 * The hardware that a user names: a preset, or the path of a file, whatever its ending.
 *
 * @throws ConfigError for an unknown preset, an unreadable file, an unknown key, or a value or unit that does not fit.
 */
export async function loadHardware(nameOrPath: string): Promise<Hardware> {
  if (hardwarePresets.has(nameOrPath) || !isHardwareFile(nameOrPath)) return hardwarePreset(nameOrPath);
  const where = `hardware file ${nameOrPath}`;
  if (hardwarePresets.has(basename(nameOrPath))) {
    throw new ConfigError(`${where}: has the name of a preset; give the file another name, or an ending`);
  }
  const data = readYamlFile(nameOrPath, where);
  const ownName = basename(nameOrPath).replace(/\.[^.]*$/, "");
  return hardwareFrom(data, where, ownName);
}

/**
 * The hardware that keys of a hardware file describe.
 *
 * @param where begins every message.
 * @param ownName its name if the keys have none; default: the preset's and what differs,
 *   `eyeriss-v2 (clock 400 MHz, grid.clusterRows 4)`.
 * @throws ConfigError as `loadHardware`.
 */
export async function hardwareFrom(data: unknown, where: string, ownName?: string): Promise<Hardware> {
  const parsed = hardwareFileSchema.safeParse(data);
  if (!parsed.success) {
    throw new ConfigError(`${where}: ${firstComplaint(hardwareFileSchema, data, parsed.error.issues)}`);
  }
  const base = presetOf(parsed.data, where);
  const changed = await merged(base, parsed.data, where);
  const hardware = { ...changed, name: parsed.data.name ?? ownName ?? nameOf(base, changed) };
  if (peCount(hardware) > maxPes) {
    throw new ConfigError(`${where}: grid must have at most ${maxPes} PEs, has ${peCount(hardware)}`);
  }
  if (dramBitsPerCycle(hardware) < 1) {
    throw new ConfigError(`${where}: dram.bandwidth must be at least one bit per cycle of the clock`);
  }
  return hardware;
}

/** The name of `base` and what of it `hardware` has not, as the keys of a file. */
function nameOf({ name, ...base }: Hardware, { name: _, ...hardware }: Hardware): string {
  const before = new Map(leaves(base));
  const changes = leaves(hardware).filter(([path, value]) => String(before.get(path)) !== String(value));
  return changes.length === 0 ? name : `${name} (${changes.map(([path, value]) => inWords(path, value)).join(", ")})`;
}

function leaves(tree: object, place = ""): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]): [string, unknown][] =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? leaves(value, `${place}${key}.`)
      : [[place + key, value]],
  );
}

/** Quantities, whose keys in a file differ from those here. */
const quantitiesInWords: Readonly<Record<string, (value: number) => string>> = {
  clockHz: (hertz) => `clock ${hertz / 1e6} MHz`,
  "buffer.activationBytes": (bytes) => `buffer.activations ${bytes} B`,
  "buffer.psumBytes": (bytes) => `buffer.psums ${bytes} B`,
  "dram.bytesPerSecond": (rate) => `dram.bandwidth ${rate / 1e9} GB/s`,
};

function inWords(path: string, value: unknown): string {
  const quantity = quantitiesInWords[path];
  const text = quantity?.(value as number) ?? `${path} ${Array.isArray(value) ? value.join("+") : value}`;
  return text.replace(/Infinity.*/, "unlimited");
}

function presetOf({ preset = "eyeriss-v2" }: HardwareKeys, where: string): Hardware {
  const found = hardwarePresets.get(preset);
  if (found !== undefined) return found;
  throw new ConfigError(`${where}: no preset "${preset}"${didYouMean(preset, [...hardwarePresets.keys()])}`);
}

async function merged(base: Hardware, keys: HardwareKeys, where: string): Promise<Hardware> {
  const inUnits = async (value: number | string | undefined, unit: Unit, key: string, otherwise: number) => {
    if (value === undefined) return otherwise;
    if (value === "unlimited" && unit !== "frequency") return Infinity;
    const number = await parseQuantity(value, unit, `${where}: ${key}`);
    if (number <= 0) throw new ConfigError(`${where}: ${key} must be more than 0, is ${JSON.stringify(value)}`);
    return number;
  };
  const { buffer, dram } = keys;
  return {
    ...base,
    clockHz: await inUnits(keys.clock, "frequency", "clock", base.clockHz),
    grid: over(base.grid, keys.grid),
    macsPerPe: keys.macsPerPe ?? base.macsPerPe,
    axisRules: over(base.axisRules, keys.axisRules),
    spad: over(base.spad, keys.spad),
    buffer: {
      activationBytes: await inUnits(buffer?.activations, "size", "buffer.activations", base.buffer.activationBytes),
      psumBytes: await inUnits(buffer?.psums, "size", "buffer.psums", base.buffer.psumBytes),
      shared: buffer?.shared ?? base.buffer.shared,
    },
    ports: over(base.ports, keys.ports),
    dram: {
      bytesPerSecond: await inUnits(dram?.bandwidth, "bandwidth", "dram.bandwidth", base.dram.bytesPerSecond),
      latencyCycles: dram?.latencyCycles ?? base.dram.latencyCycles,
    },
    wordBits: over(base.wordBits, keys.wordBits),
    mechanisms: over(base.mechanisms, keys.mechanisms),
    monitor: keys.monitor === undefined ? base.monitor : monitorFrom(base.monitor, keys.monitor, `${where}: monitor`),
  };
}

/** `base` with the given keys replaced; `unlimited` becomes Infinity. */
function over<T extends object>(base: T, changes: object | undefined): T {
  const given = Object.entries(changes ?? {}).filter(([, value]) => value !== undefined);
  return {
    ...base,
    ...Object.fromEntries(given.map(([key, value]) => [key, value === "unlimited" ? Infinity : value])),
  };
}
