/** Does a table mean the same after a spreadsheet has saved it? */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readProfiles } from "../../../workloads/tables/profile-csv.ts";

const lines = [
  "# clock: 200 MHz",
  "model,pattern,sample,layer,cycles,input_density",
  "a,x,0,0,10,0.5",
  "a,x,0,1,20,0.25",
];
const text = `${lines.join("\n")}\n`;
const folder = mkdtempSync(join(tmpdir(), "dysta-"));

function read(bytes: string | Buffer) {
  const file = join(folder, "table.csv");
  writeFileSync(file, bytes);
  return readProfiles(file);
}

describe("a table saved by a spreadsheet", () => {
  const [plain] = read(text);
  it.each([
    ["with a comma for every empty cell", text.replace("MHz", "MHz,,,,,")],
    ["with its comment quoted", text.replace("# clock: 200 MHz", '"# clock: 200 MHz",,,,,')],
    [
      "with empty columns to the right",
      `${lines.map((line) => (line.startsWith("#") ? line : `${line},,`)).join("\n")}\n`,
    ],
    ["with lines that end as on Windows", text.replaceAll("\n", "\r\n")],
    ["with a byte order mark", `\ufeff${text}`],
    ["in UTF-16", Buffer.from(`\ufeff${text}`, "utf16le")],
  ])("%s holds the same", (_, bytes) => {
    expect(read(bytes)).toEqual([plain]);
    expect(plain.clockHz).toBe(200e6);
  });

  it.each([
    ["semicolons", text.replaceAll(",", ";"), "is separated by semicolons; save it with commas"],
    ["tabs", text.replaceAll(",", "\t"), "is separated by tabs; save it with commas"],
  ])("with %s is told what is wrong with it", (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(message);
  });
});
