import type { Options } from "yargs";
import { listOption, numberOption } from "./arguments.ts";

/** Options of `dysta import`. */
export const importOptions = {
  out: {
    type: "string",
    requiresArg: true,
    describe: "folder of the network; its name stands wherever a network's does",
  },
  inputs: listOption(
    "images (.jpg, .png), .npy, .npz or folders of them, separated by commas: densities are those of the run",
  ),
  samples: numberOption("samples", "at most this many inputs (default: all)"),
  masks: {
    type: "string",
    requiresArg: true,
    describe: "with --inputs, activation masks to keep: none, all, or names of layers (default none)",
  },
  name: { type: "string", requiresArg: true, describe: "what results call the network (default: the file's name)" },
  shape: listOption("sizes of open dimensions or shapes of inputs, separated by commas: height=224, image=1x3x224x224"),
  mean: { type: "string", requiresArg: true, describe: "of images, per channel, subtracted from 0 … 1 (default 0)" },
  std: {
    type: "string",
    requiresArg: true,
    describe: "of images, per channel, what is left is divided by (default 1)",
  },
  layout: {
    type: "string",
    choices: ["NCHW", "NHWC"] as const,
    describe: "of images, where both readings are possible (default: where the channels are)",
  },
  hardware: {
    type: "string",
    requiresArg: true,
    default: "eyeriss-v2",
    describe: "array whose limits the layers are held against: those that it cannot run are named",
  },
  "max-unsupported": {
    type: "string",
    requiresArg: true,
    default: "0%",
    describe: "largest share of MACs that may be in operators that are not modelled",
  },
} as const satisfies Record<string, Options>;
