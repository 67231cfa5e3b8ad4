/** The report of a result folder: read, drawn, and written into it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { databaseName } from "../../results/folder.ts";
import { writeWhole } from "../../results/whole-file.ts";
import { readRunFolder } from "../../study/run/run-data.ts";
import { readStore } from "../../study/sweep/store.ts";
import { readSweepData, type SweepData } from "../../study/sweep/sweep-data.ts";
import { writeFigures } from "../plots/figure-files.ts";
import { type ReportDocument, runReport } from "./run/report.ts";
import { sweepReport } from "./sweep/sweep-report.ts";

/**
 * Writes `figures/` and `report.html` into the result folder at `path`, of a run or of a sweep.
 *
 * @throws ConfigError if it is neither, a file in it is damaged, the sweep is running, or the folder cannot be written.
 */
export async function writeReport(path: string): Promise<{ readonly file: string; readonly document: ReportDocument }> {
  const { html, document, figures } = await (existsSync(join(path, databaseName))
    ? sweepReport(await sweepIn(path))
    : runReport(readRunFolder(path)));
  await writeFigures(path, figures);
  const file = join(path, "report.html");
  try {
    writeWhole(file, [html]);
  } catch (error) {
    throw new ConfigError(`report ${path}: cannot be written: ${(error as NodeJS.ErrnoException).code}`);
  }
  return { file, document };
}

async function sweepIn(path: string): Promise<SweepData> {
  const stored = await readStore(path, `report ${path}`);
  return readSweepData(stored).finally(() => stored.database.close());
}
