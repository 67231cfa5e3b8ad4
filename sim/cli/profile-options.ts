import type { Options } from "yargs";
import { numberOption } from "./arguments.ts";
import { monitorOptions } from "./monitor-options.ts";
import { networkOptions } from "./network-options.ts";
import { runOptions } from "./run-options.ts";

const { models, pattern, sparsity } = networkOptions;

/** Options of `dysta profile`. */
export const profileOptions = {
  hardware: { type: "string", requiresArg: true, default: "eyeriss-v2", describe: "preset or hardware file" },
  ...monitorOptions,
  models,
  layer: { type: "string", requiresArg: true, describe: "a layer file of your own instead of networks" },
  ...{ pattern, sparsity },
  samples: numberOption("samples", "input samples per layer (default 1)"),
  batch: numberOption("batch", "inputs that are computed together, with the same weights (default 1)"),
  seed: numberOption("seed", "seed of the masks (default 1)"),
  fidelity: { type: "string", requiresArg: true, default: "counted", describe: "counted, stepped or expected" },
  mapping: {
    type: "string",
    requiresArg: true,
    describe: "JSON file of mappings by layer name, instead of the mapper's",
  },
  "mapping-objective": {
    type: "string",
    requiresArg: true,
    default: "balanced",
    describe: "what the mapper looks for: balanced (least energy within 1 % of the fewest cycles), cycles, energy, edp",
  },
  "explain-mapping": {
    type: "boolean",
    default: false,
    describe: "the chosen mappings, the runners-up and why they lost",
  },
  energy: {
    type: "string",
    requiresArg: true,
    describe: "file of picojoules per access (default: Eyeriss, ISCA'16, ratios)",
  },
  area: { type: "string", requiresArg: true, describe: "file of areas per PE, SRAM byte and cluster (default: none)" },
  out: {
    type: "string",
    requiresArg: true,
    describe:
      "result folder: profile.csv (a table for scenarios), profile.json, report.html, eyerissv2/ (tables for the public artifact)",
  },
  "what-if": {
    type: "boolean",
    default: false,
    describe:
      "the folder's report.html also says what every change of the array would bring (takes some forty profiles)",
  },
  restart: runOptions.restart,
  vcd: { type: "string", requiresArg: true, describe: "waveform of one network or layer (with --fidelity stepped)" },
  cache: { type: "string", requiresArg: true, describe: "folder of kept results (default .dysta-cache; --no-cache)" },
} as const satisfies Record<string, Options>;
