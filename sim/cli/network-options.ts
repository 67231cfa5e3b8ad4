/** Options that name networks and how their weights are pruned. */
import type { Options } from "yargs";
import { listOption, numberOption } from "./arguments.ts";

const models = listOption("networks, separated by commas (dysta list networks), or network files");
const pattern = {
  type: "string",
  requiresArg: true,
  describe: "weight pattern: dense, unstructured, block4, 2:4, channel, filter (default: as the network was trained)",
} as const;
const sparsity = numberOption("sparsity", "share of zero weights, 0 to 1");

export const networkOptions = { models, pattern, sparsity } as const satisfies Record<string, Options>;

/** The same where a command takes a scenario. */
export const mixOptions = {
  models: { ...models, describe: `${models.describe}, in equal shares instead of a scenario` },
  pattern: { ...pattern, describe: `with --models, ${pattern.describe}` },
  sparsity: { ...sparsity, describe: `with --pattern, ${sparsity.describe}` },
} as const satisfies Record<string, Options>;
