/** The typeface of figures for print: DejaVu Sans, which has every character of ours and a free licence. */
import { createRequire } from "node:module";

export const printFont = "DejaVu Sans";

/** Path of its file. */
export const printFontFile = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf");

/** The measure of texts in it: width in pixels at a size in pixels. */
export async function printTextWidth(): Promise<(text: string, pixels: number) => number> {
  const { default: PdfDocument } = await import("pdfkit");
  const document = new PdfDocument({ font: printFontFile });
  return (text, pixels) => document.fontSize(pixels).widthOfString(text);
}
