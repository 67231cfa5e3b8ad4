#!/usr/bin/env node
/** The command line: names and options of the commands. Each command's code is imported when it is called. */
import { readFileSync } from "node:fs";
import { hideBin } from "yargs/helpers";
import yargs from "yargs/yargs";
import { packagePath } from "../../workloads/package-root.ts";
import { exitStatus, report, UsageError } from "./exit.ts";
import { runOptions } from "./run-options.ts";

const { version } = JSON.parse(readFileSync(packagePath("package.json"), "utf8"));

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(exitStatus.done);
});
process.on("SIGINT", () => {
  process.stderr.write("interrupted\n");
  process.exit(exitStatus.interrupted);
});

const cli = yargs(hideBin(process.argv))
  .scriptName("dysta")
  .usage("$0 COMMAND\n\nSchedules sparse neural networks on a modelled accelerator (Sparse-DySta, MICRO'23).")
  .command(
    "run [scenario]",
    "compare schedulers on a scenario (a YAML file or a built-in one)",
    (command) => command.positional("scenario", { type: "string", default: "ar-vr-measured" }).options(runOptions),
    async (args) => {
      const { runCommand } = await import("./run-command.ts");
      process.exitCode = await runCommand(args);
    },
  )
  .command(
    "conform <folder>",
    "replay recorded results of the public artifact and report every difference",
    (command) =>
      command
        .positional("folder", { type: "string", demandOption: true, describe: "folder of recordings" })
        .option("json", { type: "boolean", default: false, describe: "one JSON document on stdout" })
        .option("workers", { type: "number", describe: "worker threads (default: all cores)" }),
    async (args) => {
      const { conformCommand } = await import("./conform-command.ts");
      process.exitCode = await conformCommand(args);
    },
  )
  .command(
    "list [what]",
    "what there is: schedulers, models, scenarios, faults",
    (command) =>
      command
        .positional("what", { type: "string", choices: ["schedulers", "models", "scenarios", "faults"] as const })
        .option("json", { type: "boolean", default: false, describe: "one JSON document on stdout" }),
    async (args) => {
      const { listCommand } = await import("./list-command.ts");
      process.exitCode = await listCommand(args);
    },
  )
  .option("log-level", {
    choices: ["silent", "error", "warn", "info", "debug"] as const,
    default: "warn" as const,
    describe: "log lines on stderr; debug also shows where a mistake was found",
  })
  .demandCommand(1, "name a command; dysta --help lists them")
  .recommendCommands()
  .strict()
  .version(version)
  .help()
  .wrap(null)
  .exitProcess(false)
  .fail((message, error) => {
    throw error ?? new UsageError(message);
  });

try {
  await cli.parseAsync();
} catch (error) {
  const debug = process.argv.some(
    (word, k) => word === "--log-level=debug" || (process.argv[k - 1] === "--log-level" && word === "debug"),
  );
  process.exitCode = report(error, { debug });
}
