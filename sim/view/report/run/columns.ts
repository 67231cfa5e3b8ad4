/** The CSV files of result folders as columns. They can be large: one pass, numbers straight into typed arrays. */
import { existsSync, readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { ConfigError } from "../../../../workloads/input/errors.ts";

/** A column of words; `words[index[row]]` is the word of a row. */
export interface WordColumn {
  readonly words: readonly string[];
  readonly index: Int32Array;
}

export interface Columns {
  readonly rowCount: number;
  has(name: string): boolean;
  /** @throws ConfigError if there is no such column. */
  numbers(name: string): Float64Array;
  words(name: string): WordColumn;
}

/**
 * Reads `file`; undefined if there is none.
 *
 * @param wordNames columns that are not numbers.
 * @throws ConfigError naming file and line if a row does not fit the header or a number is none.
 */
export function readColumns(file: string, wordNames: readonly string[]): Columns | undefined {
  if (!existsSync(file)) return undefined;
  const lines = textOf(file).split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  const [head = "", ...rows] = lines;
  const header = head.split(",");
  const numbers = new Map<string, Float64Array>();
  const words = new Map<string, WordBuilder>();
  const fill = header.map((name) => {
    if (wordNames.includes(name)) {
      const column = new WordBuilder(rows.length);
      words.set(name, column);
      return (row: number, cell: string) => column.set(row, cell);
    }
    const column = new Float64Array(rows.length);
    numbers.set(name, column);
    return (row: number, cell: string) => {
      column[row] = cell === "" ? Number.NaN : Number(cell);
      if (Number.isNaN(column[row]))
        throw new ConfigError(`${file}: line ${row + 2}: ${name} must be a number, is ${cell}`);
    };
  });
  for (const [row, line] of rows.entries()) {
    const cells = line.includes('"') ? (parse(line)[0] as string[]) : line.split(",");
    if (cells.length !== fill.length) {
      throw new ConfigError(`${file}: line ${row + 2}: must have ${fill.length} values, has ${cells.length}`);
    }
    for (let k = 0; k < cells.length; k++) fill[k](row, cells[k]);
  }
  const present = <T>(column: T | undefined, name: string): T => {
    if (column !== undefined) return column;
    throw new ConfigError(`${file}: column ${name} is missing`);
  };
  return {
    rowCount: rows.length,
    has: (name) => header.includes(name),
    numbers: (name) => present(numbers.get(name), name),
    words: (name) => present(words.get(name), name),
  };
}

class WordBuilder implements WordColumn {
  readonly words: string[] = [];
  readonly index: Int32Array;
  private readonly known = new Map<string, number>();

  constructor(length: number) {
    this.index = new Int32Array(length);
  }

  set(row: number, word: string): void {
    let index = this.known.get(word);
    if (index === undefined) {
      index = this.words.push(word) - 1;
      this.known.set(word, index);
    }
    this.index[row] = index;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError(`${file}: cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
