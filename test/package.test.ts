/** Is the package what a user can install: small, without scripts that run on installation, packed with what it runs? */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { packagePath } from "../workloads/input/package-root.ts";

const read = (name: string) => readFileSync(packagePath(name), "utf8");

interface Lock {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean; readonly dev?: boolean }>>;
}

const lock = JSON.parse(read("package-lock.json")) as Lock;

describe("the package", () => {
  it("is built when it is packed", () => {
    expect(JSON.parse(read("package.json")).scripts.prepack).toBe("npm run --silent build");
    // npm would leave `prepack` out.
    expect(read(".npmrc")).not.toMatch(/^ignore-scripts/m);
  });

  it("brings a user no package that runs a script when it is installed", () => {
    const withScripts = Object.entries(lock.packages).flatMap(([name, { hasInstallScript, dev }]) =>
      hasInstallScript && !dev ? [name] : [],
    );
    expect(withScripts).toEqual([]);
  });

  it("brings fewer than 200 packages to a user", () => {
    expect(Object.values(lock.packages).filter(({ dev }) => dev !== true).length).toBeLessThan(200);
  });
});
