/** The types of svg-to-pdfkit, which has none of its own, as far as they are used. */
declare module "svg-to-pdfkit" {
  interface Options {
    readonly width: number;
    readonly height: number;
    /** The registered name of the font for a family. */
    readonly fontCallback: (family: string, isBold: boolean, isItalic: boolean) => string;
  }
  const svgToPdf: (document: PDFKit.PDFDocument, svg: string, x: number, y: number, options: Options) => void;
  export default svgToPdf;
}
