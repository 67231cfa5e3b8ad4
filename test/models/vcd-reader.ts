/**
 * Reads a VCD file back, by IEEE 1364's grammar as far as simulators write it, and refuses what it forbids: an identifier
 * declared twice or not at all, times that do not increase, values wider than their signal.
 */

export interface VcdSignal {
  /** Scopes and name, joined with dots. */
  readonly path: string;
  readonly type: string;
  readonly bits: number;
  /** Times of changes, and the values from then on: digits of a vector, text of a real. */
  readonly times: number[];
  readonly values: string[];
}

export interface VcdFile {
  readonly header: ReadonlyMap<string, string>;
  readonly comments: readonly string[];
  readonly signals: ReadonlyMap<string, VcdSignal>;
  /** Of every `#` line. */
  readonly times: readonly number[];
}

export function readVcd(text: string): VcdFile {
  const end = text.indexOf("$enddefinitions $end\n");
  if (end < 0) throw new Error("no $enddefinitions");
  const header = new Map<string, string>();
  const comments: string[] = [];
  const byId = new Map<string, VcdSignal>();
  const scopes: string[] = [];
  for (const [, keyword, body] of text.slice(0, end).matchAll(/\$(\w+)\s+(.*?)\s*\$end\s*/gs)) {
    if (keyword === "scope") scopes.push(body.split(" ")[1]);
    else if (keyword === "upscope") scopes.pop();
    else if (keyword === "comment") comments.push(body);
    else if (keyword === "var") declare(byId, scopes, body);
    else header.set(keyword, body);
  }
  if (scopes.length > 0) throw new Error(`scope ${scopes.join(".")} is not closed`);
  const times = readChanges(text.slice(text.indexOf("\n", end) + 1), byId, comments);
  const signals = new Map([...byId.values()].map((signal) => [signal.path, signal]));
  if (signals.size !== byId.size) throw new Error("two signals of one name");
  return { header, comments, signals, times };
}

function declare(byId: Map<string, VcdSignal>, scopes: readonly string[], body: string): void {
  const [, type, bits, id, name] = /^(wire|real) (\d+) ([!-~]+) (\w+)(?: \[\d+:0\])?$/.exec(body) ?? [];
  if (name === undefined || byId.has(id)) throw new Error(`bad or repeated declaration: ${body}`);
  byId.set(id, { path: [...scopes, name].join("."), type, bits: Number(bits), times: [], values: [] });
}

function readChanges(body: string, byId: ReadonlyMap<string, VcdSignal>, comments: string[]): number[] {
  const times: number[] = [];
  let now = -1;
  for (const line of body.trimEnd().split("\n")) {
    if (line.startsWith("#")) {
      if (!/^#\d+$/.test(line) || Number(line.slice(1)) <= now) throw new Error(`time ${line} after ${now}`);
      now = Number(line.slice(1));
      times.push(now);
    } else if (line.startsWith("$comment ") && line.endsWith(" $end")) comments.push(line.slice(9, -5));
    else if (line !== "$dumpvars" && line !== "$end") readChange(line, now, byId);
  }
  return times;
}

function readChange(line: string, now: number, byId: ReadonlyMap<string, VcdSignal>): void {
  const isScalar = line[0] === "0" || line[0] === "1";
  const space = isScalar ? 0 : line.indexOf(" ");
  const signal = byId.get(line.slice(space + 1));
  if (signal === undefined) throw new Error(`no such signal: ${line}`);
  const value = isScalar ? line[0] : line.slice(1, space);
  const isReal = line[0] === "r";
  if (isReal !== (signal.type === "real")) throw new Error(`${line} for a ${signal.type}`);
  if (!(isReal ? /^-?(\d[\d.e+-]*|inf)$|^nan$/ : /^[01]+$/).test(value)) throw new Error(`bad value: ${line}`);
  if (!isReal && value.length > signal.bits) throw new Error(`${line} is wider than ${signal.bits} bits`);
  if (now < 0 || signal.times[signal.times.length - 1] === now) throw new Error(`two values at one time: ${line}`);
  signal.times.push(now);
  signal.values.push(value);
}

/** The value at a time: the number of a vector or real; vectors wider than 48 bits only through `bitsAt`. */
export function valueAt({ signals }: VcdFile, path: string, time: number): number {
  const signal = signals.get(path);
  const bits = bitsAt({ signals }, path, time);
  if (signal?.type !== "real") return Number.parseInt(bits, 2);
  return bits.endsWith("inf") ? Number(bits.replace("inf", "Infinity")) : Number(bits);
}

/** The text of the value at a time. */
export function bitsAt({ signals }: Pick<VcdFile, "signals">, path: string, time: number): string {
  const signal = signals.get(path);
  if (signal === undefined) throw new Error(`no signal ${path}`);
  let [low, high] = [0, signal.times.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (signal.times[middle] <= time) low = middle;
    else high = middle;
  }
  return signal.values[low];
}

/** What a vector says in ASCII, without the spaces at its end. */
export function textAt(file: VcdFile, path: string, time: number): string {
  const bits = bitsAt(file, path, time);
  const padded = bits.padStart(Math.ceil(bits.length / 8) * 8, "0");
  return padded.replaceAll(/.{8}/g, (byte) => String.fromCharCode(Number.parseInt(byte, 2))).trimEnd();
}

/** Times at which a signal rises from 0 to 1. */
export function risesOf({ signals }: VcdFile, path: string): number[] {
  const { times, values } = signals.get(path) ?? { times: [], values: [] };
  return times.filter((_, k) => values[k] === "1" && (k === 0 || values[k - 1] === "0"));
}

/** Time that a signal spends at a value, until `end`. */
export function timeAt({ signals }: VcdFile, path: string, value: number, end: number): number {
  const { times, values } = signals.get(path) ?? { times: [], values: [] };
  return times.reduce((sum, time, k) => {
    return Number.parseInt(values[k], 2) === value ? sum + (times[k + 1] ?? end) - time : sum;
  }, 0);
}
