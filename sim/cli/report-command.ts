/** `dysta report DIR`: the HTML report of a result folder. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { marker } from "../results/folder.ts";
import { FolderLock } from "../results/folder-lock.ts";
import { writeReport } from "../view/report/write-report.ts";
import { exitStatus } from "./exit.ts";

export async function reportCommand({
  folder,
  json,
}: {
  readonly folder: string;
  readonly json: boolean;
}): Promise<number> {
  // What is no result folder is refused by its reader, untouched.
  const lock = existsSync(join(folder, marker)) ? new FolderLock(folder, `report ${folder}`) : undefined;
  const { file, document } = await writeReport(folder).finally(() => lock?.release());
  const lines = [file, ...document.missing.map((line) => `not shown: ${line}`)];
  process.stdout.write(`${json ? JSON.stringify({ file, ...document }) : lines.join("\n")}\n`);
  return exitStatus.done;
}
