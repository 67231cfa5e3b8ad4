/** The keys of a scenario file: names, ranges, defaults. Published as JSON Schema for editors. */
import { z } from "zod";
import { traceUnits } from "../requests/arrivals.ts";
import { allFaults, formerFaultNames } from "../semantics/faults.ts";
import { monitorSchema } from "./monitor-keys.ts";

/** What a key is when the file does not have it. The values of Dysta are the artifact's (the paper gives none). */
export const scenarioDefaults = {
  description: "",
  weight: 1,
  requests: 1000,
  slo: 10,
  schedulers: ["all"],
  dysta: { beta: 0.01, eta: 0.01, alpha: 1, predictor: "last-one", lastN: 3, clampSlack: true },
  sdrm3: { alpha: 1 },
  elasticity: "calibrated",
  preemption: "free",
  preemptionCost: 0,
  fidelity: "counted",
  samples: 8,
  semantics: "corrected",
  dispatch: "software",
  unit: { format: "fp16", decisionCost: "modelled" },
  faults: [],
  seed: 1,
  seeds: 1,
} as const;

const fidelityNames = ["counted", "stepped", "expected"] as const;
const semanticsNames = ["corrected", "artifact"] as const;
const dispatchNames = ["software", "hardware"] as const;
const preemptionNames = ["free", "modelled"] as const;
const formatNames = ["fp16", "fp32", "fp64"] as const;
const variantNames = ["shared", "separate"] as const;
const rescoringNames = ["before-dispatch", "overlapped"] as const;
const decisionCostNames = ["modelled", "free"] as const;
const predictorNames = ["last-one", "last-n", "average-all", "elastic"] as const;

const text = z.string({ error: "must be a text" }).min(1, { error: "must be a text" });
/** More than fits a run; keeps a slip of the keyboard from exhausting the memory. */
const maxCount = 100_000_000;
/** Beyond this a policy's look at every free array is no scheduling problem any more. */
const maxAccelerators = 64;
export const countSchema = wholeNumber("must be a whole number, 1 or more", 1).max(maxCount, {
  error: `must be at most ${maxCount}`,
});
export const seedSchema = wholeNumber("must be a whole number, 0 or more", 0);
export const positiveSchema = number("must be a number, more than 0").gt(0, { error: "must be a number, more than 0" });
const nonNegative = number("must be a number, 0 or more").min(0, { error: "must be a number, 0 or more" });
export const semanticsSchema = oneOf(semanticsNames);
const faultsSchema = z.array(z.enum([...allFaults, ...formerFaultNames], { error: "unknown fault" }), {
  error: "must be a list of faults",
});
export const schedulersSchema = z
  .array(text, { error: "must be a list of names" })
  .min(1, { error: "must be a list of one or more names" });

/** Of a scenario or sweep: an entry may be a module with parameters of its own. */
export const schedulerEntriesSchema = z
  .array(
    z.union(
      [
        text,
        z.strictObject({
          path: text.describe("a module of your own"),
          parameters: z.record(z.string(), z.unknown()).optional().describe("what the module is given as parameters"),
        }),
      ],
      { error: "must be a name, or a mapping of path and parameters" },
    ),
    { error: "must be a list of names" },
  )
  .min(1, { error: "must be a list of one or more names" });

export const fidelitySchema = oneOf(fidelityNames);
const shareText = "must be a number from 0 to 1";

const rate = quantity("requests per second, e.g. 3 or `3 /s`");
const duration = quantity("seconds, or with a unit: `5 ms`");

const arrivalsSchema = z.discriminatedUnion(
  "kind",
  [
    mapping({ kind: z.literal("poisson"), rate }),
    mapping({ kind: z.literal("fixed"), rate }),
    mapping({
      kind: z.literal("bursty"),
      rate: rate.describe("requests per second while on"),
      on: duration.describe("mean duration of a burst, seconds"),
      off: duration.describe("mean pause between bursts, seconds"),
    }),
    mapping({
      kind: z.literal("periodic"),
      fps: quantity("frames per second, e.g. 60; or period").optional(),
      period: quantity("time between two frames, e.g. `16.7 ms`; or fps").optional(),
      jitter: duration.default(0).describe("largest shift of a frame, drawn evenly between ± this; at most the period"),
      offset: duration.default(0).describe("when the first frame comes"),
    }),
    mapping({
      kind: z.literal("trace"),
      file: text.describe("CSV with a column arrival; optional: model, pattern, sample, priority, deadline, seed"),
      unit: z
        .enum([...traceUnits, "seconds"], { error: `must be one of ${traceUnits.join(", ")}` })
        .transform((unit) => (unit === "seconds" ? "s" : unit))
        .default("s")
        .describe("of arrival and deadline: s, ms, us, ns, or cycles of the accelerator's clock"),
      origin: z
        .union([z.literal("first"), z.literal(0)], { error: "must be first or 0" })
        .default(0)
        .describe("which time of the file is 0 in the run: its own 0, or its first arrival"),
    }),
  ],
  { error: "must be a mapping whose kind is one of poisson, fixed, bursty, periodic, trace" },
);

const model = mapping({
  model: text.optional().describe("a built-in network, or one of the tables"),
  network: text.optional().describe("a network file or its folder, instead of model"),
  pattern: text
    .optional()
    .describe("weight-sparsity pattern; without it every pattern in the tables, or the weights as trained"),
  sparsity: number(shareText)
    .min(0, { error: shareText })
    .max(1, { error: shareText })
    .optional()
    .describe("share of zero weights, for networks on hardware"),
  hardware: z
    .union([text, z.record(z.string(), z.unknown())], { error: "must be a preset, a hardware file, or a mapping" })
    .optional()
    .describe("where this network runs; default: the scenario's hardware"),
  weight: positiveSchema
    .optional()
    .describe(
      `share of the requests, relative to the others with the same arrivals; default ${scenarioDefaults.weight}`,
    ),
  slo: positiveSchema.optional().describe("overrides the scenario's slo for this model"),
  arrivals: arrivalsSchema.optional().describe("of this network alone; default: a share of the scenario's arrivals"),
  deadline: quantity("instead of slo: `16.7 ms` after the arrival, period (one period after it), or chain").optional(),
  after: mapping({
    model: text.describe("the network whose end releases a request of this one"),
    probability: number(shareText)
      .min(0, { error: shareText })
      .max(1, { error: shareText })
      .default(1)
      .describe("with which it does"),
    delay: duration.default(0).describe("from that end to the release"),
  })
    .optional()
    .describe("this network has no arrivals: another one's end releases its requests"),
  late: oneOf(["run", "drop"]).optional().describe("run (default), or drop what has not begun by its deadline"),
});

const dysta = mapping({
  beta: nonNegative.default(scenarioDefaults.dysta.beta).describe("β: weight of the slack in the static score"),
  eta: nonNegative.default(scenarioDefaults.dysta.eta).describe("η: weight of slack and penalty in the dynamic score"),
  alpha: z
    .union([positiveSchema, z.record(z.string(), positiveSchema)], {
      error: "must be a number more than 0, or a mapping of model/pattern to such numbers",
    })
    .default(scenarioDefaults.dysta.alpha)
    .describe("α: how density turns into latency; one number, or one per model/pattern (1 for those not named)"),
  predictor: oneOf(predictorNames).default(scenarioDefaults.dysta.predictor),
  lastN: countSchema.default(scenarioDefaults.dysta.lastN).describe("window of last-n, in layers"),
  clampSlack: z
    .boolean({ error: "must be true or false" })
    .default(scenarioDefaults.dysta.clampSlack)
    .describe("whether slack counts as 0 once the deadline is out of reach; false: Algorithm 2 as it is printed"),
});

export const dispatchSchema = oneOf(dispatchNames);
export const preemptionSchema = oneOf(preemptionNames);
export const formatSchema = oneOf(formatNames);
export const decisionCostSchema = oneOf(decisionCostNames);
export const rescoringSchema = oneOf(rescoringNames);
export const variantSchema = oneOf(variantNames);
/** Ranges are the unit's own matter (hw/scheduling-unit/description.ts). */
export const unitCount = wholeNumber("must be a whole number, 0 or more", 0);

const unit = mapping({
  format: formatSchema.default(scenarioDefaults.unit.format).describe("number format of the scores"),
  decisionCost: decisionCostSchema
    .default(scenarioDefaults.unit.decisionCost)
    .describe("whether decisions and the words of requests take cycles"),
  fifoDepth: unitCount.optional().describe("requests that the FIFOs hold; default 64"),
  clock: quantity("e.g. 200 MHz; default: the slowest accelerator's").optional(),
  variant: variantSchema.optional().describe("coefficient on the score's multipliers (default) or on its own"),
  rescoring: rescoringSchema.optional().describe("scores renewed before each dispatch (default) or beside the layer"),
  tableRows: unitCount.optional().describe("(model, pattern) pairs that the tables hold; default 16"),
  layersPerRow: unitCount.optional().describe("layers per pair; default 128"),
  timeBits: unitCount.optional().describe("of clock, deadlines and last-run times; default 48"),
  timeShiftBits: unitCount.optional().describe("times enter the format in units of 2^this cycles"),
  scoreShiftBits: unitCount.optional().describe("scores are held in units of 2^-this seconds"),
  countShiftBits: unitCount.optional().describe("counts of non-zeros enter the format in units of 2^this"),
});

const sdrm3 = mapping({
  alpha: z
    .union([nonNegative, z.literal("tuned")], { error: "must be a number, 0 or more, or tuned" })
    .default(scenarioDefaults.sdrm3.alpha)
    .describe("weight of fairness; tuned: the best of a sweep, for built-in scenarios"),
});

const elasticityText = "must be calibrated, a number from 0 to 1.5, or a mapping of model/pattern to such numbers";
const elasticityValue = number(elasticityText).min(0, { error: elasticityText }).max(1.5, { error: elasticityText });
const elasticity = z.union([z.literal("calibrated"), elasticityValue, z.record(z.string(), elasticityValue)], {
  error: elasticityText,
});

export const scenarioSchema = mapping({
  name: text,
  description: z.string({ error: "must be a text" }).default(scenarioDefaults.description),
  hardware: z
    .union([text, z.record(z.string(), z.unknown())], { error: "must be a preset, a hardware file, or a mapping" })
    .optional()
    .describe("preset, hardware file, or the keys of one (dysta schema hardware); for the models that no table has"),
  accelerators: mapping({
    hardware: z
      .union([text, z.record(z.string(), z.unknown())], { error: "must be a preset, a hardware file, or a mapping" })
      .optional()
      .describe("of each of them; default: the scenario's hardware"),
    count: countSchema
      .max(maxAccelerators, { error: `must be at most ${maxAccelerators}` })
      .describe("how many arrays"),
    share: z
      .literal("static", { error: "must be static" })
      .default("static")
      .describe("of the DRAM bandwidth: each array has its part alone"),
  })
    .optional()
    .describe("identical arrays instead of one; a request that has begun stays on its array"),
  fidelity: fidelitySchema.default(scenarioDefaults.fidelity).describe("how the hardware's cycles are found"),
  samples: countSchema.default(scenarioDefaults.samples).describe("input samples per network on hardware"),
  table: z
    .union([text, z.array(text).min(1, { error: "must be a table or a list of one or more" })], {
      error: "must be a table or a list of one or more",
    })
    .optional()
    .describe("CSV file, folder of CSV files, or builtin: and eyerissv2, sanger, inferred-attnn, inferred-cnn"),
  sequenceLength: countSchema.optional().describe("tokens, for attention tables; default: from the table's name"),
  models: z
    .array(model, { error: "must be a list of one or more mappings" })
    .min(1, { error: "must be a list of one or more mappings" })
    .optional()
    .describe("the mix; without it every network of the tables, in equal shares"),
  arrivals: arrivalsSchema.optional().describe("of all networks that have no arrivals of their own"),
  requests: countSchema
    .optional()
    .describe(`that arrive by themselves, per seed; default ${scenarioDefaults.requests}, of a trace all`),
  slo: positiveSchema.default(scenarioDefaults.slo).describe("deadline: multiple of the model's mean isolated latency"),
  schedulers: schedulerEntriesSchema
    .default([...scenarioDefaults.schedulers])
    .describe("names, all, paths of modules, or modules with parameters: { path, parameters }"),
  dysta: dysta.prefault({}),
  sdrm3: sdrm3.prefault({}),
  elasticity: elasticity
    .default(scenarioDefaults.elasticity)
    .describe("ε of the elastic predictor, of swp and swp_plus: the share of a layer's time that follows its density"),
  preemption: preemptionSchema
    .default(scenarioDefaults.preemption)
    .describe("whether what a preemption displaces in the hardware's buffer is moved over its DRAM, or stays by magic"),
  preemptionCost: duration.default(scenarioDefaults.preemptionCost).describe("seconds, or with a unit: `20 us`"),
  semantics: semanticsSchema.default(scenarioDefaults.semantics),
  dispatch: dispatchSchema
    .default(scenarioDefaults.dispatch)
    .describe("who takes dysta's decisions: the policy in software, or the scheduling unit in hardware"),
  unit: unit.prefault({}).describe("the scheduling unit of dispatch hardware"),
  monitor: monitorSchema.optional(),
  faults: faultsSchema
    .default([...scenarioDefaults.faults])
    .describe("single faults of the artifact, added to semantics"),
  seed: seedSchema.default(scenarioDefaults.seed).describe("the first seed"),
  seeds: countSchema.default(scenarioDefaults.seeds).describe("number of seeds: seed, seed + 1, …"),
});

/** What a file says, with defaults filled in, before units and paths are resolved. */
export type ScenarioInput = z.infer<typeof scenarioSchema>;

/** The schema of scenario files for editors and other tools. */
export function scenarioJsonSchema(): object {
  return z.toJSONSchema(scenarioSchema, { io: "input" });
}

function mapping<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "invalid_type" ? "must be a mapping of keys" : undefined),
  });
}

function number(rule: string) {
  return z.number({ error: rule });
}

function wholeNumber(rule: string, least: number) {
  return z.int({ error: rule }).min(least, { error: rule });
}

function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `must be one of ${names.join(", ")}` });
}

function quantity(description: string) {
  return z.union([z.number(), text], { error: "must be a number or a text with a unit" }).describe(description);
}
