/** The texts in a PDF whose fonts have a table back to characters, as a reader that copies from it finds them. */
import { inflateSync } from "node:zlib";

/** Each text that is shown at once, in the order of the page. */
export function pdfTexts(pdf: Uint8Array): string[] {
  const streams = streamsOf(Buffer.from(pdf)).map((bytes) => bytes.toString("latin1"));
  const characters = new Map(streams.filter((text) => text.includes("beginbfrange")).flatMap(characterTable));
  return streams.flatMap((text) =>
    [...text.matchAll(/<([0-9a-f]+)> Tj/g)].map(([, hex]) =>
      (hex.match(/.{4}/g) ?? []).map((glyph) => characters.get(Number.parseInt(glyph, 16)) ?? "\ufffd").join(""),
    ),
  );
}

function streamsOf(pdf: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = pdf.indexOf("stream\n"); at >= 0; at = pdf.indexOf("stream\n", at + 1)) {
    const end = pdf.indexOf("\nendstream", at);
    if (end < 0) continue;
    try {
      found.push(inflateSync(pdf.subarray(at + "stream\n".length, end)));
    } catch {
      // Font files are compressed otherwise; they hold no texts of the page.
    }
  }
  return found;
}

/** Characters by glyph, of the ranges of a ToUnicode table. */
function characterTable(table: string): [number, string][] {
  return [...table.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/g)].flatMap(([, first, list]) =>
    [...list.matchAll(/<([0-9a-f]+)>/g)].map(([, hex], k): [number, string] => [
      Number.parseInt(first, 16) + k,
      String.fromCharCode(...(hex.match(/.{4}/g) ?? []).map((unit) => Number.parseInt(unit, 16))),
    ]),
  );
}
