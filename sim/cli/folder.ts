import { ResultsFolder } from "../results/folder.ts";
import { beforeInterruptedExit } from "./interrupt.ts";

/** The result folder that was asked for, if one was. Ctrl-C leaves it saying that its making was interrupted. */
export function openFolder(out: string | undefined): ResultsFolder | undefined {
  if (out === undefined) return undefined;
  const folder = new ResultsFolder(out);
  beforeInterruptedExit(() => folder.markUnfinished({ state: "interrupted" }));
  return folder;
}

/** Does the work; if it fails, the folder says so. */
export async function orMarkFailed<T>(folder: ResultsFolder | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    folder?.markUnfinished({ state: "failed", failure: (error as Error).message });
    throw error;
  }
}
