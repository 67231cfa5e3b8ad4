import Table from "cli-table3";

/** A table with a line under its head and none between the columns: the first column left, the others right. */
export function newTable(head: readonly string[], { alignment }: { alignment?: ("left" | "right")[] } = {}) {
  return new Table({
    head: [...head],
    colAligns: alignment ?? head.map((_, k) => (k === 0 ? "left" : "right")),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 2 },
    chars: { ...noLines, ...(head.length === 0 ? {} : { mid: "─", "mid-mid": "─" }) },
  });
}

const noLines = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
} as const;
