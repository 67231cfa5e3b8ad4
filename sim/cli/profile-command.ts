/** `dysta profile`: layer cycles of networks, or of a user's own layer and masks, on an accelerator. */

import type { InferredOptionTypes } from "yargs";
import { requirePositiveInteger } from "../../workloads/input/positive-integer.ts";
import { formatEyerissTable } from "../../workloads/tables/artifact-csv.ts";
import { formatProfiles } from "../../workloads/tables/own-csv.ts";
import { type Accelerator, machineFacts } from "../profile/accelerator.ts";
import { type NetworkProfile, type NetworkToProfile, profileNetworks, toProfile } from "../profile/profile.ts";
import { type ProfileDocument, profileDocument } from "../profile/profile-document.ts";
import { type ProfileWords, profileQuestion } from "../profile/question.ts";
import { cacheFolder } from "../results/cache.ts";
import { tableColumns } from "../results/columns.ts";
import type { ResultsFolder } from "../results/folder.ts";
import { packageVersion, thisProgram } from "../results/version.ts";
import { type ExplainQuestion, explain } from "../study/explain/explain.ts";
import { type ExplainDocument, explainDocument } from "../study/explain/explain-document.ts";
import { explainQuestion } from "../study/explain/question.ts";
import { runJobs } from "../threads/pool.ts";
import { profileWaveformTask } from "../trace/waveform/profile-waveform.ts";
import { requireWaveformFile, waveformLimitBytes } from "../trace/waveform/waveform-file.ts";
import { writeFigures } from "../view/plots/figure-files.ts";
import { profileFigures, profileReport } from "../view/report/profile/profile-report.ts";
import { mappingExplanation, profileTables } from "../view/text/profile-render.ts";
import { cutWarning, waveformLine } from "../view/text/waveform-render.ts";
import { namesIn } from "./arguments.ts";
import { exitStatus, UsageError } from "./exit.ts";
import { openFolder, resultOptions } from "./folder.ts";
import { monitorOverrides } from "./monitor-options.ts";
import type { profileOptions } from "./profile-options.ts";
import { withProgress } from "./progress.ts";

type ProfileArguments = InferredOptionTypes<typeof profileOptions> & {
  readonly json: boolean;
  readonly workers?: number | undefined;
};

export async function profileCommand(args: ProfileArguments): Promise<number> {
  const workers = requirePositiveInteger("--workers", args.workers);
  const { networks, accelerator, area, ...given } = await profileQuestion(wordsOf(args));
  if (args.vcd !== undefined) requireOneStepped(networks, args.fidelity);
  const questions = await whatIfQuestions(args);
  if (args.out !== undefined) requireOwnFiles(networks.map(({ model }) => model));
  const folder = openFolder("profile", args, resultOptions(args));
  if (args.vcd !== undefined) requireWaveformFile(args.vcd);
  const cache = cacheFolder(args.cache);
  const profiles = await withProgress("layers", (onDone) =>
    profileNetworks(networks, accelerator, { ...given, workers, cache, onDone }),
  );
  const document = profileDocument(profiles, accelerator, { ...given, area });
  if (folder !== undefined) {
    const explanations = await explained(questions, { workers, cache });
    await writeFolder(folder, { profiles, accelerator, document, explanations });
  }
  const explanation = args["explain-mapping"] ? [mappingExplanation(document)] : [];
  const drawn = args.vcd === undefined ? [] : [await drawnProfile(args.vcd, profiles[0], accelerator)];
  const text = args.json ? JSON.stringify(document) : [profileTables(document), ...explanation, ...drawn].join("\n\n");
  process.stdout.write(`${text}\n`);
  return exitStatus.done;
}

function wordsOf(args: ProfileArguments): ProfileWords {
  const { layer, pattern, sparsity, samples, batch, seed, hardware, fidelity, mapping, energy, area } = args;
  return {
    ...{ models: namesIn(args.models), layer, pattern, sparsity, samples, batch, seed, hardware, fidelity },
    ...{ mapping, mappingObjective: args["mapping-objective"], energy, area, monitor: monitorOverrides(args) },
  };
}

/** Each network has a file of its own in a result folder, also where names are alike in upper and lower case. */
function requireOwnFiles(models: readonly string[]): void {
  const lower = models.map((name) => name.toLowerCase());
  const alike = lower.findIndex((name, k) => lower.indexOf(name) < k);
  if (alike < 0) return;
  const [first, second] = [models[lower.indexOf(lower[alike])], models[alike]];
  const what =
    first === second ? `${first} is named twice` : `${first} and ${second} differ in upper and lower case only`;
  throw new UsageError(`--models: ${what}: with --out each network needs a file of its own`);
}

function requireOneStepped(networks: readonly NetworkToProfile[], fidelity: string): void {
  if (fidelity !== "stepped") throw new UsageError(`--vcd is for --fidelity stepped, fidelity is ${fidelity}`);
  if (networks.length > 1) throw new UsageError(`--vcd draws one network, --models names ${networks.length}`);
}

/** Writes the waveform. @returns what it is. */
async function drawnProfile(file: string, { network, layers }: NetworkProfile, accelerator: Accelerator) {
  if (accelerator.kind !== "array" && accelerator.kind !== "attention") throw new Error("only an array is stepped");
  const mappings = layers.flatMap(({ mapping }) => mapping ?? []);
  const { target } = network;
  const limitBytes = waveformLimitBytes;
  const job = { file, limitBytes, accelerator, target, mappings };
  const [outcome] = await runJobs(profileWaveformTask, [job]);
  if (!outcome.ok) throw outcome.error;
  process.stderr.write(cutWarning(file, outcome.result, "--layer draws a single layer"));
  return waveformLine(file, `${network.model}, first sample`, outcome.result);
}

/** @throws UsageError for what a changed array would not have. */
function requireWhatIf(args: ProfileArguments): void {
  if (args.out === undefined)
    throw new UsageError("--what-if is for the report of a result folder: name one with --out");
  const useless = ["mapping", "monitor-lanes", "monitor-buffer", "monitor-tap"].find(
    (name) => args[name as keyof ProfileArguments] !== undefined,
  );
  if (useless === undefined) return;
  throw new UsageError(
    `--what-if maps every layer anew on hardware as its file describes it: it cannot be had with --${useless}`,
  );
}

/** What is asked of each network where the report says what changes of the array would bring. */
async function whatIfQuestions(args: ProfileArguments): Promise<ExplainQuestion[]> {
  if (!args["what-if"]) return [];
  requireWhatIf(args);
  const { layer, pattern, sparsity, samples, batch, seed, hardware, fidelity, energy } = args;
  const words = { layer, pattern, sparsity, samples, batch, seed, hardware, fidelity, energy };
  const networks = namesIn(args.models) ?? [undefined];
  const mappingObjective = args["mapping-objective"];
  return Promise.all(networks.map((network) => explainQuestion({ ...words, network, mappingObjective })));
}

async function explained(
  questions: readonly ExplainQuestion[],
  options: { readonly workers: number | undefined; readonly cache: string | undefined },
): Promise<ExplainDocument[]> {
  const explanations: ExplainDocument[] = [];
  for (const question of questions) {
    const explanation = await withProgress(`what if, ${question.network.model}`, (onDone) =>
      explain(question, { ...options, onDone }),
    );
    explanations.push(explainDocument(explanation));
  }
  return explanations;
}

interface ProfileResult {
  readonly profiles: readonly NetworkProfile[];
  readonly accelerator: Accelerator;
  readonly document: ProfileDocument;
  readonly explanations: readonly ExplainDocument[];
}

async function writeFolder(folder: ResultsFolder, result: ProfileResult): Promise<void> {
  const { profiles, accelerator, document, explanations } = result;
  const tables = profiles.map((profile) => toProfile(profile, accelerator));
  const { fidelity } = document;
  const header = { hardware: machineFacts(accelerator).name, fidelity, version: packageVersion() };
  const artifactTables = tables.map((table) => [`eyerissv2/${table.name}.csv`, formatEyerissTable(table)] as const);
  writeTable(folder, "profile.csv", [["profile.csv", formatProfiles(tables, header)]]);
  writeTable(folder, "eyerissv2/*.csv", artifactTables);
  folder.writeJson("profile.json", document);
  const figures = profileFigures(document, explanations);
  await writeFigures(folder.path, figures);
  folder.writeText("report.html", await profileReport(document, figures, explanations.length > 0));
  folder.markEnded({ state: "complete", ...thisProgram(), node: process.version, command: process.argv.slice(2) });
}

/** Writes files of one kind of table, whose columns are those of the line after its comments. */
function writeTable(
  folder: ResultsFolder,
  kind: string,
  files: readonly (readonly [name: string, text: string])[],
): void {
  for (const [name, text] of files) folder.writeText(name, text);
  const head = files[0][1].split("\n").find((line) => !line.startsWith("#")) ?? "";
  folder.describe(kind, tableColumns(kind, head.split(",")));
}
