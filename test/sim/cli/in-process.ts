/** The command line in this process: what `dysta.ts` starts as a program, without the start. */
import { main } from "../../../sim/cli/command-line.ts";
import type { Outcome } from "./dysta.ts";

/**
 * Runs one command with `cwd` as the working directory and returns its exit status and what it wrote. One at a time: the
 * working directory and the streams are the process's.
 */
export async function dystaInProcess(args: readonly string[], cwd: string): Promise<Outcome> {
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
  process.chdir(cwd);
  try {
    return { status: await main(args), ...written };
  } finally {
    process.chdir(before);
    for (const act of restore) act();
  }
}
