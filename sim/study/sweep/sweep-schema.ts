/** The keys of a sweep file. Published as JSON Schema for editors. */
import { z } from "zod";
import { countSchema, schedulerEntriesSchema, seedSchema } from "../../../workloads/scenarios/scenario-schema.ts";

const text = z.string({ error: "must be a text" }).min(1, { error: "must be a text" });
const axisText = "must be a list, a range { from, to, step | points }, or { zip: { KEY: list or range, … } }";
const list = z.array(z.unknown());
const rangeEnd = z.union([z.number(), text], { error: "must be a number or a text with a unit" });

/** Evenly spaced values from `from` up to `to`, at a step or a number of points; `scale: log` for even ratios. */
const range = z.strictObject({
  from: rangeEnd,
  to: rangeEnd,
  step: rangeEnd.optional(),
  points: countSchema.optional(),
  scale: z.enum(["linear", "log"], { error: "must be one of linear, log" }).optional(),
});
const values = z.union([list, range], { error: "must be a list or a range { from, to, step | points }" });
const zip = z.strictObject({ zip: z.record(z.string(), values, { error: "must be a mapping of keys" }) });

export const sweepSchema = z.strictObject(
  {
    name: text.optional().describe("default: the file's name without its ending"),
    description: z.string({ error: "must be a text" }).default(""),
    scenario: z
      .union([text, z.record(z.string(), z.unknown())], { error: "must be a scenario, its file, or its keys" })
      .describe("a built-in scenario, a file relative to this one, or the keys of one (dysta schema scenario)"),
    set: z
      .record(z.string(), z.unknown(), { error: "must be a mapping of keys" })
      .default({})
      .describe("keys given anew for all points: arrivals.rate, hardware.clock, models.*.sparsity, …"),
    axes: z
      .record(z.string(), z.unknown(), { error: "must be a mapping of keys" })
      .default({})
      .describe(`keys that take several values, the first outermost; each ${axisText.replace("must be ", "")}`),
    schedulers: schedulerEntriesSchema
      .optional()
      .describe("names, all, or paths of modules, also as { path, parameters }; default: the scenario's"),
    seed: seedSchema.optional().describe("the first seed; default: the scenario's"),
    seeds: countSchema.optional().describe("number of seeds; default: the scenario's"),
    where: z
      .union([text, z.array(text)], { error: "must be an expression or a list of expressions" })
      .default([])
      .describe("constraints on swept keys, pes, macsPerCycle, sramBytes, clockHz: `pes <= 1024`"),
    columns: z
      .record(z.string(), text, { error: "must be a mapping of names to expressions" })
      .default({})
      .describe("derived columns of the results, computed from all others: `edp: energyPj * cycles`"),
    capacity: z
      .strictObject(
        {
          target: z
            .union([z.number(), text], { error: "must be a share such as 99%" })
            .describe("share of the requests that must be on time, e.g. 99%"),
        },
        { error: (issue) => (issue.code === "invalid_type" ? "must be a mapping of keys" : undefined) },
      )
      .optional()
      .describe("each point also finds the highest rate at which its requests reach the target"),
    keep: z
      .strictObject(
        {
          layers: z
            .boolean({ error: "must be true or false" })
            .default(true)
            .describe("layer profiles of every network on every hardware"),
          bounds: z
            .boolean({ error: "must be true or false" })
            .default(false)
            .describe("bounds of violations and ANTT that no scheduler can beat, per configuration and seed"),
        },
        { error: (issue) => (issue.code === "invalid_type" ? "must be a mapping of keys" : undefined) },
      )
      .prefault({}),
  },
  { error: (issue) => (issue.code === "invalid_type" ? "must be a mapping of keys" : undefined) },
);

export type SweepInput = z.infer<typeof sweepSchema>;
export type RangeInput = z.infer<typeof range>;

const axisSchema = z.union([list, range, zip]);

/** Schemas of an axis by its form, so that a complaint is about the form that is meant. */
export const axisForms = { list, range, zip, text: axisText } as const;

/** The schema of sweep files for editors and other tools. */
export function sweepJsonSchema(): object {
  const published = sweepSchema.extend({
    axes: z
      .record(z.string(), axisSchema)
      .default({})
      .describe(sweepSchema.shape.axes.description ?? ""),
  });
  return z.toJSONSchema(published, { io: "input" });
}
