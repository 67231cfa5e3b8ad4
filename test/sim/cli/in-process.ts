/** The built command line in this process: what `dysta.ts` starts as a program, without the start. */
import { packagePath } from "../../../workloads/input/package-root.ts";
import { type Outcome, scratchFolder } from "./dysta.ts";

/** Of what `npm test` has built, as its worker threads are: the two keep results under the same code. */
const { main }: typeof import("../../../sim/cli/command-line.ts") = await import(
  packagePath("dist/sim/cli/command-line.js")
);

/**
 * Runs one command with `cwd` as the working directory and returns its exit status and what it wrote. One at a time: the
 * working directory, the words and the streams are the process's.
 */
export async function dystaInProcess(args: readonly string[], cwd = scratchFolder()): Promise<Outcome> {
  const written = { stdout: "", stderr: "" };
  const before = process.cwd();
  const restore = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const { write } = stream;
    stream.write = ((text: string | Uint8Array) => {
      written[name] += typeof text === "string" ? text : new TextDecoder().decode(text);
      return true;
    }) as typeof write;
    return () => {
      stream.write = write;
    };
  });
  const { argv } = process;
  process.argv = [...argv.slice(0, 2), ...args];
  const { log } = console;
  // Help is printed with it, and the runner of the tests has a console of its own.
  console.log = (text: string) => process.stdout.write(`${text}\n`);
  process.chdir(cwd);
  try {
    return { status: await main(args), ...written };
  } finally {
    process.chdir(before);
    console.log = log;
    process.argv = argv;
    for (const act of restore) act();
  }
}
