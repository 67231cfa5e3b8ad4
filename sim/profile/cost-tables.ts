/** A user's own energies and areas: YAML or JSON files with their source. */
import { z } from "zod";
import type { AreaTable, EnergyTable } from "../../hw/array/energy.ts";
import { ConfigError } from "../../workloads/input/errors.ts";
import { firstComplaint } from "../../workloads/input/schema-errors.ts";
import { readYamlFile } from "../../workloads/input/yaml-file.ts";

const amountText = "must be a number, 0 or more";
const amount = z.number({ error: amountText }).min(0, { error: amountText });
const source = z
  .string({ error: "must be a text" })
  .min(1, { error: "must be a text" })
  .describe("where it comes from");

const energySchema = z.strictObject({
  source,
  picojoules: z.strictObject({ mac: amount, spad: amount, neighbour: amount, buffer: amount, dram: amount }),
});
const areaSchema = z.strictObject({
  source,
  perPeMm2: amount,
  perSramByteMm2: amount,
  perClusterMm2: amount,
  perMacMm2: amount.default(0),
  fixedMm2: amount.default(0),
});

/** @throws ConfigError, one line, if the file cannot be read or is not such a table. */
export function readEnergyTable(path: string): EnergyTable {
  return read(path, "energy table", energySchema);
}

/** @throws ConfigError, one line, if the file cannot be read or is not such a table. */
export function readAreaTable(path: string): AreaTable {
  return read(path, "area table", areaSchema);
}

function read<Schema extends z.ZodType>(path: string, what: string, schema: Schema): z.infer<Schema> {
  const data = readYamlFile(path, `${what} ${path}`);
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`${what} ${path}: ${firstComplaint(schema, data, parsed.error.issues)}`);
}
