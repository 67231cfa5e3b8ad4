/**
 * JSON Schemas of the documents of commands, read off their TypeScript types. Keys and choices are in the order of the
 * alphabet: the compiler's own changes with the order in which it comes to the files.
 */
import { resolve } from "node:path";
import ts from "typescript";

/** The type of each document, by the name of its schema. */
const documents = {
  "result-run": { file: "sim/study/run/run-document.ts", type: "RunDocument" },
  "result-profile": { file: "sim/profile/profile-document.ts", type: "ProfileDocument" },
  "result-capacity": { file: "sim/study/capacity/capacity-document.ts", type: "CapacityDocument" },
  "result-explain": { file: "sim/study/explain/explain-document.ts", type: "ExplainDocument" },
  "result-explore": { file: "sim/study/explore/explore-document.ts", type: "ExploreDocument" },
  "result-overhead": { file: "sim/study/overhead/overhead-document.ts", type: "OverheadDocument" },
  "result-sweep": { file: "sim/study/sweep/sweep-document.ts", type: "SweepDocument" },
  "result-reproduce": { file: "sim/study/reproduce/reproduce-document.ts", type: "ReproduceDocument" },
  "result-import": { file: "workloads/import/import-document.ts", type: "ImportDocument" },
} as const;

type Schema = Readonly<Record<string, unknown>>;

/** Every document's schema by its name, in the working directory's source. */
export function documentSchemas(): Map<string, Schema> {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile("tsconfig.json", ts.sys.readFile).config,
    ts.sys,
    ".",
  );
  const program = ts.createProgram(
    Object.values(documents).map(({ file }) => resolve(file)),
    options,
  );
  const checker = program.getTypeChecker();
  return new Map(
    Object.entries(documents).map(([name, { file, type }]) => {
      const source = program.getSourceFile(resolve(file));
      const exported = source === undefined ? undefined : checker.getSymbolAtLocation(source);
      const symbol = exported?.exports?.get(ts.escapeLeadingUnderscores(type));
      if (symbol === undefined) throw new Error(`${file} exports no ${type}`);
      const schema = new SchemaWriter(checker).whole(checker.getDeclaredTypeOfSymbol(symbol));
      return [name, { $schema: "https://json-schema.org/draft/2020-12/schema", title: name, ...schema }];
    }),
  );
}

/** What a type's values look like as JSON: what is undefined is left out. Only types that a document has are known. */
class SchemaWriter {
  private readonly checker: ts.TypeChecker;
  /** Interfaces by their names, each written once. */
  private readonly named = new Map<ts.Type, string>();
  private readonly definitions: Record<string, Schema> = {};

  constructor(checker: ts.TypeChecker) {
    this.checker = checker;
  }

  /** The schema of a document's type, with the interfaces that it uses. */
  whole(type: ts.Type): Schema {
    const schema = this.ofKeys(type);
    return Object.keys(this.definitions).length === 0 ? schema : { ...schema, $defs: this.definitions };
  }

  private of(type: ts.Type): Schema {
    if (type.isUnion()) return this.ofUnion(type.types);
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    const { flags } = type;
    if (flags & ts.TypeFlags.BooleanLiteral) return { const: this.checker.typeToString(type) === "true" };
    if (flags & ts.TypeFlags.StringLike) return { type: "string" };
    if (flags & ts.TypeFlags.NumberLike) return { type: "number" };
    if (flags & ts.TypeFlags.Null) return { type: "null" };
    if (flags & ts.TypeFlags.Object || type.isIntersection()) return this.ofObject(type);
    return {};
  }

  private ofUnion(types: readonly ts.Type[]): Schema {
    const known = types.filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
    const booleans = known.filter(({ flags }) => flags & ts.TypeFlags.BooleanLiteral);
    const others = booleans.length === 2 ? known.filter((type) => !booleans.includes(type)) : known;
    const schemas = [...others.map((type) => this.of(type)), ...(booleans.length === 2 ? [{ type: "boolean" }] : [])];
    const constants = schemas.flatMap((schema) => ("const" in schema ? [schema.const] : []));
    const rest = schemas.filter((schema) => !("const" in schema));
    const choices = [
      ...(constants.length === 0 ? [] : [{ enum: constants.toSorted(byText) }]),
      ...rest.toSorted(byText),
    ];
    return choices.length === 1 ? choices[0] : { anyOf: choices };
  }

  private ofObject(type: ts.Type): Schema {
    if (this.checker.isTupleType(type)) return this.ofTuple(type);
    const [element] = this.checker.isArrayType(type) ? this.checker.getTypeArguments(type as ts.TypeReference) : [];
    if (element !== undefined) return { type: "array", items: this.of(element) };
    return type.isClassOrInterface() ? { $ref: `#/$defs/${this.definitionOf(type)}` } : this.ofKeys(type);
  }

  private definitionOf(type: ts.InterfaceType): string {
    const known = this.named.get(type);
    if (known !== undefined) return known;
    const alike = [...this.named.keys()].filter(({ symbol }) => symbol.name === type.symbol.name).length;
    const name = alike === 0 ? type.symbol.name : `${type.symbol.name}${alike + 1}`;
    this.named.set(type, name);
    this.definitions[name] = this.ofKeys(type);
    return name;
  }

  private ofTuple(type: ts.Type): Schema {
    const elements = this.checker.getTypeArguments(type as ts.TypeReference);
    return { type: "array", prefixItems: elements.map((element) => this.of(element)), items: false };
  }

  private ofKeys(type: ts.Type): Schema {
    const keys = this.checker.getPropertiesOfType(type).toSorted((a, b) => byText(a.name, b.name));
    const properties = keys.map((key) => [key.name, this.ofProperty(key)] as const);
    const index = this.checker.getIndexTypeOfType(type, ts.IndexKind.String);
    return {
      type: "object",
      ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
      ...(properties.length === 0
        ? {}
        : { required: keys.filter((key) => !this.isOptional(key)).map(({ name }) => name) }),
      ...(index === undefined ? {} : { additionalProperties: this.of(index) }),
    };
  }

  private ofProperty(key: ts.Symbol): Schema {
    const description = ts.displayPartsToString(key.getDocumentationComment(this.checker));
    return { ...(description === "" ? {} : { description }), ...this.of(this.checker.getTypeOfSymbol(key)) };
  }

  private isOptional(key: ts.Symbol): boolean {
    const type = this.checker.getTypeOfSymbol(key);
    const mayBeUndefined = type.isUnion() && type.types.some(({ flags }) => flags & ts.TypeFlags.Undefined);
    return mayBeUndefined || (key.flags & ts.SymbolFlags.Optional) !== 0;
  }
}

function byText(a: unknown, b: unknown): number {
  const [textA, textB] = [JSON.stringify(a), JSON.stringify(b)];
  return textA < textB ? -1 : textA > textB ? 1 : 0;
}
