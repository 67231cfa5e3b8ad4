import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = findRoot(dirname(fileURLToPath(import.meta.url)));

/** Absolute path of a file of this package, wherever the running code lies (sources or `dist/`). */
export function packagePath(...segments: string[]): string {
  return join(root, ...segments);
}

function findRoot(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error("no package.json above this file");
  return findRoot(parent);
}
