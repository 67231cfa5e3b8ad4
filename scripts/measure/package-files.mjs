/** Files of the packages beside this script. */
import { existsSync } from "node:fs";
import { join } from "node:path";

/** @throws Error if the packages are not installed. */
export function packageFile(path) {
  const found = join(import.meta.dirname, "node_modules", path);
  if (!existsSync(found)) throw new Error(`${found} is missing: run npm install in ${import.meta.dirname}`);
  return found;
}
