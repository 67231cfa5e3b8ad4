import { type OverheadWords, overheadScenario, wholeOverhead } from "../study/overhead/ask.ts";
import { type OverheadDocument, overheadDocument } from "../study/overhead/overhead-document.ts";
import { type WorkOptions, workOf } from "./work.ts";

/** A scenario, unit and monitor, and how the work is done. */
export interface OverheadOptions extends OverheadWords, WorkOptions {}

/**
 * What monitor and scheduling unit cost, and whether the unit decides as the software does: what `dysta overhead --json`
 * prints.
 *
 * @throws DystaError, one line: the thing, the rule, the value
 */
export async function overhead(options: OverheadOptions = {}): Promise<OverheadDocument> {
  const { counted, cache } = workOf(options);
  const { prepared, overhead: found } = await wholeOverhead(await overheadScenario(options), {
    ...{ workers: options.workers, cache },
    withProgress: (what, work) => work(counted(what).onDone),
  });
  return overheadDocument(prepared, found);
}
