#!/usr/bin/env node
/** The program `dysta`: one command, its exit status, its signals. */
import { main } from "./command-line.ts";
import { exitStatus } from "./exit.ts";
import { interrupted } from "./interrupt.ts";

process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  if (code === "EPIPE") process.exit(exitStatus.done);
  process.stderr.write(`dysta: standard output cannot be written: ${code}\n`);
  process.exit(exitStatus.mistake);
});
process.on("SIGINT", interrupted);

process.exitCode = await main(process.argv.slice(2));
