/** `dysta explain`: why a network or a layer takes its time on an array, and what would change it. */
import type { InferredOptionTypes } from "yargs";
import { requirePositiveInteger } from "../../workloads/input/positive-integer.ts";
import { cacheFolder } from "../results/cache.ts";
import { explain } from "../study/explain/explain.ts";
import { explainDocument } from "../study/explain/explain-document.ts";
import { explainQuestion } from "../study/explain/question.ts";
import { explainText } from "../view/text/explain-render.ts";
import { terminalColumns } from "../view/text/terminal.ts";
import { namesIn } from "./arguments.ts";
import { exitStatus } from "./exit.ts";
import type { explainOptions } from "./explain-options.ts";
import { withProgress } from "./progress.ts";

type ExplainArguments = InferredOptionTypes<typeof explainOptions> & {
  readonly network: string;
  readonly layer?: string | undefined;
  readonly json: boolean;
  readonly workers?: number | undefined;
};

export async function explainCommand(args: ExplainArguments): Promise<number> {
  const workers = requirePositiveInteger("--workers", args.workers);
  const { network, pattern, sparsity, samples, batch, seed, hardware, fidelity, energy, top } = args;
  const question = await explainQuestion({
    ...{ network, layers: namesIn(args.layer), boundBy: args["bound-by"], top },
    ...{
      pattern,
      sparsity,
      samples,
      batch,
      seed,
      hardware,
      fidelity,
      energy,
      mappingObjective: args["mapping-objective"],
    },
  });
  const explanation = await withProgress("layers", (onDone) =>
    explain(question, { workers, cache: cacheFolder(args.cache), onDone }),
  );
  const text = args.json
    ? JSON.stringify(explainDocument(explanation))
    : explainText(explanation, args.layer !== undefined, terminalColumns());
  process.stdout.write(`${text}\n`);
  return exitStatus.done;
}
