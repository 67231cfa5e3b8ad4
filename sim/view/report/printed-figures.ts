/** The figures of a result folder for a column of a paper, made anew from their specifications. */
import { ConfigError } from "../../../workloads/input/errors.ts";
import { type FigureFile, readFigureSpec } from "../../results/figure-files.ts";
import { printedPlot } from "../plots/print.ts";
import { pdfOf, pngOf } from "../plots/print-files.ts";
import type { PlotSpec } from "../plots/svg.ts";

export const printFormats = ["pdf", "png", "svg"] as const;
export type PrintFormat = (typeof printFormats)[number];

/**
 * One figure of the result folder at `path` as files.
 *
 * @param widthMm of the drawing, in millimetres
 * @throws ConfigError if its specification is none that can be drawn, or its data are not inside it.
 */
export async function printedFigure(
  path: string,
  figure: string,
  { formats, widthMm }: { readonly formats: readonly PrintFormat[]; readonly widthMm: number },
): Promise<FigureFile[]> {
  const spec = readFigureSpec(path, figure);
  try {
    return await filesOf(figure, spec, { formats, widthMm });
  } catch (error) {
    const [line] = (error as Error).message.split("\n");
    throw new ConfigError(`report ${path}: figure ${figure} cannot be drawn from its specification: ${line}`);
  }
}

async function filesOf(
  figure: string,
  spec: Readonly<Record<string, unknown>>,
  { formats, widthMm }: Parameters<typeof printedFigure>[2],
): Promise<FigureFile[]> {
  const plot = await printedPlot(spec as unknown as PlotSpec, widthMm);
  const contents: Record<PrintFormat, () => Promise<string | Uint8Array> | string> = {
    pdf: () => pdfOf(plot, typeof spec.description === "string" ? spec.description : figure),
    png: () => pngOf(plot),
    svg: () => plot.svg,
  };
  const files: FigureFile[] = [];
  for (const format of formats) files.push({ name: `${figure}.${format}`, content: await contents[format]() });
  return files;
}
