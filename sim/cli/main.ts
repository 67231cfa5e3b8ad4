#!/usr/bin/env node
/** The command line: names and options of the commands. Each command's code is imported when it is called. */
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { packageVersion } from "../results/version.ts";
import { type LogLevel, logLevels, numberOption, parserComplaint, requireKnownWords } from "./arguments.ts";
import { exitStatus, report, reportDamagedEntries } from "./exit.ts";
import { exploreOptions } from "./explore-options.ts";
import { interrupted } from "./interrupt.ts";
import { mergeOptions } from "./merge-options.ts";
import { overheadOptions } from "./overhead-options.ts";
import { profileOptions } from "./profile-options.ts";
import { runOptions } from "./run-options.ts";
import { sweepOptions } from "./sweep-options.ts";

const json = { type: "boolean", default: false, describe: "one JSON document on stdout" } as const;
const workers = numberOption("workers", "worker threads (default: all cores)");
const commandNames = ["run", "profile", "explore", "overhead", "sweep", "merge", "report", "conform", "list", "schema"];
const listNames = ["schedulers", "networks", "hardware", "models", "scenarios", "sweeps", "faults"] as const;

process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  if (code === "EPIPE") process.exit(exitStatus.done);
  process.stderr.write(`dysta: standard output cannot be written: ${code}\n`);
  process.exit(exitStatus.mistake);
});
// SIGTERM is what batch systems send before they kill, SIGHUP what a terminal that is closed sends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, interrupted);

const cli = yargs(hideBin(process.argv))
  .scriptName("dysta")
  .locale("en")
  .parserConfiguration({ "duplicate-arguments-array": false })
  .usage("$0 COMMAND\n\nSchedules sparse neural networks on a modelled accelerator (Sparse-DySta, MICRO'23).")
  .option("log-level", {
    choices: logLevels,
    default: "warn" as LogLevel,
    describe: "log lines on stderr; debug also shows where a mistake was found",
  })
  .command(
    "run [scenario]",
    "compare schedulers on a scenario (a YAML file or a built-in one)",
    (command) =>
      command
        .positional("scenario", { type: "string", default: "ar-vr-measured" })
        .options({ json, workers, ...runOptions }),
    async (args) => {
      const { runCommand } = await import("./run-command.ts");
      process.exitCode = await runCommand(args);
    },
  )
  .command(
    "profile",
    "layer cycles of networks, or of your own layer and masks, on an accelerator",
    (command) => command.options({ json, workers, ...profileOptions }),
    async (args) => {
      const { profileCommand } = await import("./profile-command.ts");
      process.exitCode = await profileCommand(args);
    },
  )
  .command(
    "explore [scenario]",
    "array shapes for a mix of networks: Pareto front, plots, an answer in words (default: the paper's multi-CNN mix)",
    (command) =>
      command
        .positional("scenario", { type: "string", describe: "whose networks run on hardware" })
        .options({ json, workers, ...exploreOptions }),
    async (args) => {
      const { exploreCommand } = await import("./explore-command.ts");
      process.exitCode = await exploreCommand(args);
    },
  )
  .command(
    "overhead [scenario]",
    "what monitor and scheduling unit cost: cycles, resources, agreement with the software, prediction",
    (command) =>
      command
        .positional("scenario", { type: "string", default: "ar-vr-measured" })
        .options({ json, workers, ...overheadOptions }),
    async (args) => {
      const { overheadCommand } = await import("./overhead-command.ts");
      process.exitCode = await overheadCommand(args);
    },
  )
  .command(
    "sweep <sweep>",
    "a grid of scenarios on every core: a YAML file or a built-in sweep; resumes where it stopped",
    (command) =>
      command
        .positional("sweep", { type: "string", demandOption: true, describe: "sweep file or built-in sweep" })
        .options({ json, workers, ...sweepOptions }),
    async (args) => {
      const { sweepCommand } = await import("./sweep-command.ts");
      process.exitCode = await sweepCommand(args);
    },
  )
  .command(
    "merge <folders..>",
    "one result folder from those of a sweep's shards",
    (command) =>
      command
        // Else only the last of the folders would be kept.
        .parserConfiguration({ "duplicate-arguments-array": true })
        .positional("folders", {
          type: "string",
          array: true,
          demandOption: true,
          describe: "result folders of all shards",
        })
        .options({ json, ...mergeOptions }),
    async (args) => {
      const { mergeCommand } = await import("./merge-command.ts");
      process.exitCode = await mergeCommand(args);
    },
  )
  .command(
    "report <folder>",
    "the HTML report of a result folder of dysta run or dysta sweep",
    (command) =>
      command.positional("folder", { type: "string", demandOption: true, describe: "result folder" }).options({ json }),
    async (args) => {
      const { reportCommand } = await import("./report-command.ts");
      process.exitCode = await reportCommand(args);
    },
  )
  .command(
    "conform <folder>",
    "replay recorded results of the public artifact and report every difference",
    (command) =>
      command
        .positional("folder", { type: "string", demandOption: true, describe: "folder of recordings" })
        .options({ json, workers }),
    async (args) => {
      const { conformCommand } = await import("./conform-command.ts");
      process.exitCode = await conformCommand(args);
    },
  )
  .command(
    "list [what]",
    `what there is: ${listNames.join(", ")}`,
    (command) => command.positional("what", { choices: listNames }).options({ json }),
    async (args) => {
      const { listCommand } = await import("./list-command.ts");
      process.exitCode = listCommand(args);
    },
  )
  .command(
    "schema <file>",
    "the JSON Schema of scenario, sweep, hardware or layer files, for editors",
    (command) =>
      command.positional("file", { choices: ["scenario", "sweep", "hardware", "layer"] as const, demandOption: true }),
    async (args) => {
      const { schemaCommand } = await import("./schema-command.ts");
      process.exitCode = schemaCommand(args);
    },
  )
  .demandCommand(1, "name a command; dysta --help lists them")
  .strict()
  .version(packageVersion())
  .help()
  .wrap(null)
  .exitProcess(false)
  .fail((message, error) => {
    const isParserError = error === undefined || error.name === "YError";
    throw isParserError ? parserComplaint(message ?? error.message, commandNames, knownOptions()) : error;
  });

function knownOptions(): string[] {
  return [
    "json",
    "workers",
    "log-level",
    "help",
    "version",
    ...Object.keys({
      ...{ ...runOptions, ...profileOptions, ...exploreOptions, ...overheadOptions },
      ...{ ...sweepOptions, ...mergeOptions },
    }),
  ];
}

try {
  requireKnownWords(process.argv.slice(2));
  await cli.parseAsync();
} catch (error) {
  const isDebug = process.argv.some(
    (word, k) => word === "--log-level=debug" || (word === "debug" && process.argv[k - 1] === "--log-level"),
  );
  process.exitCode = report(error, { debug: isDebug });
}
reportDamagedEntries();
