import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packagePath } from "../../../workloads/input/package-root.ts";

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command as a user would, in `cwd`. `npm test` builds first. */
export function dysta(
  args: readonly string[],
  {
    cwd = scratchFolder(),
    env = {},
    main = packagePath("dist/sim/cli/main.js"),
  }: { readonly cwd?: string; readonly env?: Record<string, string>; readonly main?: string } = {},
): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
}

export function scratchFolder(): string {
  return mkdtempSync(join(tmpdir(), "dysta-"));
}

/** A new folder with these files in it. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = scratchFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const header = "model,pattern,sample,layer,cycles,input_density";

/** Two small networks in our own table format, a scenario on them, and schedulers of a user. */
export const smallProject = {
  "tables.csv": [
    "# clock: 1000 Hz",
    header,
    "a,x,0,0,10,0.5",
    "a,x,0,1,20,0.5",
    "a,x,1,0,12,0.6",
    "a,x,1,1,22,0.4",
    "b,y,0,0,50,0.5",
    "",
  ].join("\n"),
  "scenario.yaml": [
    "name: small",
    "table: tables.csv",
    "arrivals: { kind: poisson, rate: 20 }",
    "requests: 40",
    "seeds: 2",
    "schedulers: [fcfs, sjf, dysta]",
    "",
  ].join("\n"),
  "first.mjs": "export default { name: 'first', pick: () => 0 };\n",
  "out-of-range.mjs": "export default { name: 'eager', pick: (ready) => ready.length };\n",
  "throwing.mjs":
    "let n = 0;\nexport default { name: 'moody', pick() { if (++n === 7) throw new Error('no'); return 0; } };\n",
};
