/** `dysta reproduce`: every figure and table of the paper beside ours. */
import type { InferredOptionTypes } from "yargs";
import { requirePositiveInteger } from "../../workloads/input/positive-integer.ts";
import { cacheFolder } from "../results/cache.ts";
import { itemsIn, reproduce } from "../study/reproduce/reproduce.ts";
import { reproduceDocument, reproduceRows } from "../study/reproduce/reproduce-document.ts";
import { provenanceOf } from "../study/run/provenance.ts";
import { writeFigures } from "../view/plots/figure-files.ts";
import { reproduceFigures } from "../view/report/reproduce/beside-figures.ts";
import { reproduceText } from "../view/text/reproduce-render.ts";
import { namesIn } from "./arguments.ts";
import { exitStatus } from "./exit.ts";
import { markFailedOnError, openFolder, resultOptions } from "./folder.ts";
import { withProgress } from "./progress.ts";
import type { reproduceOptions } from "./reproduce-options.ts";

type ReproduceArguments = InferredOptionTypes<typeof reproduceOptions> & {
  readonly items?: string | undefined;
  readonly json: boolean;
  readonly workers?: number | undefined;
};

export async function reproduceCommand(args: ReproduceArguments): Promise<number> {
  const startedAt = new Date();
  const workers = requirePositiveInteger("--workers", args.workers);
  const seeds = requirePositiveInteger("--seeds", args.seeds) ?? 1;
  const requests = requirePositiveInteger("--requests", args.requests) ?? 1;
  const names = itemsIn(namesIn(args.items) ?? []);
  const folder = openFolder("reproduce", args, [resultOptions(args), names]);
  const asked = { workers, cache: cacheFolder(args.cache), requests, seeds, withProgress };
  const reproduction = await markFailedOnError(folder, () => reproduce(names, asked));
  const document = reproduceDocument(reproduction);
  const text = reproduceText(document);
  if (folder !== undefined) {
    const { header, rows } = reproduceRows(reproduction);
    folder.writeJson("reproduce.json", document);
    folder.writeCsv("reproduce.csv", header, rows);
    folder.writeText("reproduce.md", `${text}\n`);
    await writeFigures(folder.path, reproduceFigures(document));
    folder.markEnded(provenanceOf({ startedAt, workers, state: { state: "complete" } }));
  }
  process.stdout.write(`${args.json ? JSON.stringify(document) : text}\n`);
  return exitStatus.done;
}
