/**
 * Measures of the source, read with the TypeScript compiler: functions with their parameters and levels, casts, exports
 * and imports. scripts/structure/print.ts prints them, test/structure.test.ts holds the limits.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

/** A function takes at most so many parameters. */
export const maxParameters = 5;
/** Loops, conditions and switches inside each other, at most. */
export const maxDepth = 3;

const folders = ["workloads", "hw", "sched", "sim", "scripts", "test"];

interface Measured {
  readonly file: string;
  readonly lines: number;
  readonly functions: readonly { name: string; line: number; lines: number; parameters: number; depth: number }[];
  readonly casts: number;
  /** Names that the file exports, and those that it imports, by file. */
  readonly exports: readonly string[];
  readonly imports: readonly { readonly target: string; readonly names: readonly string[] }[];
}

/** Measures of every source and test file below the root. */
export function measuredFiles(root: string): Measured[] {
  return folders.flatMap((folder) => filesOf(root, folder)).map((file) => measured(root, file));
}

function filesOf(root: string, folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  const ours = names.filter((name) => name.endsWith(".ts") && !name.includes("node_modules"));
  return ours.map((name) => join(folder, name));
}

function measured(root: string, file: string): Measured {
  const text = readFileSync(join(root, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const functions: Measured["functions"][number][] = [];
  const exports: string[] = [];
  const imports: Measured["imports"][number][] = [];
  let casts = 0;
  const visit = (node: ts.Node): void => {
    if (isFunction(node)) functions.push(functionMeasures(node, source));
    if (ts.isAsExpression(node) && node.type.getText(source) !== "const") casts += 1;
    if (ts.isImportDeclaration(node)) imports.push(importOf(root, node, file));
    if (isDynamicImport(node)) imports.push({ target: targetOf(root, node.arguments[0], file), names: ["*"] });
    if (hasExport(node)) exports.push(...declaredNames(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { file, lines: text.split("\n").length - 1, functions, casts, exports, imports };
}

type FunctionNode = ts.FunctionDeclaration | ts.MethodDeclaration | ts.ConstructorDeclaration | ts.ArrowFunction;

function isFunction(node: ts.Node): node is FunctionNode {
  const isNamed = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node);
  return isNamed || (ts.isArrowFunction(node) && ts.isVariableDeclaration(node.parent));
}

function functionMeasures(node: FunctionNode, source: ts.SourceFile): Measured["functions"][number] {
  const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const end = source.getLineAndCharacterOfPosition(node.end).line + 1;
  const named = ts.isArrowFunction(node) ? (node.parent as ts.VariableDeclaration).name : node.name;
  const name = named?.getText(source) ?? "constructor";
  return { name, line, lines: end - line + 1, parameters: node.parameters.length, depth: depthOf(node.body) };
}

/** Levels of loops, conditions and switches inside each other; a chain of else-if is one level. */
function depthOf(node: ts.Node | undefined): number {
  if (node === undefined) return 0;
  let deepest = 0;
  ts.forEachChild(node, (child) => {
    if (!isFunction(child)) deepest = Math.max(deepest, depthOf(child) + (addsLevel(child) ? 1 : 0));
  });
  return deepest;
}

function addsLevel(node: ts.Node): boolean {
  if (ts.isIfStatement(node)) return !(ts.isIfStatement(node.parent) && node.parent.elseStatement === node);
  return ts.isIterationStatement(node, false) || ts.isSwitchStatement(node) || ts.isTryStatement(node);
}

function isDynamicImport(node: ts.Node): node is ts.CallExpression {
  return ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
}

function targetOf(root: string, specifier: ts.Node | undefined, file: string): string {
  const text = specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : "";
  return text.startsWith(".") ? relative(root, resolve(root, dirname(file), text)) : text;
}

function importOf(root: string, { moduleSpecifier, importClause }: ts.ImportDeclaration, file: string) {
  const bindings = importClause?.namedBindings;
  const named = bindings !== undefined && ts.isNamedImports(bindings);
  const names = named ? bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text) : ["*"];
  return { target: targetOf(root, moduleSpecifier, file), names };
}

function hasExport(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function declaredNames(node: ts.Node): string[] {
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  }
  const { name } = node as ts.Node & { readonly name?: ts.Node };
  return name !== undefined && ts.isIdentifier(name) ? [name.text] : [];
}

/** Exports that no other file imports. The whole of a module counts as imported where it is imported as one. */
export function unusedExports(all: readonly Measured[]): string[] {
  const used = new Set<string>();
  for (const { imports } of all) {
    for (const { target, names } of imports) for (const name of names) used.add(`${target} ${name}`);
  }
  const isUsed = (file: string, name: string) => used.has(`${file} ${name}`) || used.has(`${file} *`);
  return all.flatMap(({ file, exports }) =>
    exports.filter((name) => !isUsed(file, name)).map((name) => `${file} ${name}`),
  );
}
