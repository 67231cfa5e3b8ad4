/** Files that are whole under their own name: written under another first, so that no reader ever sees a part of one. */
import { createHash, type Hash } from "node:crypto";
import { closeSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** What a file is called until it is whole. */
export const partial = ".partial";

const flushLength = 1 << 16;

/** What tells whether a file is as it was written. */
export interface FileSum {
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes a file. The old one, if there is one, stays until the new one is whole. */
export function writeWhole(path: string, parts: Iterable<string>): FileSum {
  try {
    const file = openSync(path + partial, "w");
    const writer = new SummingWriter(file);
    try {
      for (const part of parts) writer.write(part);
      writer.flush();
    } finally {
      closeSync(file);
    }
    renameSync(path + partial, path);
    return writer.sum;
  } catch (error) {
    // If this fails too, the part that was written stays: it has no name that anyone reads.
    attemptTo(() => rmSync(path + partial, { force: true }));
    throw error;
  }
}

/** Does what may fail without harm. */
export function attemptTo(act: () => void): void {
  try {
    act();
  } catch {}
}

class SummingWriter {
  private readonly file: number;
  private readonly hash: Hash = createHash("sha256");
  private bytes = 0;
  private pending = "";

  constructor(file: number) {
    this.file = file;
  }

  write(text: string): void {
    this.pending += text;
    if (this.pending.length >= flushLength) this.flush();
  }

  flush(): void {
    const block = Buffer.from(this.pending);
    this.pending = "";
    this.hash.update(block);
    this.bytes += block.length;
    // Not writeSync: on a disk that is nearly full it writes a part and says nothing.
    writeFileSync(this.file, block);
  }

  /** To be asked for once. */
  get sum(): FileSum {
    return { bytes: this.bytes, sha256: this.hash.digest("hex") };
  }
}

/** The lines of a JSON file. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
