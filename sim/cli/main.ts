#!/usr/bin/env node
/** The program `dysta`: one command, its exit status, its signals. */
import { exitStatus, report, reportDamagedEntries } from "./exit.ts";
import { interrupted } from "./interrupt.ts";

process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  if (code === "EPIPE") process.exit(exitStatus.done);
  process.stderr.write(`dysta: standard output cannot be written: ${code}\n`);
  process.exit(exitStatus.mistake);
});
// SIGTERM is what batch systems send before they kill, SIGHUP what a terminal that is closed sends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, interrupted);

try {
  // Loaded here so that a system that refuses to open its files is told of in one line, too.
  const { main } = await import("./command-line.ts");
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = report(error);
}
reportDamagedEntries();
