import type { Options } from "yargs";
import { numberOption } from "./arguments.ts";
import { profileOptions } from "./profile-options.ts";

const { hardware, pattern, sparsity, samples, batch, seed, energy, cache } = profileOptions;

/** Options of `dysta explain` besides those of every command. */
export const explainOptions = {
  ...{ hardware, pattern, sparsity, samples, batch, seed },
  fidelity: { type: "string", requiresArg: true, default: "counted", describe: "counted or stepped" },
  "bound-by": {
    type: "string",
    requiresArg: true,
    describe: "only layers most of whose cycles go to this cause: compute, imbalance, drain, spadLoad, load, …",
  },
  top: numberOption("top", "only so many layers, the slowest first"),
  "mapping-objective": profileOptions["mapping-objective"],
  ...{ energy, cache },
} as const satisfies Record<string, Options>;
