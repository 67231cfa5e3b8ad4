/** The keys of a network file: layers with who reads what, and where densities, masks and sizes come from. */
import { z } from "zod";
import type { activationGenerators } from "./activation-generator.ts";
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

const generatorNames = ["measured", "paper"] as const satisfies (keyof typeof activationGenerators)[];
const amountError = { error: "must be a number, 0 or more" };
const amount = z.number(amountError).min(0, amountError);
const reachError = { error: "must be a number above 0" };
const shareError = { error: "must be a number from 0 to 1" };
const share = z.number(shareError).min(0, shareError).max(1, shareError);
const sideError = { error: "must be a whole number, 1 or more" };

const generatorKeys = z.strictObject({
  preset: z
    .enum(generatorNames, { error: `must be one of ${generatorNames.join(", ")}` })
    .default("measured")
    .describe("what is not stated is as here"),
  meanFactor: amount.optional().describe("multiplies every layer's mean density but 1"),
  deviation: amount.optional().describe("standard deviation between samples at mean density .5"),
  common: share.optional().describe("share of its variance that all layers of a sample have in common"),
  near: share.optional().describe("further share that neighbouring layers have in common; common + near at most 1"),
  reach: z.number(reachError).gt(0, reachError).optional().describe("layers over which that falls to 1/e"),
  channelSpread: share
    .optional()
    .describe("dispersion of the density over channels: 0 all alike, 1 each full or empty"),
  reordering: share.optional().describe("how far each sample reorders the channels by busyness"),
  clusterPixels: z
    .number(sideError)
    .int(sideError)
    .min(1, sideError)
    .optional()
    .describe("side in pixels of the cells that share their fate in part"),
  clusterShare: share.optional().describe("that part; 0: pixels of a channel are independent"),
});

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
      .union([z.enum(["none", ...generatorNames]), generatorKeys], {
        error: `must be one of none, ${generatorNames.join(", ")}, or a mapping`,
      })
      .default("none")
      .describe(
        "how densities vary between samples around those of the layers: not at all, as in measured networks, as the paper shows, or as stated",
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
