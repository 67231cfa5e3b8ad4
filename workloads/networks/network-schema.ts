/** The keys of a network file: layers with who reads what, and where densities, masks and sizes come from. */
import { z } from "zod";
import { layerKeySchemas } from "./layer-file.ts";

const text = z.string({ error: "must be a text" }).min(1, { error: "must be a text" });
const names = z.array(text, { error: "must be a list of names" });
const count = z
  .number({ error: "must be a number of samples or the name of a CSV file" })
  .int({ error: "must be a whole number, 1 or more" })
  .min(1, { error: "must be a whole number, 1 or more" });

const { name: _, ...layerKeys } = layerKeySchemas;

const layer = z.strictObject(
  {
    name: text.describe("unique in the network"),
    ...layerKeys,
    reads: names
      .optional()
      .describe("layers whose outputs it reads, none for the network's input; found by shape if absent"),
    between: names
      .optional()
      .describe("what lies between those and this layer and changes shapes: MaxPool, Concat, Reshape, …"),
    secondInput: z
      .boolean({ error: "must be true or false" })
      .optional()
      .describe("two activations are multiplied: the second stands in the place of weights and is dense"),
  },
  { error: "must be a mapping" },
);

export const networkFileSchema = z.strictObject(
  {
    name: text.describe("what results call it"),
    description: text.optional(),
    source: text.optional().describe("where the densities come from, in words"),
    note: text.optional().describe("what to know of its cycles wherever they are shown"),
    layers: z.array(layer, { error: "must be a list of layers" }).min(1, { error: "must have one or more layers" }),
    samples: z
      .union([count, text], { error: "must be a number of samples or the name of a CSV file" })
      .optional()
      .describe(
        "CSV with columns sample, layer, input_density and perhaps output_density; or how many samples the masks have",
      ),
    shapes: text
      .optional()
      .describe("CSV of layers whose sizes differ from sample to sample: sample, layer, and the keys that differ"),
    variation: z
      .enum(["none", "measured"], { error: "must be one of none, measured" })
      .default("none")
      .describe(
        "how densities vary between samples around those of the layers: not at all, or as measured networks do",
      ),
  },
  { error: "must be a mapping" },
);

export type NetworkKeys = z.infer<typeof networkFileSchema>;
export type NetworkLayerKeys = NetworkKeys["layers"][number];

/** The schema of network files for editors and other tools. */
export function networkJsonSchema(): object {
  return z.toJSONSchema(networkFileSchema, { io: "input" });
}
