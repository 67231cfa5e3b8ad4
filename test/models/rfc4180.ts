/** The grammar of RFC 4180, character by character; the end of a line may be LF alone, as everywhere on Unix. */

/**
 * @returns the fields of every record
 * @throws where the text is not of the grammar, or a record has another number of fields than the first
 */
export function strictCsv(text: string): string[][] {
  const records: string[][] = [];
  for (let at = 0; at < text.length; ) {
    const record: string[] = [];
    for (;;) {
      const [field, end] = text[at] === '"' ? quotedField(text, at) : plainField(text, at);
      record.push(field);
      at = end;
      if (text[at] !== ",") break;
      at += 1;
    }
    if (text.startsWith("\r\n", at)) at += 2;
    else if (text[at] === "\n") at += 1;
    else if (at < text.length) throw new Error(`character ${at}: ${JSON.stringify(text[at])} ends no field`);
    if (records.length > 0 && record.length !== records[0].length)
      throw new Error(`record ${records.length}: ${record}`);
    records.push(record);
  }
  return records;
}

function plainField(text: string, start: number): [string, number] {
  let at = start;
  while (at < text.length && !',"\r\n'.includes(text[at])) at += 1;
  return [text.slice(start, at), at];
}

function quotedField(text: string, start: number): [string, number] {
  let field = "";
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] !== '"') field += text[at];
    else if (text[at + 1] === '"') {
      field += '"';
      at += 1;
    } else return [field, at + 1];
  }
  throw new Error(`character ${start}: the quote is not closed`);
}
