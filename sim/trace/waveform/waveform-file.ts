/** The file that a waveform is written into, piece by piece. */
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { saveFile, saveFileStart } from "../../../hw/waveform/save-file.ts";
import type { DeclaredSignal } from "../../../hw/waveform/vcd-header.ts";
import type { VcdOptions } from "../../../hw/waveform/vcd-writer.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { packageVersion } from "../../results/version.ts";

/** A waveform of the command line ends when it has grown to this size: viewers hold the whole file in memory. */
export const waveformLimitBytes = 256e6;

/** What became of a waveform. */
export interface WaveformReport {
  readonly bytes: number;
  /** Where the file ends because it is full; undefined if all is in it. */
  readonly cutAtSeconds: number | undefined;
}

const flushLength = 1 << 16;

export class WaveformFile {
  private readonly path: string;
  private readonly file: number;
  /** GTKWave's save file beside it; undefined where the waveform is no file, such as a pipe. */
  private readonly savePath: string | undefined;
  private pending = "";

  /**
   * Creates the file, or empties an older waveform.
   *
   * @throws ConfigError if it cannot be written, or it or the save file beside it holds something else.
   */
  constructor(path: string) {
    this.path = path;
    if (this.attempt(() => holdsSomethingElse(path))) {
      throw new ConfigError(`--vcd ${path}: holds something else than a waveform; name another file`);
    }
    const savePath = `${path.replace(/\.vcd$/, "")}.gtkw`;
    if (this.attempt(() => existsSync(savePath) && !readFileSync(savePath, "latin1").startsWith(saveFileStart))) {
      throw new ConfigError(`--vcd ${path}: ${savePath}, its save file, holds something else; name another file`);
    }
    this.file = this.attempt(() => openSync(path, "w"));
    this.savePath = statSync(path).isFile() ? savePath : undefined;
  }

  /** @throws ConfigError if the disk is full. */
  write(text: string): void {
    this.pending += text;
    if (this.pending.length >= flushLength) this.flush();
  }

  /**
   * @param declared the signals that a save file shows; absent: none is written.
   * @throws ConfigError if the disk is full.
   */
  close(declared?: readonly DeclaredSignal[]): void {
    try {
      this.flush();
    } finally {
      closeSync(this.file);
    }
    const { savePath } = this;
    if (savePath === undefined || declared === undefined) return;
    this.attempt(() => writeFileSync(savePath, saveFile(basename(this.path), declared)));
  }

  private flush(): void {
    const { pending } = this;
    this.pending = "";
    this.attempt(() => writeFileSync(this.file, pending));
  }

  private attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new ConfigError(`--vcd ${this.path}: cannot be written: ${code ?? message}`);
    }
  }
}

/** Every VCD file begins with a keyword. */
function holdsSomethingElse(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined || !status.isFile() || status.size === 0) return false;
  const first = Buffer.alloc(1);
  const file = openSync(path, "r");
  try {
    readSync(file, first, 0, 1, 0);
  } finally {
    closeSync(file);
  }
  return first.toString("latin1") !== "$";
}

/** @throws ConfigError if no waveform can be written there. */
export function requireWaveformFile(path: string): void {
  new WaveformFile(path).close();
}

export function waveformOptions(secondsPerCycle: number, limitBytes: number): VcdOptions {
  return { producer: `dysta-sim ${packageVersion()}`, secondsPerCycle, limitBytes };
}

/** @param cutAtCycle where the file ends, if it is full. */
export function waveformReport(bytes: number, cutAtCycle: number | undefined, secondsPerCycle: number): WaveformReport {
  return { bytes, cutAtSeconds: cutAtCycle === undefined ? undefined : cutAtCycle * secondsPerCycle };
}
