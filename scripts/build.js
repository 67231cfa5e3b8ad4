/**
 * The build: compiles the TypeScript sources to dist/ and lists the code that results follow from
 * (`sim/results/code-identity.ts`). Where nothing has changed since the last build it does nothing, so that `npm start`
 * costs no more than its run. It is JavaScript because it runs before anything is compiled.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);

const folders = ["hw", "sched", "workloads", "sim", "scripts"];
const settings = [
  "tsconfig.json",
  "tsconfig.build.json",
  "tsconfig.page.json",
  "package-lock.json",
  "scripts/build.js",
];
const stampFile = "dist/build-inputs.txt";

function filesOf(folder, ending) {
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}

/** A hash of the names and contents of all that the compiler reads of ours. */
function inputHash() {
  const hash = createHash("sha256");
  for (const file of [...folders.flatMap((folder) => filesOf(folder, ".ts")), ...settings].sort()) {
    hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

/** What an earlier build made of sources that are gone would still be found by an import. */
function removeOrphans() {
  for (const file of filesOf("dist", ".js")) {
    const source = file.replace(/^dist\//, "").replace(/\.js$/, ".ts");
    if (existsSync(source)) continue;
    for (const ending of [".js", ".js.map", ".d.ts"]) rmSync(file.replace(/\.js$/, ending), { force: true });
  }
}

function run(...args) {
  try {
    execFileSync(process.execPath, args, { stdio: "inherit" });
  } catch (error) {
    process.exit(error.status ?? 1);
  }
}

const hash = inputHash();
if (!existsSync(stampFile) || readFileSync(stampFile, "utf8") !== hash) {
  mkdirSync("dist", { recursive: true });
  rmSync(stampFile, { force: true });
  removeOrphans();
  for (const project of ["tsconfig.build.json", "tsconfig.page.json"]) {
    run("node_modules/typescript/bin/tsc", "-p", project);
  }
  run("dist/scripts/list-code.js");
  writeFileSync(stampFile, hash);
}
