/** What became of a waveform, in words. */
import { type WaveformReport, waveformLimitBytes } from "../waveform-file.ts";

/** @param what is in the file. */
export function waveformLine(file: string, what: string, { bytes }: WaveformReport): string {
  return `Waveform: ${file}, ${(bytes / 1e6).toFixed(1)} MB, ${what}; for GTKWave, Surfer and other readers of VCD (docs/waveforms.md).`;
}

/** Says on stderr if the waveform is not whole. @param advice how to get all of it. */
export function warnIfCut(file: string, { cutAtSeconds }: WaveformReport, advice: string): void {
  if (cutAtSeconds === undefined) return;
  const ends = `ends at ${Number((cutAtSeconds * 1e3).toPrecision(4))} ms, at its limit of ${waveformLimitBytes / 1e6} MB`;
  process.stderr.write(`dysta: --vcd ${file}: ${ends}; ${advice}\n`);
}
