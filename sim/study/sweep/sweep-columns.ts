/** The columns that expressions of a sweep can name, and the expressions themselves. */
import { ConfigError } from "../../../workloads/input/errors.ts";
import type { Axis } from "./axes.ts";
import { type Expression, parseExpression } from "./expression.ts";
import type { ValueType } from "./operations.ts";
import { resultFigures } from "./result-tables.ts";
import { hardwareFigures } from "./sweep.ts";
import type { DerivedColumn } from "./sweep-source.ts";

const resultNames: readonly string[] = resultFigures;

/** Columns of the results that no key or derived column can be called. */
const otherNames = ["point", "configuration", "scheduler", "seed", "error"];

/** What is known before anything has run. */
function givenColumns(axes: readonly Axis[]): Map<string, ValueType> {
  const keys = axes.flatMap(({ keys }) => keys.map(({ name, type }): [string, ValueType] => [name, type]));
  return new Map([...keys, ...hardwareFigures.map((name): [string, ValueType] => [name, "number"])]);
}

/**
 * The constraints of a sweep.
 *
 * @param place begins every message
 * @throws ConfigError for an expression that is wrong or no condition.
 */
export async function readConstraints(
  where: readonly string[],
  axes: readonly Axis[],
  place: string,
): Promise<Expression[]> {
  const columns = givenColumns(axes);
  const whyNot = (name: string) => {
    if (resultNames.includes(name)) return `${name} is a result, and constraints are checked before anything has run`;
    return name === "scheduler" || name === "seed" ? `every configuration has every ${name}` : undefined;
  };
  const constraints: Expression[] = [];
  for (const [k, text] of where.entries()) {
    const expression = await parseExpression(text, `${place}: where[${k}]`, { columns, whyNot });
    if (expression.type !== "boolean") {
      throw new ConfigError(
        `${place}: where[${k}] must be a condition such as pes <= 1024, ${text} is a ${expression.type}`,
      );
    }
    constraints.push(expression);
  }
  return constraints;
}

/**
 * The derived columns of a sweep, each of which may use those before it.
 *
 * @param place begins every message
 * @throws ConfigError for an expression that is wrong or no number, or a name that is taken or no word.
 */
export async function readDerivedColumns(
  texts: Readonly<Record<string, string>>,
  axes: readonly Axis[],
  place: string,
): Promise<DerivedColumn[]> {
  const columns = givenColumns(axes);
  for (const name of ["seed", ...resultNames]) columns.set(name, "number");
  columns.set("scheduler", "text");
  const derived: DerivedColumn[] = [];
  for (const [name, text] of Object.entries(texts)) {
    requireFreeName(name, [...columns.keys(), ...otherNames], `${place}: columns`);
    const later = Object.keys(texts).slice(derived.length);
    const whyNot = (other: string) => (later.includes(other) ? `${other} is not computed before ${name}` : undefined);
    const expression = await parseExpression(text, `${place}: columns.${name}`, { columns, whyNot });
    if (expression.type !== "number") {
      throw new ConfigError(`${place}: columns.${name} must be a number, ${text} is a ${expression.type}`);
    }
    derived.push({ name, expression });
    columns.set(name, "number");
  }
  return derived;
}

/** Names differ in more than upper and lower case, since the columns of the database must. */
function requireFreeName(name: string, taken: readonly string[], place: string): void {
  if (!/^[A-Za-z]\w*$/.test(name)) {
    throw new ConfigError(`${place}: a name must be letters, digits and _, a letter first, is "${name}"`);
  }
  const same = taken.find((each) => each.toLowerCase() === name.toLowerCase());
  if (same !== undefined) throw new ConfigError(`${place}: "${name}": the results have a column ${same} already`);
}
