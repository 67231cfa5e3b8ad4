/** Plots for print as bytes of PDF and PNG. */
import { printFont, printFontFile } from "./font.ts";
import type { PrintedPlot } from "./print.ts";

/** Of a PNG: what journals ask of drawings of lines and letters. */
const dotsPerInch = 600;

/** A page as large as the plot, its letters text in an embedded font. The same plot gives the same bytes. */
export async function pdfOf({ svg, width, height }: PrintedPlot, title: string): Promise<Uint8Array> {
  const [{ default: PdfDocument }, { default: svgToPdf }] = await Promise.all([
    import("pdfkit"),
    import("svg-to-pdfkit"),
  ]);
  const document = new PdfDocument({
    size: [width, height],
    margin: 0,
    font: printFontFile,
    info: { Title: title, CreationDate: new Date(0) },
  });
  const chunks: Uint8Array[] = [];
  const isEnded = new Promise((resolve) => document.on("end", resolve));
  document.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  document.registerFont(printFont, printFontFile);
  svgToPdf(document, svg, 0, 0, { width, height, fontCallback: () => printFont });
  document.end();
  await isEnded;
  return Buffer.concat(chunks);
}

export async function pngOf({ svg, width }: PrintedPlot): Promise<Uint8Array> {
  const { Resvg } = await import("@resvg/resvg-js");
  const drawing = new Resvg(svg, {
    fitTo: { mode: "width", value: Math.round((width / 72) * dotsPerInch) },
    font: { fontFiles: [printFontFile], loadSystemFonts: false, defaultFontFamily: printFont },
  });
  return drawing.render().asPng();
}
