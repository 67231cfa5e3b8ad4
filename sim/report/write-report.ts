import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../workloads/errors.ts";
import { type ReportDocument, runReport } from "./report.ts";

/**
 * Writes `report.html` into the result folder at `path`.
 *
 * @throws ConfigError as `runReport` does, and if the folder cannot be written.
 */
export async function writeReport(path: string): Promise<{ readonly file: string; readonly document: ReportDocument }> {
  const { html, document } = await runReport(path);
  const file = join(path, "report.html");
  try {
    writeFileSync(file, html);
  } catch (error) {
    throw new ConfigError(`report ${path}: cannot be written: ${(error as NodeJS.ErrnoException).code}`);
  }
  return { file, document };
}
