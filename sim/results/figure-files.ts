/** The folder `figures/` of a result folder: figures as files that other programs read, and that `dysta report` reads back. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../../workloads/input/errors.ts";
import { readOwnJson } from "./own-files.ts";
import { partial } from "./whole-file.ts";

/** Name of the folder inside a result folder. */
export const figuresFolder = "figures";

/** Ending of the specification of a figure. */
const specEnding = ".vl.json";

export interface FigureFile {
  /** With its ending, without its folder. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

/**
 * Writes `files` into `figures/` of the result folder at `path`, each whole under its name.
 *
 * @param isAnew whether they replace all that is there; otherwise files of other names stay
 * @throws ConfigError if they cannot be written.
 */
export function writeFigureFiles(path: string, files: readonly FigureFile[], isAnew: boolean): void {
  const folder = join(path, figuresFolder);
  try {
    if (isAnew) rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { name, content } of files) {
      writeFileSync(join(folder, name + partial), content);
      renameSync(join(folder, name + partial), join(folder, name));
    }
  } catch (error) {
    throw new ConfigError(
      `report ${path}: ${figuresFolder}/ cannot be written: ${(error as NodeJS.ErrnoException).code}`,
    );
  }
}

/** Names of the figures in the result folder at `path`, sorted; none where it has no `figures/`. */
export function figureNames(path: string): string[] {
  const folder = join(path, figuresFolder);
  if (!existsSync(folder)) return [];
  const specs = readdirSync(folder).filter((name) => name.endsWith(specEnding));
  return specs.map((name) => name.slice(0, -specEnding.length)).sort();
}

/** The file name of a figure's specification. */
export function specFileName(figure: string): string {
  return figure + specEnding;
}

/**
 * The Vega-Lite specification of a figure.
 *
 * @throws ConfigError if it cannot be read or is no JSON object.
 */
export function readFigureSpec(path: string, figure: string): Readonly<Record<string, unknown>> {
  return readOwnJson(join(path, figuresFolder, specFileName(figure)), z.looseObject({}));
}
