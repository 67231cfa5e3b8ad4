/**
 * Cells of the CSV files that the program writes. A name that a spreadsheet would take for a formula (it begins with =, +,
 * -, @, a tab or a carriage return) gets an apostrophe in front, as does one that would be mistaken for such a name.
 */

/** A field of a line of CSV: numbers in their shortest exact form, texts in quotes where they need them. */
export function csvField(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = /^'*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",#\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The text of a field that `csvField` has made, its quotes already removed. */
export function csvText(field: string): string {
  return /^'+[=+\-@\t\r]/.test(field) ? field.slice(1) : field;
}
