import { explore as exploreArrays, profileArrays } from "../study/explore/explore.ts";
import { type ExploreDocument, exploreDocument } from "../study/explore/explore-document.ts";
import { type ExploreWords, exploreQuestion } from "../study/explore/question.ts";
import { type WorkOptions, workOf } from "./work.ts";

/** A mix of networks, array shapes, and how the work is done. */
export interface ExploreOptions extends ExploreWords, WorkOptions {}

/**
 * Compares array shapes for a mix of networks: what `dysta explore --json` prints.
 *
 * @throws DystaError, one line: the thing, the rule, the value
 */
export async function explore(options: ExploreOptions = {}): Promise<ExploreDocument> {
  const { counted, cache } = workOf(options);
  const { question } = await exploreQuestion(options);
  const profiled = await profileArrays(question, { ...counted("layers"), cache });
  return exploreDocument(await exploreArrays(question, profiled, { ...counted("arrays"), cache }));
}
