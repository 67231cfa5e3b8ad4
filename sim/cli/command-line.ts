/** The command line: names and options of the commands. Each command's code is imported when it is called. */
import yargs, { type Options } from "yargs";
import { onNotice } from "../../workloads/input/notices.ts";
import { releaseLocks } from "../results/folder-lock.ts";
import { packageVersion } from "../results/version.ts";
import { type LogLevel, logLevelIn, logLevels, numberOption, parserComplaint, settledWords } from "./arguments.ts";
import { capacityOptions } from "./capacity-options.ts";
import { shells } from "./completion-command.ts";
import { exitStatus, oneLine, report } from "./exit.ts";
import { explainOptions } from "./explain-options.ts";
import { exploreOptions } from "./explore-options.ts";
import { grouped, withExamples } from "./help.ts";
import { importOptions } from "./import-options.ts";
import { mergeOptions } from "./merge-options.ts";
import { overheadOptions } from "./overhead-options.ts";
import { profileOptions } from "./profile-options.ts";
import { reportOptions } from "./report-options.ts";
import { reproduceOptions } from "./reproduce-options.ts";
import { rtlOptions } from "./rtl-options.ts";
import { runOptions } from "./run-options.ts";
import { documentSchemaNames, fileSchemaNames } from "./schema-names.ts";
import { sweepOptions } from "./sweep-options.ts";

const json = { type: "boolean", default: false, describe: "one JSON document on stdout" } as const;
const workers = numberOption("workers", "worker threads (default: all cores)");
const listNames = ["schedulers", "networks", "hardware", "models", "scenarios", "sweeps", "faults"] as const;

/** Options of every command by its name; what is listed here can be named in a message about another command. */
const optionsOf: Readonly<Record<string, Readonly<Record<string, Options>>>> = {
  run: { json, workers, ...runOptions },
  profile: { json, workers, ...profileOptions },
  capacity: { json, workers, ...capacityOptions },
  explain: { json, workers, ...explainOptions },
  explore: { json, workers, ...exploreOptions },
  overhead: { json, workers, ...overheadOptions },
  sweep: { json, workers, ...sweepOptions },
  merge: { json, ...mergeOptions },
  report: { json, ...reportOptions },
  rtl: { json, workers, ...rtlOptions },
  conform: { json, workers },
  reproduce: { json, workers, ...reproduceOptions },
  import: { json, ...importOptions },
  list: { json },
  schema: {},
  completion: {},
};

/**
 * Runs one command.
 *
 * @param words what stands after `dysta` on the command line
 * @returns the exit status; what there is to read went to stdout and stderr.
 */
export async function main(words: readonly string[]): Promise<number> {
  const level = logLevelIn(words);
  const isQuiet = level === "silent" || level === "error";
  const unsubscribe = onNotice((line) => {
    if (!isQuiet) process.stderr.write(`dysta: ${oneLine(line)}\n`);
  });
  try {
    return await runCommandLine(settledWords(words, optionsOf));
  } catch (error) {
    return report(error, { debug: level === "debug" });
  } finally {
    unsubscribe();
    releaseLocks();
  }
}

async function runCommandLine(words: readonly string[]): Promise<number> {
  let status: number = exitStatus.done;
  await commandLine(words, (result) => {
    status = result;
  }).parseAsync();
  return status;
}

function commandLine(words: readonly string[], done: (status: number) => void) {
  return (
    yargs(words)
      .scriptName("dysta")
      .locale("en")
      // An option given twice has been refused, unless it lists: then all that was said counts.
      .parserConfiguration({ "duplicate-arguments-array": true })
      .usage("$0 COMMAND\n\nSchedules sparse neural networks on a modelled accelerator (Sparse-DySta, MICRO'23).")
      .option("log-level", {
        choices: logLevels,
        default: "warn" as LogLevel,
        group: "How the work is done:",
        describe: "log lines on stderr; debug also shows where a mistake was found",
      })
      .command(
        "run [scenario]",
        "compare schedulers on a scenario (a YAML file, a built-in one, or a result folder, which is run again)",
        (command) =>
          withExamples(command, "run")
            .positional("scenario", { type: "string", describe: "default: ar-vr-measured" })
            .options(grouped({ json, workers, ...runOptions })),
        async (args) => {
          const { runCommand } = await import("./run-command.ts");
          done(await runCommand(args));
        },
      )
      .command(
        "profile",
        "layer cycles of networks, or of your own layer and masks, on an accelerator",
        (command) => withExamples(command, "profile").options(grouped({ json, workers, ...profileOptions })),
        async (args) => {
          const { profileCommand } = await import("./profile-command.ts");
          done(await profileCommand(args));
        },
      )
      .command(
        "capacity [scenario]",
        "the highest rate at which each scheduler has a share of the requests on time",
        (command) =>
          withExamples(command, "capacity")
            .positional("scenario", { type: "string", describe: "default: ar-vr-measured" })
            .options(grouped({ json, workers, ...capacityOptions })),
        async (args) => {
          const { capacityCommand } = await import("./capacity-command.ts");
          done(await capacityCommand(args));
        },
      )
      .command(
        "explain <network> [layer]",
        "why a network or layer takes its cycles on an array: causes, floors, and what every change would bring",
        (command) =>
          withExamples(command, "explain")
            .positional("network", {
              type: "string",
              demandOption: true,
              describe: "a network (dysta list networks), a network file, or a layer file",
            })
            .positional("layer", { type: "string", describe: "names of layers, separated by commas; * is any letters" })
            .options(grouped({ json, workers, ...explainOptions })),
        async (args) => {
          const { explainCommand } = await import("./explain-command.ts");
          done(await explainCommand(args));
        },
      )
      .command(
        "explore [scenario]",
        "array shapes for a mix of networks: Pareto front, plots, an answer in words (default: the paper's multi-CNN mix)",
        (command) =>
          withExamples(command, "explore")
            .positional("scenario", { type: "string", describe: "whose networks run on hardware" })
            .options(grouped({ json, workers, ...exploreOptions })),
        async (args) => {
          const { exploreCommand } = await import("./explore-command.ts");
          done(await exploreCommand(args));
        },
      )
      .command(
        "overhead [scenario]",
        "what monitor and scheduling unit cost: cycles, resources, agreement with the software, prediction",
        (command) =>
          withExamples(command, "overhead")
            .positional("scenario", {
              type: "string",
              describe: "default: ar-vr-measured, or multi-attnn-modelled on an attention array",
            })
            .options(grouped({ json, workers, ...overheadOptions })),
        async (args) => {
          const { overheadCommand } = await import("./overhead-command.ts");
          done(await overheadCommand(args));
        },
      )
      .command(
        "sweep <sweep>",
        "a grid of scenarios on every core: a YAML file or a built-in sweep; resumes where it stopped",
        (command) =>
          withExamples(command, "sweep")
            .positional("sweep", { type: "string", demandOption: true, describe: "sweep file or built-in sweep" })
            .options(grouped({ json, workers, ...sweepOptions })),
        async (args) => {
          const { sweepCommand } = await import("./sweep-command.ts");
          done(await sweepCommand(args));
        },
      )
      .command(
        "merge <folders..>",
        "one result folder from those of a sweep's shards",
        (command) =>
          withExamples(command, "merge")
            .positional("folders", {
              type: "string",
              array: true,
              demandOption: true,
              describe: "result folders of all shards",
            })
            .options(grouped({ json, ...mergeOptions })),
        async (args) => {
          const { mergeCommand } = await import("./merge-command.ts");
          done(await mergeCommand(args));
        },
      )
      .command(
        "report <folder>",
        "the HTML report of a result folder of dysta run or dysta sweep; or the figures of any result folder for a paper",
        (command) =>
          withExamples(command, "report")
            .positional("folder", { type: "string", demandOption: true, describe: "result folder" })
            .options(grouped({ json, ...reportOptions })),
        async (args) => {
          const { reportCommand } = await import("./report-command.ts");
          done(await reportCommand(args));
        },
      )
      .command(
        "rtl [scenario]",
        "SystemVerilog of monitor and scheduling unit, with a test bench whose vectors come from a run",
        (command) =>
          withExamples(command, "rtl")
            .positional("scenario", { type: "string", default: "ar-vr-wearable" })
            .options(grouped({ json, workers, ...rtlOptions })),
        async (args) => {
          const { rtlCommand } = await import("./rtl-command.ts");
          done(await rtlCommand(args));
        },
      )
      .command(
        "conform <folder>",
        "replay recorded results of the public artifact and report every difference",
        (command) =>
          withExamples(command, "conform")
            .positional("folder", { type: "string", demandOption: true, describe: "folder of recordings" })
            .options(grouped({ json, workers })),
        async (args) => {
          const { conformCommand } = await import("./conform-command.ts");
          done(await conformCommand(args));
        },
      )
      .command(
        "reproduce [items]",
        "every figure and table of the paper, published and ours: all, or a list such as table5,fig15",
        (command) =>
          withExamples(command, "reproduce")
            .positional("items", { type: "string", describe: "names separated by commas; default: all" })
            .options(grouped({ json, workers, ...reproduceOptions })),
        async (args) => {
          const { reproduceCommand } = await import("./reproduce-command.ts");
          done(await reproduceCommand(args));
        },
      )
      .command(
        "import <file>",
        "a network of your own from ONNX or a SCALE-Sim topology, with its weights and, on request, its activations",
        (command) =>
          withExamples(command, "import")
            .positional("file", { type: "string", demandOption: true, describe: ".onnx, or .csv of SCALE-Sim" })
            .options(grouped({ json, ...importOptions })),
        async (args) => {
          const { importCommand } = await import("./import-command.ts");
          done(await importCommand(args));
        },
      )
      .command(
        "list [what]",
        `what there is: ${listNames.join(", ")}`,
        (command) =>
          withExamples(command, "list").positional("what", { choices: listNames }).options(grouped({ json })),
        async (args) => {
          const { listCommand } = await import("./list-command.ts");
          done(listCommand(args));
        },
      )
      .command(
        "schema <file>",
        "the JSON Schema of a kind of file, for editors, or of what a command prints with --json",
        (command) =>
          withExamples(command, "schema").positional("file", {
            choices: [...fileSchemaNames, ...documentSchemaNames],
            demandOption: true,
          }),
        async (args) => {
          const { schemaCommand } = await import("./schema-command.ts");
          done(schemaCommand(args));
        },
      )
      .command(
        "completion <shell>",
        "what a shell needs to complete commands and options",
        (command) => withExamples(command, "completion").positional("shell", { choices: shells, demandOption: true }),
        async (args) => {
          const { completionCommand } = await import("./completion-command.ts");
          done(completionCommand(args));
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
        throw isParserError ? parserComplaint(message ?? error.message, words, optionsOf) : error;
      })
  );
}
