/**
 * A save file of GTKWave for a waveform: which signals it shows, in which order and format. Codes of which there is a text
 * are left out, and so are phases of single PEs; all entries of the request memory but the first are folded.
 */
import type { DeclaredSignal } from "./vcd-header.ts";

/** GTKWave's flags of a trace, in hexadecimal: right-justified binary, decimal, default (reals), hexadecimal, ASCII. */
const flags = { bit: "28", number: "24", real: "20", bits: "22", text: "820" } as const;
/** Of the lines that begin and end a group. */
const openGroup = { begin: "800200", end: "1000200" };
const foldedGroup = { begin: "c00200", end: "1401200" };

/** Every save file of ours begins with this. */
export const saveFileStart = "[*] dysta-sim";

/** @param waveform name of the VCD file, in the same folder. */
export function saveFile(waveform: string, declared: readonly DeclaredSignal[]): string {
  const paths = new Set(declared.map(pathOf));
  const groups = new Map<string, string[]>();
  for (const signal of declared.filter((each) => !isLeftOut(each, paths))) {
    const group = signal.scopes.slice(1).join(".");
    const trace = [`@${flags[signal.shownAs]}`, `${pathOf(signal)}${signal.range}`];
    groups.set(group, [...(groups.get(group) ?? []), ...trace]);
  }
  const lines = [...groups].flatMap(([group, traces]) => grouped(group, traces));
  return [saveFileStart, `[dumpfile] "${waveform}"`, "[timestart] 0", "[sst_width] 220", ...lines, ""].join("\n");
}

function grouped(group: string, traces: readonly string[]): readonly string[] {
  if (group === "") return traces;
  const { begin, end } = /entry_(?!00$)/.test(group) ? foldedGroup : openGroup;
  return [`@${begin}`, `-${group}`, ...traces, `@${end}`, `-${group}`];
}

function pathOf({ scopes, name }: DeclaredSignal): string {
  return [...scopes, name].join(".");
}

function isLeftOut(signal: DeclaredSignal, paths: ReadonlySet<string>): boolean {
  return signal.scopes.at(-1) === "pes" || paths.has(`${pathOf(signal)}_text`);
}
