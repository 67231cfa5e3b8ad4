/**
 * Prints the measures of the source that reviews ask for: files and lines per folder, the longest files and functions,
 * functions of many parameters or levels, casts, and exports that no file imports. Imports that lead up and circles are
 * refused by test/imports.test.ts. `npm run structure`, or `npm run structure -- FOLDER` for another checkout.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

const root = resolve(process.argv[2] ?? ".");
const rooms = ["workloads", "hw", "sched", "sim", "scripts", "test"];
const maxParameters = 5;
const maxDepth = 4;

interface Measured {
  readonly file: string;
  readonly lines: number;
  readonly functions: readonly { name: string; line: number; lines: number; parameters: number; depth: number }[];
  readonly casts: number;
  /** Names that the file exports, and those that it imports, by file. */
  readonly exports: readonly string[];
  readonly imports: readonly { readonly target: string; readonly names: readonly string[] }[];
}

function filesOf(room: string): string[] {
  const names = readdirSync(join(root, room), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".ts") && !name.includes("node_modules")).map((name) => join(room, name));
}

function measured(file: string): Measured {
  const text = readFileSync(join(root, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const functions: Measured["functions"][number][] = [];
  const exports: string[] = [];
  const imports: Measured["imports"][number][] = [];
  let casts = 0;
  const visit = (node: ts.Node): void => {
    if (isFunction(node)) functions.push(functionMeasures(node, source));
    if (ts.isAsExpression(node) && node.type.getText(source) !== "const") casts += 1;
    if (ts.isImportDeclaration(node)) imports.push(importOf(node, file));
    if (isDynamicImport(node)) imports.push({ target: targetOf(node.arguments[0], file), names: ["*"] });
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

function targetOf(specifier: ts.Node | undefined, file: string): string {
  const text = specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : "";
  return text.startsWith(".") ? relative(root, resolve(root, dirname(file), text)) : text;
}

function importOf({ moduleSpecifier, importClause }: ts.ImportDeclaration, file: string) {
  const bindings = importClause?.namedBindings;
  const named = bindings !== undefined && ts.isNamedImports(bindings);
  const names = named ? bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text) : ["*"];
  return { target: targetOf(moduleSpecifier, file), names };
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
function unusedExports(all: readonly Measured[]): string[] {
  const used = new Set<string>();
  for (const { imports } of all) {
    for (const { target, names } of imports) for (const name of names) used.add(`${target} ${name}`);
  }
  const isUsed = (file: string, name: string) => used.has(`${file} ${name}`) || used.has(`${file} *`);
  return all.flatMap(({ file, exports }) =>
    exports.filter((name) => !isUsed(file, name)).map((name) => `${file} ${name}`),
  );
}

const all = rooms.flatMap(filesOf).map(measured);
const source = all.filter(({ file }) => !file.startsWith("test/"));
const functions = source.flatMap(({ file, functions: own }) => own.map((each) => ({ file, ...each })));

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printList(title: string, rows: readonly string[]): void {
  print(`\n${title}`);
  for (const row of rows) print(`  ${row}`);
}

const folders = new Map<string, { files: number; lines: number }>();
for (const { file, lines } of all) {
  const folder = dirname(file);
  const before = folders.get(folder) ?? { files: 0, lines: 0 };
  folders.set(folder, { files: before.files + 1, lines: before.lines + lines });
}
const where = ({ file, line, name }: (typeof functions)[number]) => `${file}:${line} ${name}`;
printList(
  "files, lines per folder",
  [...folders]
    .sort()
    .map(([name, { files, lines }]) => `${String(files).padStart(4)} ${String(lines).padStart(6)}  ${name}`),
);
printList(
  "longest files",
  [...source]
    .sort((a, b) => b.lines - a.lines)
    .slice(0, 8)
    .map(({ file, lines }) => `${lines} ${file}`),
);
printList(
  "longest functions",
  [...functions]
    .sort((a, b) => b.lines - a.lines)
    .slice(0, 8)
    .map((each) => `${each.lines} ${where(each)}`),
);
printList(
  `functions of more than ${maxParameters} parameters`,
  functions.filter(({ parameters }) => parameters > maxParameters).map((each) => `${each.parameters} ${where(each)}`),
);
printList(
  `functions of ${maxDepth} levels or more`,
  functions.filter(({ depth }) => depth >= maxDepth).map((each) => `${each.depth} ${where(each)}`),
);
const unused = unusedExports(all).filter((name) => !name.startsWith("test/"));
printList("exports that no file imports", unused);
const lineCount = source.reduce((sum, { lines }) => sum + lines, 0);
const castCount = source.reduce((sum, { casts }) => sum + casts, 0);
print(
  `\n${source.length} source files, ${lineCount} lines, ${functions.length} functions, ${castCount} casts, ` +
    `${unused.length} unused exports`,
);
