/** Mappings that a user pins: a JSON object of layer names, each with a mapping as `dysta profile --json` prints it. */
import { z } from "zod";
import { axes, dimensions } from "../../hw/array/description.ts";
import type { Mapping } from "../../hw/array/mapping.ts";
import { ConfigError } from "../../workloads/input/errors.ts";
import { firstComplaint } from "../../workloads/input/schema-errors.ts";
import { readTextFile } from "../../workloads/input/text-file.ts";

const sizeText = "must be a whole number, 1 or more";
const maxSize = 2 ** 24;
const size = z
  .int({ error: sizeText })
  .min(1, { error: sizeText })
  .max(maxSize, { error: `must be at most ${maxSize}` });
const dimension = z.enum(dimensions, { error: `must be one of ${dimensions.join(", ")}` });
const fold = z.partialRecord(dimension, size);
const carried = z.union([dimension, fold], {
  error: `must be one of ${dimensions.join(", ")}, or a mapping of some of them to numbers of PEs`,
});
const mapping = z.strictObject({
  axes: z.strictObject(
    Object.fromEntries(axes.map((axis) => [axis, carried])) as Record<(typeof axes)[number], typeof carried>,
  ),
  filtersPerPe: size,
  channelsPerPe: size,
  kernelRowsPerPe: size,
  pixelsPerTile: size,
  imagesPerTile: size.optional(),
  filtersPerTile: size.optional(),
});
const mappingFile = z.record(z.string(), mapping);

/** @throws ConfigError, one line, if the file cannot be read or is not such an object. */
export function readMappings(path: string): ReadonlyMap<string, Mapping> {
  const data = parse(path);
  const result = mappingFile.safeParse(data);
  if (!result.success) {
    throw new ConfigError(`mapping file ${path}: ${firstComplaint(mappingFile, data, result.error.issues)}`);
  }
  return new Map(Object.entries(result.data));
}

function parse(path: string): unknown {
  const file = readTextFile(path);
  if ("complaint" in file) throw new ConfigError(`mapping file ${path}: ${file.complaint}`);
  try {
    return JSON.parse(file.text);
  } catch {
    throw new ConfigError(`mapping file ${path}: is not JSON`);
  }
}
