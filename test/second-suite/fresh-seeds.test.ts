/**
 * The property tests of `npm test` with seeds that nobody has seen. A counterexample found here becomes a fixed case of
 * its test. DYSTA_FRESH_ROUNDS sets how many rounds are run (1 unless set), DYSTA_FRESH_SEEDS repeats one round.
 */
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packagePath } from "../../workloads/input/package-root.ts";

const rounds = Number(process.env.DYSTA_FRESH_ROUNDS ?? 1);
const given = process.env.DYSTA_FRESH_SEEDS;

/** Test files with properties. */
function propertyFiles(): string[] {
  const names = readdirSync(packagePath("test"), { recursive: true, encoding: "utf8" });
  const isProperty = (name: string) => readFileSync(packagePath("test", name), "utf8").includes("fc.assert(");
  const isTest = (name: string) => name.endsWith(".test.ts") && !name.startsWith("second-suite");
  return names.filter((name) => isTest(name) && isProperty(name)).map((name) => join("test", name));
}

it.each(Array.from({ length: given === undefined ? rounds : 1 }, (_, k) => k + 1))("properties hold, round %i", () => {
  const seeds = given ?? String(randomInt(2 ** 31));
  process.stdout.write(`property tests with DYSTA_FRESH_SEEDS=${seeds}\n`);
  const words = [packagePath("node_modules/vitest/vitest.mjs"), "run", ...propertyFiles()];
  const environment = { ...process.env, DYSTA_FRESH_SEEDS: seeds };
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: packagePath(),
    env: environment,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  expect(status, `DYSTA_FRESH_SEEDS=${seeds}\n${stdout.slice(-8000)}\n${stderr.slice(-4000)}`).toBe(0);
});
