/** `dysta profile`: layer cycles of networks, or of a user's own layer and masks, on an accelerator. */
import { resolve } from "node:path";
import type { InferredOptionTypes } from "yargs";
import { eyerissEnergy } from "../../hw/array/energy.ts";
import { objectiveNamed } from "../../hw/array/objective.ts";
import { parseWeightPattern, patternName } from "../../workloads/masks/weight-pattern.ts";
import { networkOf } from "../../workloads/networks/networks.ts";
import { checkedMonitor } from "../../workloads/scenarios/overrides.ts";
import { formatEyerissTable } from "../../workloads/tables/artifact-csv.ts";
import { formatProfiles } from "../../workloads/tables/own-csv.ts";
import { type Accelerator, loadAccelerator, machineFacts } from "../profile/accelerator.ts";
import { readAreaTable, readEnergyTable } from "../profile/cost-tables.ts";
import { readMappings } from "../profile/mapping-file.ts";
import { type NetworkProfile, type NetworkToProfile, profileNetworks, toProfile } from "../profile/profile.ts";
import { profileDocument } from "../profile/profile-document.ts";
import { defaultCacheFolder } from "../results/cache.ts";
import type { ResultsFolder } from "../results/folder.ts";
import { packageVersion, thisProgram } from "../results/version.ts";
import { runJobs } from "../threads/pool.ts";
import { profileWaveformTask } from "../trace/waveform/profile-waveform.ts";
import { requireWaveformFile, waveformLimitBytes } from "../trace/waveform/waveform-file.ts";
import { mappingExplanation, profileTables } from "../view/text/profile-render.ts";
import { cutWarning, waveformLine } from "../view/text/waveform-render.ts";
import { namesIn, requirePositiveInteger } from "./arguments.ts";
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
  const samples = requirePositiveInteger("--samples", args.samples) ?? 1;
  const accelerator = await acceleratorOf(args);
  const networks = networksOf(args);
  const objective = objectiveNamed(args["mapping-objective"]);
  const mappings = args.mapping === undefined ? undefined : readMappings(args.mapping);
  const energy = args.energy === undefined ? eyerissEnergy : readEnergyTable(args.energy);
  const area = args.area === undefined ? undefined : readAreaTable(args.area);
  if (args.vcd !== undefined) requireOneStepped(networks, args.fidelity);
  const folder = openFolder("profile", args, resultOptions(args));
  if (args.vcd !== undefined) requireWaveformFile(args.vcd);
  const cache = cacheFolder(args.cache);
  const options = { samples, objective, energy, workers, cache, ...(mappings === undefined ? {} : { mappings }) };
  const profiles = await withProgress("layers", (onDone) =>
    profileNetworks(networks, accelerator, { ...options, onDone }),
  );
  const document = profileDocument(profiles, accelerator, { samples, energy, area });
  if (folder !== undefined) writeFolder(folder, profiles, accelerator, document);
  const explanation = args["explain-mapping"] ? [mappingExplanation(document)] : [];
  const drawn = args.vcd === undefined ? [] : [await drawnProfile(args.vcd, profiles[0], accelerator)];
  const text = args.json ? JSON.stringify(document) : [profileTables(document), ...explanation, ...drawn].join("\n\n");
  process.stdout.write(`${text}\n`);
  return exitStatus.done;
}

async function acceleratorOf(args: ProfileArguments): Promise<Accelerator> {
  const monitor = checkedMonitor(monitorOverrides(args));
  const accelerator = await loadAccelerator(args.hardware, args.fidelity, monitor);
  if (monitor === undefined || monitor.lanes === "none" || accelerator.kind === "array") return accelerator;
  throw new UsageError(
    `--monitor-lanes, --monitor-buffer and --monitor-tap are for a modelled array, hardware is ${args.hardware}`,
  );
}

/** `--no-cache` arrives as `false`. */
export function cacheFolder(option: string | boolean | undefined): string | undefined {
  return option === false ? undefined : typeof option === "string" ? option : defaultCacheFolder;
}

function networksOf({ models, layer, pattern, sparsity, seed = 1, out }: ProfileArguments): NetworkToProfile[] {
  if ((models === undefined) === (layer === undefined)) {
    throw new UsageError("profile: name either --models or --layer");
  }
  if (!Number.isInteger(seed) || seed < 0) throw new UsageError(`--seed must be a whole number, 0 or more, is ${seed}`);
  if (layer !== undefined) {
    if (pattern !== undefined || sparsity !== undefined) {
      throw new UsageError("--pattern and --sparsity are for --models; a layer file has weightDensity or weightMask");
    }
    return [{ model: "layer", pattern: "own", target: { kind: "layer-file", path: layer, seed } }];
  }
  if (pattern === undefined && sparsity !== undefined) throw new UsageError("--sparsity needs a --pattern");
  const weights = pattern === undefined ? {} : { pattern: parseWeightPattern(pattern, sparsity) };
  const networks = (namesIn(models) ?? []).map((name) => {
    const { name: model, fingerprint } = networkOf(name);
    const place = fingerprint === undefined ? model : resolve(name);
    const target = { kind: "network", name: place, seed, ...weights } as const;
    return { model, pattern: patternName(pattern, sparsity), target };
  });
  if (out !== undefined) requireOwnFiles(networks.map(({ model }) => model));
  return networks;
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
  if (accelerator.kind !== "array") throw new Error("only an array is stepped");
  const mappings = layers.flatMap(({ mapping }) => mapping ?? []);
  const { target } = network;
  const limitBytes = waveformLimitBytes;
  const job = { file, limitBytes, accelerator, target, mappings };
  const [outcome] = await runJobs(profileWaveformTask, [job]);
  if (!outcome.ok) throw outcome.error;
  process.stderr.write(cutWarning(file, outcome.result, "--layer draws a single layer"));
  return waveformLine(file, `${network.model}, first sample`, outcome.result);
}

function writeFolder(
  folder: ResultsFolder,
  profiles: readonly NetworkProfile[],
  accelerator: Accelerator,
  document: ReturnType<typeof profileDocument>,
): void {
  const tables = profiles.map((profile) => toProfile(profile, accelerator));
  const { fidelity } = document;
  const header = { hardware: machineFacts(accelerator).name, fidelity, version: packageVersion() };
  folder.writeText("profile.csv", formatProfiles(tables, header));
  for (const table of tables) folder.writeText(`eyerissv2/${table.name}.csv`, formatEyerissTable(table));
  folder.writeJson("profile.json", document);
  folder.markEnded({ state: "complete", ...thisProgram(), node: process.version });
}
