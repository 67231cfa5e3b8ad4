/** Version and code of this program, as results name them. */
import { readFileSync } from "node:fs";
import { packagePath } from "../../workloads/input/package-root.ts";
import { codeHash } from "./code-identity.ts";

/** Version of this package. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(packagePath("package.json"), "utf8")).version;
}

/** What made a result: results of two programs may differ. */
export interface Program {
  readonly version: string;
  /** SHA-256 of the code that results follow from. */
  readonly code: string;
}

export function thisProgram(): Program {
  return { version: packageVersion(), code: codeHash("results") };
}

/** `0.1.0 (code 1a2b3c4d)` */
export function programText({ version, code }: Program): string {
  return `${version} (code ${code === "" ? "unknown" : code.slice(0, 8)})`;
}
