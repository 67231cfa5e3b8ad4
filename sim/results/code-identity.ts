/**
 * Which code makes a result: a hash of every file of ours that the code in question is made of, found by following its
 * imports, of the data that come with it, and of the versions of the packages it uses. Results of different code may differ
 * although the version is the same.
 *
 * The build leaves a list with the hash of each file (`scripts/list-code.ts`); a file whose size and time are still those
 * of the list is not read again. Without a list everything is read.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { packagePath } from "../../workloads/input/package-root.ts";

/** What a kind of result is made by: modules beside `sim/`, without ending. */
const makers = {
  /** Profiles of layers, counts of channels: what the cache keeps. */
  profiles: ["sim/profile/profile-layer", "sim/profile/channel-counts"],
  /** Points of a sweep, runs. */
  results: ["sim/profile/profile-layer", "sim/study/run/simulate-job", "sim/study/sweep/sweep-points"],
} as const;

export type CodeKind = keyof typeof makers;

/** A file of a list, relative to the package: its size and time when it was hashed. */
type ListedFile = readonly [path: string, bytes: number, modifiedMs: number, sha256: string];

/** What the build leaves: by kind of result. */
type CodeList = Readonly<Record<CodeKind, readonly ListedFile[]>>;

export const codeListFile = packagePath("dist", "code.json");

/** Where this code lies: the package itself, or `dist/` in it. */
const root = fileURLToPath(new URL("../../", import.meta.url));
const ending = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

const known = new Map<CodeKind, string>();

/** SHA-256 of the code, in hexadecimal. */
export function codeHash(kind: CodeKind): string {
  const hash = known.get(kind) ?? hashOf(kind);
  known.set(kind, hash);
  return hash;
}

function hashOf(kind: CodeKind): string {
  const hash = createHash("sha256").update(packageVersions());
  for (const [path, , , sha256] of listedFiles(kind) ?? listCode(kind)) hash.update(`${path}\n${sha256}\n`);
  return hash.digest("hex");
}

/** The build's list, files that have changed since hashed anew; undefined if there is none of this code. */
function listedFiles(kind: CodeKind): ListedFile[] | undefined {
  if (ending === ".ts" || !existsSync(codeListFile)) return undefined;
  const list = (JSON.parse(readFileSync(codeListFile, "utf8")) as CodeList)[kind];
  return list.map((file) => {
    const [path, bytes, modifiedMs] = file;
    const status = statSync(packagePath(path), { throwIfNoEntry: false });
    return status?.size === bytes && status.mtimeMs === modifiedMs ? file : listed(packagePath(path));
  });
}

/** The files that a kind of result follows from, in a fixed order. */
export function listCode(kind: CodeKind): ListedFile[] {
  const code = importedFiles(makers[kind].map((module) => join(root, module + ending)));
  return [...code, ...dataFiles()].sort().map(listed);
}

function listed(path: string): ListedFile {
  const status = statSync(path, { throwIfNoEntry: false });
  const sha256 = status === undefined ? "missing" : createHash("sha256").update(readFileSync(path)).digest("hex");
  return [relative(packagePath(), path), status?.size ?? 0, status?.mtimeMs ?? 0, sha256];
}

/** These modules of ours and all that they import. */
function importedFiles(entries: readonly string[]): string[] {
  const found = new Set<string>();
  const queue = [...entries];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const text = readFileSync(file, "utf8");
    for (const [, specifier] of text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g)) {
      queue.push(resolve(dirname(file), specifier));
    }
  }
  return [...found];
}

/** Densities and tables that come with the package. Scenarios and sweeps are what the user asks for, so they do not count. */
function dataFiles(): string[] {
  const folder = packagePath("workloads");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => /\.(csv|json|ya?ml)$/.test(name) && !/^(scenarios|sweeps)\b/.test(name))
    .map((name) => join(folder, name));
}

/** Of all packages that are used, exactly. */
function packageVersions(): string {
  const { dependencies } = JSON.parse(readFileSync(packagePath("package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return JSON.stringify(dependencies);
}
