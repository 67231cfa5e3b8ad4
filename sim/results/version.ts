import { readFileSync } from "node:fs";
import { packagePath } from "../../workloads/input/package-root.ts";

/** Version of this package. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(packagePath("package.json"), "utf8")).version;
}
