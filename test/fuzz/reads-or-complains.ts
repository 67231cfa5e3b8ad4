/** The one rule of every file of a user's: it is read, or what is wrong with it is said in one clear line. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { oneLine } from "../../sim/cli/exit.ts";
import { ConfigError } from "../../workloads/input/errors.ts";
import { editArbitrary, edited, editedText, fileText, textEditArbitrary } from "./edits.ts";
import { besides, type UserFile } from "./user-files.ts";

/** Checks `runs` variations of a kind of file. A failure is printed with its seed and the smallest file that shows it. */
export async function readsOrComplains(
  { name, good, read, format = "yaml" }: UserFile,
  seed: number,
  runs: number,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dysta-fuzz-"));
  for (const [file, text] of Object.entries(besides)) writeFileSync(join(folder, file), text);
  const path = join(folder, typeof good === "string" ? "fuzzed.csv" : "fuzzed.yaml");
  const property = fc.asyncProperty(
    fc.array(editArbitrary, { maxLength: 3 }),
    fc.array(textEditArbitrary, { maxLength: 2 }),
    async (edits, textEdits) => {
      const text = typeof good === "string" ? good : fileText(edited(good, edits), format);
      const bytes = textEdits.reduce<Buffer>((before, edit) => editedText(before.toString(), edit), Buffer.from(text));
      writeFileSync(path, bytes);
      const fault = await faultOf(() => read(path));
      if (fault !== undefined) throw new Error(`${name}: ${fault}\n${bytes.toString().slice(0, 2000)}`);
    },
  );
  await fc.assert(property, { seed, numRuns: runs });
}

/** What is wrong with how a reader ends; undefined if it returns or complains in one clear line. */
async function faultOf(read: () => unknown): Promise<string | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) return `threw ${error instanceof Error ? error.stack : String(error)}`;
    const line = oneLine(error.message);
    if (line.trim() === "" || /undefined|\[object|\n/.test(line)) return `said ${JSON.stringify(line)}`;
    return undefined;
  }
}
