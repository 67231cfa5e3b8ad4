/** DuckDB databases: the only file that loads DuckDB, and only when one is opened (its import takes 0.2 s). */
import type { DuckDBAppender, DuckDBConnection, DuckDBInstance, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import { ConfigError } from "../../../workloads/input/errors.ts";

export type Cell = number | string | boolean | null;

export interface Column {
  readonly name: string;
  /** integer: BIGINT, exact up to 2^53; number: DOUBLE. */
  readonly type: "integer" | "number" | "text" | "boolean";
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

const sqlTypes = { integer: "BIGINT", number: "DOUBLE", text: "VARCHAR", boolean: "BOOLEAN" } as const;

/** One thread: the others simulate, and rows keep the order they were appended in. */
const settings = { threads: "1", memory_limit: "256MB" } as const;

/** Rows of one step of DuckDB (its vector size). */
const chunkRows = 2048;

type DuckDB = typeof import("@duckdb/node-api");

/**
 * A database in a file that one process at a time may write. What `transaction` has returned for is on the disk: DuckDB
 * flushes its write-ahead log with every commit, and replays it when the file is opened after a crash.
 *
 * Every method throws ConfigError where the disk is full or the file cannot be read or written.
 */
export class Database {
  private readonly duckdb: DuckDB;
  private readonly instance: DuckDBInstance;
  private readonly connection: DuckDBConnection;
  /** What begins every message. */
  readonly place: string;
  private readonly appenders = new Map<Table, DuckDBAppender>();
  private isClosed = false;
  private lastTransaction: Promise<unknown> = Promise.resolve();

  private constructor(duckdb: DuckDB, instance: DuckDBInstance, connection: DuckDBConnection, place: string) {
    this.duckdb = duckdb;
    this.instance = instance;
    this.connection = connection;
    this.place = place;
  }

  /**
   * Opens the database in `file`, or makes one.
   *
   * @param place begins every message
   * @throws ConfigError if it is open in another process, or is not a database.
   */
  static async open(file: string, place: string, { readOnly = false } = {}): Promise<Database> {
    const duckdb = await import("@duckdb/node-api");
    try {
      const access = readOnly ? { access_mode: "READ_ONLY" } : {};
      const instance = await duckdb.DuckDBInstance.create(file, { ...settings, ...access });
      return new Database(duckdb, instance, await instance.connect(), place);
    } catch (error) {
      throw asMistake(error, place);
    }
  }

  async run(sql: string): Promise<void> {
    await this.attempt(() => this.connection.run(sql));
  }

  /** The rows of a query, all at once. */
  async rows(sql: string): Promise<Cell[][]> {
    const found: Cell[][] = [];
    for await (const rows of this.stream(sql)) found.push(...rows);
    return found;
  }

  /** The rows of a query, some thousand at a time. Has a connection of its own: another query on it would end this one. */
  async *stream(sql: string): AsyncIterable<Cell[][]> {
    const connection = await this.instance.connect();
    try {
      const result = await this.attempt(() => connection.stream(sql));
      for (;;) {
        const chunk = await this.attempt(() => result.fetchChunk());
        if (chunk === null || chunk.rowCount === 0) return;
        yield chunk.getRows().map((row) => row.map(cellOf));
      }
    } finally {
      connection.closeSync();
    }
  }

  async createTable({ name, columns }: Table, { isTemporary = false } = {}): Promise<void> {
    const list = columns.map((column) => `${quoted(column.name)} ${sqlTypes[column.type]}`).join(", ");
    await this.run(`CREATE ${isTemporary ? "TEMP " : ""}TABLE ${quoted(name)} (${list})`);
  }

  async dropTable(table: Table): Promise<void> {
    this.appenders.get(table)?.closeSync();
    this.appenders.delete(table);
    await this.run(`DROP TABLE ${quoted(table.name)}`);
  }

  /** Appends rows; outside of a transaction, each call is one. */
  async append(table: Table, rows: readonly (readonly Cell[])[]): Promise<void> {
    await this.attempt(async () => {
      const appender = await this.appenderOf(table);
      const types = table.columns.map(({ type }) => this.typeOf(type));
      for (let from = 0; from < rows.length; from += chunkRows) {
        const some = rows.slice(from, from + chunkRows);
        const chunk = this.duckdb.DuckDBDataChunk.create(types, some.length);
        for (const [k, { type }] of table.columns.entries()) {
          chunk.setColumnValues(
            k,
            some.map((row) => storedCell(row[k], type)),
          );
        }
        appender.appendDataChunk(chunk);
      }
      appender.flushSync();
    });
  }

  /** Does the work: all of it is on the disk when this returns, or nothing of it. One transaction waits for another. */
  transaction<T>(work: () => Promise<T>): Promise<T> {
    const result = this.lastTransaction.then(() => this.inTransaction(work));
    this.lastTransaction = result.catch(() => {});
    return result;
  }

  private async inTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.run("BEGIN");
    const result = await work();
    await this.run("COMMIT");
    return result;
  }

  /** Moves the write-ahead log into the file and lets go of it; the second time nothing. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const appender of this.appenders.values()) appender.closeSync();
    this.connection.closeSync();
    this.instance.closeSync();
  }

  private async appenderOf(table: Table): Promise<DuckDBAppender> {
    const known = this.appenders.get(table);
    if (known !== undefined) return known;
    const appender = await this.connection.createAppender(table.name);
    this.appenders.set(table, appender);
    return appender;
  }

  private typeOf(type: Column["type"]): DuckDBType {
    const { BIGINT, DOUBLE, VARCHAR, BOOLEAN } = this.duckdb;
    return { integer: BIGINT, number: DOUBLE, text: VARCHAR, boolean: BOOLEAN }[type];
  }

  private async attempt<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw asMistake(error, this.place);
    }
  }
}

/** A name within SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text within SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function cellOf(value: DuckDBValue): Cell {
  return typeof value === "bigint" ? Number(value) : (value as Cell);
}

/** Zero without a sign: DuckDB takes both for one, and keeps the sign or not as it compresses. */
function storedCell(cell: Cell, type: Column["type"]): DuckDBValue {
  if (typeof cell !== "number") return cell;
  return type === "integer" ? BigInt(cell) : cell + 0;
}

/** Mistakes in our own SQL or data: DuckDB begins their messages with these. */
const oursBegin =
  /^(Parser|Binder|Catalog|Syntax|Invalid Input|Invalid Type|Constraint|Conversion|Mismatch Type|Not implemented|Out of Range|Type|Invalid) ?Error/i;

/** What the machine or the user's files made DuckDB refuse, in one line; only a mistake of ours stays as it is. */
function asMistake(error: unknown, place: string): unknown {
  const { message } = error as Error;
  if (error instanceof ConfigError || oursBegin.test(message)) return error;
  const [, holder] = /Conflicting lock is held in .*\(PID (\d+)\)/.exec(message) ?? [];
  if (holder !== undefined) return new ConfigError(`${place}: is in use by another process (${holder})`);
  if (message.includes("Could not set lock")) return new ConfigError(`${place}: is in use by another process`);
  if (/not a valid DuckDB database|corrupt|checksum|version number|serializ|replay/i.test(message)) {
    return new ConfigError(
      `${place}: the database is damaged, or of another version of DuckDB; dysta sweep --restart starts over`,
    );
  }
  const [, file, reason] =
    /(?:Could not write file|Cannot open file|Could not \w+ file) "([^"]*)": (.*)/.exec(message) ?? [];
  if (file !== undefined) return new ConfigError(`${place}: ${file} cannot be written: ${reason}`);
  const [line] = message.replace(/^(\w+ ?){1,3}Error: /, "").split("\n", 1);
  return new ConfigError(`${place}: the database cannot be read or written: ${line}`);
}
