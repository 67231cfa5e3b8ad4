/** What became of a waveform or a timeline, in words. */
import type { Comparison } from "../../study/run/run.ts";
import type { TimelineCut } from "../../trace/timeline/timeline.ts";
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

/** A line that says where the timeline ends. */
export function timelineCutLine({ requests, ofRequests, atSeconds }: TimelineCut): string {
  const seconds = Number(atSeconds.toPrecision(4));
  return `dysta: timeline.json shows the first ${seconds} s, in which ${requests} of ${ofRequests} requests arrive: a viewer holds all of it in memory; fewer --requests are shown whole\n`;
}

/** The run that was drawn, if one was. */
export function waveformRun({ runs }: Comparison) {
  for (const { seed, result } of runs) if (result.waveform !== undefined) return { seed, report: result.waveform };
  return undefined;
}
