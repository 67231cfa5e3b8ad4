/** `dysta report DIR`: the HTML report of a result folder, or its figures for a paper. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { InferredOptionTypes } from "yargs";
import { ConfigError, didYouMean } from "../../workloads/input/errors.ts";
import { figureNames, figuresFolder, writeFigureFiles } from "../results/figure-files.ts";
import { databaseName, marker } from "../results/folder.ts";
import { FolderLock } from "../results/folder-lock.ts";
import { printedFigure } from "../view/report/printed-figures.ts";
import { writeReport } from "../view/report/write-report.ts";
import { exitStatus } from "./exit.ts";
import { withProgress } from "./progress.ts";
import { figureRequest, type reportOptions } from "./report-options.ts";

type ReportArguments = InferredOptionTypes<typeof reportOptions> & {
  readonly folder: string;
  readonly json: boolean;
};

export async function reportCommand(args: ReportArguments): Promise<number> {
  const { folder, json } = args;
  const request = figureRequest(args);
  // What is no result folder is refused by its reader, untouched.
  const lock = existsSync(join(folder, marker)) ? new FolderLock(folder, `report ${folder}`) : undefined;
  const make = request === undefined ? htmlReport(folder) : figures(folder, request);
  const { document, lines } = await make.finally(() => lock?.release());
  process.stdout.write(`${json ? JSON.stringify(document) : lines.join("\n")}\n`);
  return exitStatus.done;
}

interface Made {
  readonly document: object;
  readonly lines: readonly string[];
}

async function htmlReport(folder: string): Promise<Made> {
  if (!isRead(folder) && figureNames(folder).length > 0) {
    throw new ConfigError(
      `report ${folder}: only the reports of dysta run and dysta sweep can be made anew; of this folder the figures can, with --figures`,
    );
  }
  const { file, document } = await writeReport(folder);
  const lines = [file, ...document.missing.map((line) => `not shown: ${line}`)];
  return { document: { file, ...document }, lines };
}

/** Whether reports are made from its results, which are read again. */
function isRead(folder: string): boolean {
  return [databaseName, "summary.json"].some((name) => existsSync(join(folder, name)));
}

async function figures(
  folder: string,
  { only, ...look }: NonNullable<ReturnType<typeof figureRequest>>,
): Promise<Made> {
  // Folders of older versions have none; what is no result folder is refused.
  if (figureNames(folder).length === 0) await writeReport(folder);
  const known = figureNames(folder);
  if (known.length === 0) throw new ConfigError(`report ${folder}: its results have no figures`);
  for (const name of only ?? []) {
    if (!known.includes(name)) {
      throw new ConfigError(`--only: ${join(folder, figuresFolder)} has no figure "${name}"${didYouMean(name, known)}`);
    }
  }
  const chosen = known.filter((name) => only === undefined || only.includes(name));
  const files: string[] = [];
  await withProgress("figures", async (onDone) => {
    onDone(0, chosen.length);
    for (const [k, name] of chosen.entries()) {
      const made = await printedFigure(folder, name, look);
      writeFigureFiles(folder, made, false);
      files.push(...made.map((file) => join(folder, figuresFolder, file.name)));
      onDone(k + 1, chosen.length);
    }
  });
  return { document: { folder, widthMm: look.widthMm, figures: chosen, files }, lines: files };
}
