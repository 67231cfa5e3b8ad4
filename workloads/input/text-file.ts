/** Text of a file that a user names. */
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";

/** Larger than any file that a person writes or a tool makes for this program. */
const maxBytes = 1 << 28;

/** The text, or why there is none: what follows the file's name in a message. */
type FileText = { readonly text: string } | { readonly complaint: string };

/**
 * Reads a text file in UTF-8, or in UTF-16 with a byte order mark, as spreadsheets on Windows write it.
 *
 * Devices and pipes without an end are refused, and files of more than 256 MiB.
 */
export function readTextFile(path: string): FileText {
  try {
    const file = openSync(path, "r");
    try {
      return checkedText(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return { complaint: "no such file" };
    return { complaint: code === "EISDIR" ? "is a folder" : `cannot be read (${code ?? message})` };
  }
}

function checkedText(file: number): FileText {
  const stat = fstatSync(file);
  if (stat.isDirectory()) return { complaint: "is a folder" };
  if (stat.isCharacterDevice() || stat.isBlockDevice()) return { complaint: "is a device, not a file" };
  if (stat.size > maxBytes) return { complaint: `has ${stat.size} bytes, more than the ${maxBytes} that are read` };
  const bytes = readFileSync(file);
  const mark = bytes.subarray(0, 2).toString("hex");
  const text = bytes.toString(mark === "fffe" ? "utf16le" : "utf8");
  if (mark === "feff") return { complaint: "is UTF-16 with the high byte first; save it as UTF-8" };
  if (text.includes("\0")) return { complaint: "is not text: it has bytes of zero (save it as UTF-8)" };
  return { text: text.replace(/^\uFEFF/, "") };
}
