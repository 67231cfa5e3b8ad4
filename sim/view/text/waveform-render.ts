/** What became of a waveform, in words. */
import type { Comparison } from "../../study/run/run.ts";
import type { WaveformReport } from "../../trace/waveform/waveform-file.ts";

/** @param what is in the file. */
export function waveformLine(file: string, what: string, { bytes }: WaveformReport): string {
  return `Waveform: ${file}, ${(bytes / 1e6).toFixed(1)} MB, ${what}; for GTKWave, Surfer and other readers of VCD (docs/waveforms.md).`;
}

/** A line that says where the waveform ends, if that is not its end. @param advice how to get all of it. */
export function cutWarning(file: string, { bytes, cutAtSeconds }: WaveformReport, advice: string): string {
  if (cutAtSeconds === undefined) return "";
  const milliseconds = Number((cutAtSeconds * 1e3).toPrecision(4));
  return `dysta: --vcd ${file}: ends at ${milliseconds} ms, since it has ${Math.round(bytes / 1e6)} MB there; ${advice}\n`;
}

/** The run that was drawn, if one was. */
export function drawnRun({ runs }: Comparison) {
  for (const { seed, result } of runs) if (result.waveform !== undefined) return { seed, report: result.waveform };
  return undefined;
}
