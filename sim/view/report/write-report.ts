import { existsSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { databaseName } from "../../results/folder.ts";
import { writeWhole } from "../../results/whole-file.ts";
import { writeFigures } from "../plots/figure-files.ts";
import { type ReportDocument, runReport } from "./run/report.ts";
import { sweepReport } from "./sweep/sweep-report.ts";

/**
 * Writes `figures/` and `report.html` into the result folder at `path`, of a run or of a sweep.
 *
 * @throws ConfigError as `runReport` and `sweepReport` do, and if the folder cannot be written.
 */
export async function writeReport(path: string): Promise<{ readonly file: string; readonly document: ReportDocument }> {
  const { html, document, figures } = await (existsSync(join(path, databaseName))
    ? sweepReport(path)
    : runReport(path));
  await writeFigures(path, figures);
  const file = join(path, "report.html");
  try {
    writeWhole(file, [html]);
  } catch (error) {
    throw new ConfigError(`report ${path}: cannot be written: ${(error as NodeJS.ErrnoException).code}`);
  }
  return { file, document };
}
