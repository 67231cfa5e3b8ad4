/** What expressions of a sweep file can compute. Numbers are doubles; nothing here has an effect or sees anything else. */
import type { AxisValue } from "./sweep.ts";

export type ValueType = "number" | "text" | "boolean";

/** A checked expression as plain data; columns are places in the row it is evaluated on. */
export type Term =
  | { readonly kind: "constant"; readonly value: AxisValue }
  | { readonly kind: "column"; readonly place: number }
  | { readonly kind: "operation"; readonly name: OperationName; readonly terms: readonly Term[] }
  | { readonly kind: "choice"; readonly condition: Term; readonly yes: Term; readonly no: Term };

interface Operation {
  /** `same`: two values of one type, whichever. */
  readonly takes: ValueType | "same";
  readonly gives: ValueType;
  readonly least: number;
  readonly most: number;
  readonly compute: (...values: never[]) => AxisValue;
}

const unary = (compute: (a: number) => number) => of("number", "number", 1, 1, compute);
const binary = (compute: (a: number, b: number) => number) => of("number", "number", 2, 2, compute);
const comparison = (compute: (a: number, b: number) => boolean) => of("number", "boolean", 2, 2, compute);
const logical = (compute: (a: boolean, b: boolean) => boolean) => of("boolean", "boolean", 2, 2, compute);
const extreme = (compute: (...values: number[]) => number) => of("number", "number", 1, Infinity, compute);

function of(
  takes: Operation["takes"],
  gives: ValueType,
  least: number,
  most: number,
  compute: Operation["compute"],
): Operation {
  return { takes, gives, least, most, compute };
}

/** Those that operators stand for, under the names that mathjs gives them. */
const operators = {
  add: binary((a, b) => a + b),
  subtract: binary((a, b) => a - b),
  multiply: binary((a, b) => a * b),
  divide: binary((a, b) => a / b),
  pow: binary((a, b) => a ** b),
  mod: binary((a, b) => a - b * Math.floor(a / b)),
  unaryMinus: unary((a) => -a),
  unaryPlus: unary((a) => a),
  smaller: comparison((a, b) => a < b),
  smallerEq: comparison((a, b) => a <= b),
  larger: comparison((a, b) => a > b),
  largerEq: comparison((a, b) => a >= b),
  equal: of("same", "boolean", 2, 2, (a: AxisValue, b: AxisValue) => a === b),
  unequal: of("same", "boolean", 2, 2, (a: AxisValue, b: AxisValue) => a !== b),
  and: logical((a, b) => a && b),
  or: logical((a, b) => a || b),
  xor: logical((a, b) => a !== b),
  not: of("boolean", "boolean", 1, 1, (a: boolean) => !a),
} as const satisfies Record<string, Operation>;

/** Those that are called by name. */
const functions = {
  abs: unary(Math.abs),
  ceil: unary(Math.ceil),
  floor: unary(Math.floor),
  /** Halves away from 0. */
  round: unary((a) => Math.sign(a) * Math.round(Math.abs(a))),
  sqrt: unary(Math.sqrt),
  exp: unary(Math.exp),
  log: unary(Math.log),
  log2: unary(Math.log2),
  log10: unary(Math.log10),
  pow: operators.pow,
  mod: operators.mod,
  min: extreme(Math.min),
  max: extreme(Math.max),
} as const satisfies Record<string, Operation>;

export const operations = { ...operators, ...functions } as const satisfies Record<string, Operation>;
type OperationName = keyof typeof operations;

export const functionNames = Object.keys(functions) as readonly OperationName[];

/** The operation of an operator's or function's name among `names`, undefined if it is not one. */
export function operationNamed(name: string, names: readonly string[]): OperationName | undefined {
  return names.includes(name) ? (name as OperationName) : undefined;
}

export const operatorNames = Object.keys(operators) as readonly OperationName[];

export const constants: ReadonlyMap<string, number> = new Map([
  ["pi", Math.PI],
  ["e", Math.E],
]);

export type Row = readonly AxisValue[];

/** The function that evaluates a term on rows. Types have been checked, so none are here. */
export function evaluator(term: Term): (row: Row) => AxisValue {
  switch (term.kind) {
    case "constant":
      return () => term.value;
    case "column":
      return (row) => row[term.place];
    case "choice": {
      const [condition, yes, no] = [term.condition, term.yes, term.no].map(evaluator);
      return (row) => (condition(row) ? yes(row) : no(row));
    }
    case "operation":
      return operationEvaluator(operations[term.name].compute as Compute, term.terms.map(evaluator));
  }
}

type Compute = (...values: AxisValue[]) => AxisValue;

function operationEvaluator(compute: Compute, terms: readonly ((row: Row) => AxisValue)[]): (row: Row) => AxisValue {
  const [first, second] = terms;
  if (terms.length === 1) return (row) => compute(first(row));
  if (terms.length === 2) return (row) => compute(first(row), second(row));
  return (row) => compute(...terms.map((each) => each(row)));
}
