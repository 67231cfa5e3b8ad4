/** `dysta report DIR`: the HTML report of a result folder. */
import { writeReport } from "../view/report/write-report.ts";
import { exitStatus } from "./exit.ts";

export async function reportCommand({
  folder,
  json,
}: {
  readonly folder: string;
  readonly json: boolean;
}): Promise<number> {
  const { file, document } = await writeReport(folder);
  const lines = [file, ...document.missing.map((line) => `not shown: ${line}`)];
  process.stdout.write(`${json ? JSON.stringify({ file, ...document }) : lines.join("\n")}\n`);
  return exitStatus.done;
}
