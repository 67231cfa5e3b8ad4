/** The result folder of a command: opened before the work, told how the work ended. */
import { createHash } from "node:crypto";
import { ResultsFolder } from "../results/folder.ts";
import { beforeInterruptedExit } from "./interrupt.ts";

/** Options that change nothing of what a result is of. */
const withoutEffect = [
  "out",
  "restart",
  "workers",
  "cache",
  "json",
  "logLevel",
  "log-level",
  "vcd",
  "explain-mapping",
  "explainMapping",
  "$0",
];

interface FolderArguments {
  readonly out?: string | undefined;
  readonly restart?: boolean | undefined;
}

/**
 * The result folder that was asked for, if one was. Ctrl-C leaves it saying that its making was interrupted.
 *
 * @param experiment what the result is of, besides the command
 * @throws ConfigError as `ResultsFolder`
 */
export function openFolder(
  command: string,
  { out, restart = false }: FolderArguments,
  experiment: unknown,
): ResultsFolder | undefined {
  if (out === undefined) return undefined;
  const hash = createHash("sha256")
    .update(JSON.stringify([command, experiment]))
    .digest("hex");
  const folder = new ResultsFolder(out, { experiment: hash, restart });
  beforeInterruptedExit(() => folder.markUnfinished({ state: "interrupted" }));
  return folder;
}

/** The options of a command that change its result. */
export function resultOptions(args: object): object {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !withoutEffect.includes(name)));
}

/** Does the work; if it fails, the folder says so. */
export async function markFailedOnError<T>(folder: ResultsFolder | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    folder?.markUnfinished({ state: "failed", failure: (error as Error).message });
    throw error;
  }
}
