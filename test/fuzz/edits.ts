/** Slips of a user's in a file: edits of a tree of keys and values, then of the text that it is written as. */
import fc from "fast-check";
import { stringify } from "yaml";

/** Values that stand where another was meant. */
export const oddValues: readonly unknown[] = [
  ...[0, -1, 0.5, 1e-300, 1e308, -1e308, 2 ** 53, 2 ** 31, 5e9, Number.NaN, Number.POSITIVE_INFINITY],
  ...[
    "",
    " ",
    "x",
    "5 ms",
    "-3 /s",
    "200 MHz",
    "unlimited",
    "0x10",
    "1e999",
    "../..",
    "/dev/null",
    "a\nb",
    "\u001b[31m",
  ],
  ...["constructor", "__proto__", "toString", "hasOwnProperty", "x".repeat(3000), "‮gnirts", "=1+1"],
  ...[null, true, false, [], {}, [[]], [0], ["x"], { kind: "x" }, { from: 0, to: 1 }, { from: 1, to: 0, step: 0 }],
  ...[{ constructor: 1 }, { zip: {} }, { zip: { slo: { from: 1, to: 2, point: 2 } } }],
];

export interface Edit {
  /** Which node, counted through the tree and around. */
  readonly at: number;
  readonly what: "replace" | "remove" | "add" | "rename" | "wrap" | "repeat";
  readonly value: number;
}

export const editArbitrary: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(10_000),
  what: fc.constantFrom("replace", "replace", "replace", "remove", "add", "rename", "wrap", "repeat"),
  value: fc.nat(10_000),
});

interface Node {
  readonly parent: Record<string, unknown> | unknown[];
  readonly key: string | number;
}

function nodesOf(tree: unknown): Node[] {
  if (typeof tree !== "object" || tree === null) return [];
  const parent = tree as Record<string, unknown>;
  const keys = Array.isArray(tree) ? [...tree.keys()] : Object.keys(tree);
  return keys.flatMap((key) => [{ parent: Array.isArray(tree) ? tree : parent, key }, ...nodesOf(parent[key])]);
}

/** A copy of `tree` with the edits, one after another. */
export function edited(tree: unknown, edits: readonly Edit[]): unknown {
  const copy = { root: structuredClone(tree) };
  for (const edit of edits) apply(copy, edit);
  return copy.root;
}

function apply(tree: object, { at, what, value }: Edit): void {
  const nodes = nodesOf(tree);
  if (nodes.length === 0) return;
  const { parent, key } = nodes[at % nodes.length];
  const holder = parent as Record<string | number, unknown>;
  const odd = structuredClone(oddValues[value % oddValues.length]);
  const remove = () => {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete holder[key];
  };
  if (what === "replace") define(holder, key, odd);
  if (what === "wrap") define(holder, key, [holder[key]]);
  if (what === "remove") remove();
  if (what === "repeat" && Array.isArray(parent)) parent.push(structuredClone(parent[Number(key)]));
  if (what === "add" && !Array.isArray(parent)) define(holder, oddKey(value), odd);
  if (what === "rename" && !Array.isArray(parent)) {
    const kept = holder[key];
    remove();
    define(holder, `${key}`.slice(1) || oddKey(value), kept);
  }
}

function oddKey(value: number): string {
  return ["constructor", "__proto__", "x", "", "rate", "kind", "a b", "models.*.rate"][value % 8];
}

function define(holder: object, key: string | number, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

export interface TextEdit {
  readonly at: number;
  readonly what: "nothing" | "drop" | "insert" | "cut" | "repeat-line" | "utf-16" | "bom" | "crlf";
  readonly value: number;
}

export const textEditArbitrary: fc.Arbitrary<TextEdit> = fc.record({
  at: fc.nat(100_000),
  what: fc.constantFrom("nothing", "nothing", "drop", "insert", "cut", "repeat-line", "utf-16", "bom", "crlf"),
  value: fc.nat(100),
});

const insertions = [
  ",",
  ";",
  '"',
  "'",
  "\t",
  "\n",
  "\0",
  "\u001b",
  "#",
  "-",
  ":",
  "{",
  "[",
  "&a",
  "*a",
  "NaN",
  "1e999",
  "é",
  "\ud800",
];

/** The text with the edit, as the bytes of a file. */
export function editedText(text: string, { at, what, value }: TextEdit): Buffer {
  const place = at % (text.length + 1);
  const lines = text.split("\n");
  const line = at % lines.length;
  switch (what) {
    case "drop":
      return Buffer.from(text.slice(0, place) + text.slice(place + 1 + (value % 5)));
    case "insert":
      return Buffer.from(text.slice(0, place) + insertions[value % insertions.length] + text.slice(place));
    case "cut":
      return Buffer.from(text.slice(0, place));
    case "repeat-line":
      return Buffer.from(lines.toSpliced(line, 0, lines[line]).join("\n"));
    case "utf-16":
      return Buffer.from(`\ufeff${text}`, "utf16le");
    case "bom":
      return Buffer.from(`\ufeff${text}`);
    case "crlf":
      return Buffer.from(text.replaceAll("\n", "\r\n"));
    case "nothing":
      return Buffer.from(text);
  }
}

/** A tree as the text of a file; one that an edit has taken away as an empty one. */
export function fileText(tree: unknown, format: "yaml" | "json"): string {
  if (tree === undefined) return "";
  return format === "yaml" ? stringify(tree) : JSON.stringify(tree, null, 2);
}
