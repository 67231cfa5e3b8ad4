/** The CSV files of result folders as columns. They can be large: one pass, numbers straight into typed arrays. */
import { parse } from "csv-parse/sync";
import { csvText } from "../../../workloads/input/csv-cell.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";

/** A column of words; `words[index[row]]` is the word of a row. */
interface WordColumn {
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

/** Numbers of a result are times, counts and ratios: none of them is beyond what a double counts exactly. */
const largestNumber = Number.MAX_SAFE_INTEGER;

/**
 * The columns in the text of a file.
 *
 * @param file begins every message
 * @param wordNames columns that are not numbers.
 * @param optionalNames columns of numbers that can be empty, which is NaN.
 * @throws ConfigError naming file and line if a row does not fit the header or a number is none, or out of bounds.
 */
export function readColumns(
  file: string,
  text: string,
  wordNames: readonly string[],
  optionalNames: readonly string[] = [],
): Columns {
  const lines = text.split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  const [head = "", ...rows] = lines;
  const header = head.split(",");
  const numbers = new Map<string, Float64Array>();
  const words = new Map<string, WordBuilder>();
  const fill = header.map((name) => {
    if (wordNames.includes(name)) {
      const column = new WordBuilder(rows.length);
      words.set(name, column);
      return (row: number, cell: string) => column.set(row, csvText(cell));
    }
    const column = new Float64Array(rows.length);
    numbers.set(name, column);
    return (row: number, cell: string) => {
      column[row] = cell === "" ? Number.NaN : Number(cell);
      if (cell === "" && optionalNames.includes(name)) return;
      if (Math.abs(column[row]) <= largestNumber) return;
      throw new ConfigError(`${file}: line ${row + 2}: ${name} must be a number up to 2^53, is ${cell}`);
    };
  });
  for (const [row, line] of rows.entries()) {
    const cells = line.includes('"') ? quotedCells(line, `${file}: line ${row + 2}`) : line.split(",");
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

function quotedCells(line: string, place: string): string[] {
  try {
    return parse(line)[0] as string[];
  } catch {
    throw new ConfigError(`${place}: quotes do not match`);
  }
}
