/** The declarations of a VCD file (IEEE 1364, value change dump): scopes, signals, and how their values are written. */
import { type NumberFormat, toBits } from "../scheduling-unit/number-format.ts";
import type { NamedSignal, Signal } from "./changes.ts";

/** A signal as a viewer finds it. */
export interface DeclaredSignal {
  /** Of the scopes that it lies in, outermost first. */
  readonly scopes: readonly string[];
  readonly name: string;
  /** Its bits, as `[7:0]`, if it has more than one. */
  readonly range: string;
  readonly shownAs: "bit" | "number" | "real" | "bits" | "text";
}

export class VcdHeader {
  /** Writes a value of each signal as a line of the file. */
  readonly lines: ((value: number | bigint) => string)[] = [];
  readonly declared: DeclaredSignal[] = [];
  private readonly scopes: string[] = [];
  private text = "";

  /** Declarations in a scope of their own. */
  scope<T>(name: string, declare: () => T): T {
    this.text += `$scope module ${name} $end\n`;
    this.scopes.push(name);
    const declared = declare();
    this.scopes.pop();
    this.text += "$upscope $end\n";
    return declared;
  }

  /** For people; what could end the comment is replaced. */
  comment(text: string): void {
    this.text += `$comment ${printable(text).replaceAll("$", "?")} $end\n`;
  }

  /** An unsigned integer. */
  wire(name: string, bits: number): Signal {
    const id = this.declare(name, bits, bits === 1 ? "bit" : "number");
    this.lines.push(bits === 1 ? (value) => `${value}${id}\n` : (value) => `b${value.toString(2)} ${id}\n`);
    return this.lines.length - 1;
  }

  real(name: string): Signal {
    const id = this.declare(name, 64, "real");
    this.lines.push((value) => `r${realText(Number(value))} ${id}\n`);
    return this.lines.length - 1;
  }

  /** A number as the bits that it has in a number format. */
  pattern(name: string, format: NumberFormat): Signal {
    const id = this.declare(name, format.bits, "bits");
    this.lines.push((value) => `b${toBits(format, Number(value)).toString(2)} ${id}\n`);
    return this.lines.length - 1;
  }

  /** One of `texts`, set by its index; in the file 8 bits a character, for viewers' ASCII format. */
  ascii(name: string, texts: readonly string[]): Signal {
    const length = Math.max(1, ...texts.map((text) => text.length));
    const id = this.declare(name, 8 * length, "text");
    const lines = texts.map((text) => `b${asciiBits(printable(text).padEnd(length))} ${id}\n`);
    this.lines.push((value) => lines[Number(value)]);
    return this.lines.length - 1;
  }

  /** As number, the meaning of which stands in a comment, and as text. */
  named(name: string, texts: readonly string[]): NamedSignal {
    this.comment(`${name}: ${texts.map((text, code) => `${code} ${text}`).join(", ")}`);
    return { code: this.wire(name, bitsFor(texts.length - 1)), name: this.ascii(`${name}_text`, texts) };
  }

  toString(): string {
    return this.text;
  }

  private declare(name: string, bits: number, shownAs: DeclaredSignal["shownAs"]): string {
    const id = identifier(this.lines.length);
    const range = bits === 1 || shownAs === "real" ? "" : `[${bits - 1}:0]`;
    const reference = range === "" ? name : `${name} ${range}`;
    this.text += `$var ${shownAs === "real" ? "real" : "wire"} ${bits} ${id} ${reference} $end\n`;
    this.declared.push({ scopes: [...this.scopes], name, range, shownAs });
    return id;
  }
}

/** Bits that hold the whole numbers from 0 to `largest`. */
export function bitsFor(largest: number): number {
  return Math.max(1, Math.ceil(Math.log2(largest + 1)));
}

/** Identifier codes are made of the 94 printable characters. */
function identifier(index: number): string {
  const [first, count] = [33, 94];
  let id = "";
  for (let rest = index; rest >= 0; rest = Math.floor(rest / count) - 1)
    id += String.fromCharCode(first + (rest % count));
  return id;
}

function realText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  if (Number.isNaN(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
}

function printable(text: string): string {
  return text.replaceAll(/[^ -~]/g, "?");
}

function asciiBits(text: string): string {
  return [...text].map((character) => character.charCodeAt(0).toString(2).padStart(8, "0")).join("");
}
