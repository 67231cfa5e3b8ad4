/**
 * Expressions of sweep files: text → a checked term. mathjs parses; the tree is then walked against a list of what is
 * allowed, and nothing of mathjs evaluates anything, so an expression reaches nothing but the columns of its row.
 */
import { ConfigError, didYouMean } from "../../../workloads/input/errors.ts";
import {
  constants,
  evaluator,
  functionNames,
  operationNamed,
  operations,
  operatorNames,
  type Row,
  type Term,
  type ValueType,
} from "./operations.ts";
import type { AxisValue } from "./sweep.ts";

/** The nodes of mathjs's tree; types alone, since mathjs is loaded when the first expression comes by. */
type AccessorNode = import("mathjs").AccessorNode;
type ConditionalNode = import("mathjs").ConditionalNode;
type ConstantNode = import("mathjs").ConstantNode;
type FunctionNode = import("mathjs").FunctionNode;
type IndexNode = import("mathjs").IndexNode;
type MathNode = import("mathjs").MathNode;
type OperatorNode = import("mathjs").OperatorNode;
type ParenthesisNode = import("mathjs").ParenthesisNode;
type RelationalNode = import("mathjs").RelationalNode;
type SymbolNode = import("mathjs").SymbolNode;

/** A checked expression as plain data. */
export interface Expression {
  readonly text: string;
  readonly type: ValueType;
  /** The columns it needs, in the order of its rows. */
  readonly columns: readonly string[];
  readonly term: Term;
}

/** What an expression can name. */
interface Names {
  /** Columns and their types. A column can be named by its last part (`peRows`) where no other ends in it. */
  readonly columns: ReadonlyMap<string, ValueType>;
  /** Why a name that is no column cannot be used here; undefined if it is unknown altogether. */
  readonly whyNot?: (name: string) => string | undefined;
}

const longest = 1000;

/**
 * Parses and checks an expression: numbers, texts, columns, `pi`, `e`, arithmetic, comparisons, `and or xor not`,
 * `a ? b : c`, and the functions of `operations.ts`.
 *
 * @param where begins every message, e.g. `sweep a.yaml: where[0]`
 * @throws ConfigError with the column of the text (from 1) for anything else, an unknown name, or types that do not fit.
 */
export async function parseExpression(text: string, where: string, names: Names): Promise<Expression> {
  if (text.length > longest) {
    throw new ConfigError(`${where} must have at most ${longest} characters, has ${text.length}`);
  }
  const { parse } = await import("mathjs");
  const reader = new Reader(text, where, names);
  const { term, type } = reader.read(() => parse(text));
  return { text, type, columns: reader.columns, term };
}

/** The function that evaluates an expression on the values of its `columns`. */
export function evaluatorOf({ term }: Expression): (row: Row) => AxisValue {
  return evaluator(term);
}

interface Typed {
  readonly term: Term;
  readonly type: ValueType;
}

/** Parts that an expression cannot have: where in the text to look for them, and what to say. */
const refused: Readonly<Record<string, readonly [sign: string, complaint: string]>> = {
  AssignmentNode: ["=", "cannot assign (== compares)"],
  FunctionAssignmentNode: ["=", "cannot define a function"],
  ArrayNode: ["[", "cannot have a list"],
  ObjectNode: ["{", "cannot have an object"],
  RangeNode: [":", "cannot have a range"],
  BlockNode: [";", "must be one expression"],
};

class Reader {
  readonly columns: string[] = [];
  private readonly text: string;
  private readonly where: string;
  private readonly names: Names;

  constructor(text: string, where: string, names: Names) {
    this.text = text;
    this.where = where;
    this.names = names;
  }

  read(parse: () => MathNode): Typed {
    try {
      return this.typed(parse());
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      if (error instanceof RangeError) throw this.complaint(1, "is nested too deeply");
      const { message, char = 1 } = error as Error & { char?: number };
      throw this.complaint(char, message.replace(/ \(char \d+\)$/, ""));
    }
  }

  private typed(node: MathNode): Typed {
    switch (node.type) {
      case "ConstantNode":
        return this.constant(node as ConstantNode);
      case "SymbolNode":
        return this.named((node as SymbolNode).name);
      case "AccessorNode":
        return this.named(this.pathOf(node as AccessorNode));
      case "ParenthesisNode":
        return this.typed((node as ParenthesisNode).content);
      case "OperatorNode":
        return this.operator(node as OperatorNode);
      case "RelationalNode":
        return this.chain(node as unknown as RelationalChain);
      case "ConditionalNode":
        return this.choice(node as ConditionalNode);
      case "FunctionNode":
        return this.call(node as FunctionNode);
      default: {
        const [sign, complaint] = refused[node.type] ?? ["", `cannot have a ${node.type}`];
        throw this.complaint(this.positionOf(sign), complaint);
      }
    }
  }

  private constant({ value }: ConstantNode): Typed {
    if (typeof value === "string") return { term: { kind: "constant", value }, type: "text" };
    if (typeof value === "boolean") return { term: { kind: "constant", value }, type: "boolean" };
    if (typeof value === "number" && !Number.isNaN(value)) return { term: { kind: "constant", value }, type: "number" };
    const isEmpty = this.text.replace(/#.*/, "").trim() === "";
    throw this.complaint(isEmpty ? 1 : this.positionOf(String(value)), isEmpty ? "is empty" : `cannot have ${value}`);
  }

  private named(name: string): Typed {
    const column = this.columnNamed(name);
    if (column !== undefined) {
      const known = this.columns.indexOf(column);
      const place = known < 0 ? this.columns.push(column) - 1 : known;
      return { term: { kind: "column", place }, type: this.names.columns.get(column) as ValueType };
    }
    const value = constants.get(name);
    if (value !== undefined) return { term: { kind: "constant", value }, type: "number" };
    const why = this.names.whyNot?.(name);
    const known = [...this.names.columns.keys(), ...constants.keys()];
    throw this.complaint(this.positionOf(name), why ?? `unknown name "${name}"${didYouMean(name, known)}`);
  }

  private columnNamed(name: string): string | undefined {
    const { columns } = this.names;
    if (columns.has(name)) return name;
    const ending = [...columns.keys()].filter((column) => column.endsWith(`.${name}`));
    if (ending.length <= 1) return ending[0];
    throw this.complaint(this.positionOf(name), `"${name}" may be any of ${ending.join(", ")}: write more of it`);
  }

  /** `a.b`, `a["b-c"].d`: the parts joined with dots. */
  private pathOf(node: AccessorNode): string {
    const { object, index, optionalChaining } = node as AccessorNode & { optionalChaining?: boolean };
    const part = ((index as IndexNode).dimensions[0] as ConstantNode | undefined)?.value;
    const isPlain = (index as IndexNode).dimensions.length === 1 && optionalChaining !== true;
    if (isPlain && typeof part === "string") {
      if (object.type === "SymbolNode") return `${(object as SymbolNode).name}.${part}`;
      if (object.type === "AccessorNode") return `${this.pathOf(object as AccessorNode)}.${part}`;
    }
    throw this.complaint(this.positionOf(isPlain ? "[" : "?."), "has a part that is no column");
  }

  private operator({ fn, op, args }: OperatorNode): Typed {
    const name = operationNamed(fn, operatorNames);
    if (name === undefined) throw this.complaint(this.positionOf(op), `cannot have the operator ${op}`);
    return this.operation(name, op, args);
  }

  private call({ fn, args }: FunctionNode): Typed {
    const text = fn.toString();
    const name = fn.type === "SymbolNode" ? operationNamed(text, functionNames) : undefined;
    if (name !== undefined) return this.operation(name, text, args);
    throw this.complaint(this.positionOf(text), `no function "${text}"${didYouMean(text, functionNames)}`);
  }

  private operation(name: keyof typeof operations, sign: string, nodes: readonly MathNode[]): Typed {
    const { least, most, takes, gives } = operations[name];
    const values = nodes.map((node) => this.typed(node));
    if (values.length < least || values.length > most) {
      const rule = least === most ? `${least}` : `${least} or more`;
      throw this.complaint(this.positionOf(sign), `${sign} takes ${rule} value${rule === "1" ? "" : "s"}`);
    }
    const wanted = takes === "same" ? values[0].type : takes;
    for (const { type } of values) this.requireType(type, wanted, sign);
    return { term: { kind: "operation", name, terms: values.map(({ term }) => term) }, type: gives };
  }

  /** `1 < a <= 8`: every neighbouring pair. */
  private chain({ conditionals, params }: RelationalChain): Typed {
    const pairs = conditionals.map((fn, k) => {
      const name = operationNamed(fn, operatorNames);
      if (name === undefined) throw this.complaint(1, `cannot have the operator ${fn}`);
      return this.operation(name, signs[fn] ?? fn, [params[k], params[k + 1]]).term;
    });
    const all = pairs.reduce((one, other) => ({ kind: "operation", name: "and", terms: [one, other] }));
    return { term: all, type: "boolean" };
  }

  private choice({ condition, trueExpr, falseExpr }: ConditionalNode): Typed {
    const [test, yes, no] = [condition, trueExpr, falseExpr].map((node) => this.typed(node));
    this.requireType(test.type, "boolean", "?");
    this.requireType(no.type, yes.type, ":");
    return { term: { kind: "choice", condition: test.term, yes: yes.term, no: no.term }, type: yes.type };
  }

  private requireType(type: ValueType, wanted: ValueType, sign: string): void {
    if (type === wanted) return;
    throw this.complaint(this.positionOf(sign), `${sign} needs a ${wanted} where it has a ${type}`);
  }

  /** Column (from 1) of the first place of a name or sign; mathjs keeps no positions in its tree. */
  private positionOf(sign: string): number {
    const literal = sign.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const place = this.text.search(/^\w/.test(sign) ? new RegExp(`(?<![\\w.])${literal}(?!\\w)`) : new RegExp(literal));
    return Math.max(place, 0) + 1;
  }

  private complaint(position: number, what: string): ConfigError {
    return new ConfigError(`${this.where} ${JSON.stringify(this.text)}, column ${position}: ${what}`);
  }
}

/** mathjs leaves its fields out of its types. */
type RelationalChain = RelationalNode & { readonly conditionals: readonly string[]; readonly params: MathNode[] };

const signs: Readonly<Record<string, string>> = {
  smaller: "<",
  smallerEq: "<=",
  larger: ">",
  largerEq: ">=",
  equal: "==",
  unequal: "!=",
};
