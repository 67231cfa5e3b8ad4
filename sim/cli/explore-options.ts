import type { Options } from "yargs";
import { deadlineKinds } from "../study/explore/deadlines.ts";
import { defaultBudget } from "../study/explore/defaults.ts";
import { listOption, numberOption } from "./arguments.ts";
import { mixOptions } from "./network-options.ts";
import { profileOptions } from "./profile-options.ts";
import { runOptions } from "./run-options.ts";
import { dispatchOptions } from "./unit-options.ts";

const { rate, slo, requests, seed, seeds, preemption, cache, restart } = runOptions;
const { area } = profileOptions;

/** Options of `dysta explore` besides those of every command. */
export const exploreOptions = {
  pes: {
    type: "string",
    requiresArg: true,
    default: defaultBudget,
    describe: "budget of PEs, A..B",
  },
  shapes: listOption(
    "array shapes, separated by commas: cluster rows x cluster columns x PE rows x PE columns, e.g. 8x2x3x4 (default: chosen within the budget)",
  ),
  limit: numberOption("limit", "how many shapes are chosen at most (default 5)"),
  "macs-per-pe": listOption("MACs per PE, separated by commas: every shape with each (default: as the base hardware)"),
  ...mixOptions,
  hardware: {
    type: "string",
    requiresArg: true,
    describe:
      "base hardware, whose shape is changed: preset or hardware file (default: the scenario's, else eyeriss-v2)",
  },
  samples: numberOption("samples", "input samples per network (default 1)"),
  fidelity: { type: "string", requiresArg: true, describe: "counted (default), stepped or expected" },
  scheduler: listOption(
    "who schedules, names or your own modules (default dysta): the first compares arrays, all run on the smallest that is enough",
  ),
  ...dispatchOptions,
  ...{ rate, slo, requests, seed, seeds, preemption },
  deadlines: {
    choices: deadlineKinds,
    default: "base" as const,
    describe: "multiples of the latency alone on the base hardware (the same for all shapes), or on each shape's own",
  },
  target: {
    type: "string",
    requiresArg: true,
    describe:
      "share of the requests that must be on time, e.g. 99.9% (default 100%): sizes between those chosen are tried for it; where it is given, the highest rate of every array is found",
  },
  "max-pes": numberOption("max-pes", "PEs at most"),
  "max-sram": { type: "string", requiresArg: true, describe: "SPads and buffers at most, e.g. 200 KiB" },
  "max-area": numberOption("max-area", "mm² at most, with --area"),
  "max-energy": { type: "string", requiresArg: true, describe: "energy of an inference at most, e.g. 500 uJ" },
  axis: listOption("values of any key of a hardware file, e.g. buffer.activations=1.5KiB,3KiB: every shape with each"),
  objectives: listOption(
    "what the front is of, two or more, e.g. sramBytes,edp (default: area with --area, else pes; and antt)",
  ),
  area,
  out: {
    type: "string",
    requiresArg: true,
    describe: "result folder: explore.json, explore.csv, plots, HTML report",
  },
  restart,
  cache,
} as const satisfies Record<string, Options>;
