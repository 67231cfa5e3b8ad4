#!/usr/bin/env node
/** The program `dysta`: one command, its exit status, its signals. */
import { main } from "./command-line.ts";
import { exitStatus, reportDamagedEntries } from "./exit.ts";
import { interrupted } from "./interrupt.ts";

process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  if (code === "EPIPE") process.exit(exitStatus.done);
  process.stderr.write(`dysta: standard output cannot be written: ${code}\n`);
  process.exit(exitStatus.mistake);
});
// SIGTERM is what batch systems send before they kill, SIGHUP what a terminal that is closed sends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, interrupted);

process.exitCode = await main(process.argv.slice(2));
reportDamagedEntries();
