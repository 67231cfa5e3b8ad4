/** What to profile as users say it, in words and numbers, and as `profileNetworks` takes it. */
import { resolve } from "node:path";
import type { AreaTable } from "../../hw/array/energy.ts";
import { type EnergyTable, eyerissEnergy } from "../../hw/array/energy.ts";
import type { Mapping } from "../../hw/array/mapping.ts";
import { type Objective, objectiveNamed } from "../../hw/array/objective.ts";
import { ConfigError } from "../../workloads/input/errors.ts";
import { requirePositiveInteger } from "../../workloads/input/positive-integer.ts";
import { parseWeightPattern, patternName } from "../../workloads/masks/weight-pattern.ts";
import { networkOf } from "../../workloads/networks/networks.ts";
import { checkedMonitor, type MonitorOverrides } from "../../workloads/scenarios/overrides.ts";
import { type Accelerator, loadAccelerator } from "./accelerator.ts";
import { readAreaTable, readEnergyTable } from "./cost-tables.ts";
import { readMappings } from "./mapping-file.ts";
import type { NetworkToProfile } from "./profile.ts";

/** The words of `dysta profile`; what is left out has the command's default. */
export interface ProfileWords {
  /** Networks by name or path; or else `layer`. */
  readonly models?: readonly string[] | undefined;
  /** A layer file. */
  readonly layer?: string | undefined;
  /** Weight pattern, and share of zero weights, 0..1; without them the weights are as trained. */
  readonly pattern?: string | undefined;
  readonly sparsity?: number | undefined;
  /** Input samples per layer; default 1. */
  readonly samples?: number | undefined;
  /** Inputs that are computed together, with the same weights; default 1. */
  readonly batch?: number | undefined;
  /** Of the masks; default 1. */
  readonly seed?: number | undefined;
  /** Preset or hardware file; default `eyeriss-v2`. */
  readonly hardware?: string | undefined;
  /** `counted` (default), `stepped` or `expected`. */
  readonly fidelity?: string | undefined;
  /** JSON file of mappings by name of layer. */
  readonly mapping?: string | undefined;
  /** What the mapper looks for: `balanced` (default), `cycles`, `energy` or `edp`. */
  readonly mappingObjective?: string | undefined;
  /** Files of picojoules per access, and of areas. */
  readonly energy?: string | undefined;
  readonly area?: string | undefined;
  readonly monitor?: MonitorOverrides | undefined;
}

interface ProfileQuestion {
  readonly networks: readonly NetworkToProfile[];
  readonly accelerator: Accelerator;
  readonly samples: number;
  readonly batch: number;
  readonly objective: Objective;
  readonly energy: EnergyTable;
  readonly area: AreaTable | undefined;
  readonly mappings?: ReadonlyMap<string, Mapping>;
}

/** @throws ConfigError for words that contradict each other, and for anything that a file has wrong. */
export async function profileQuestion(words: ProfileWords): Promise<ProfileQuestion> {
  const { mapping, mappingObjective = "balanced", energy, area } = words;
  const samples = requirePositiveInteger("--samples", words.samples) ?? 1;
  const batch = requirePositiveInteger("--batch", words.batch) ?? 1;
  const accelerator = await acceleratorOf(words);
  if (batch > 1 && accelerator.kind !== "array") {
    throw new ConfigError(`--batch is for a modelled PE array, hardware is ${words.hardware}`);
  }
  const networks = networksOf(words);
  return {
    accelerator,
    networks: batch === 1 ? networks : networks.map((each) => ({ ...each, target: { ...each.target, batch } })),
    samples,
    batch,
    objective: objectiveNamed(mappingObjective),
    energy: energy === undefined ? eyerissEnergy : readEnergyTable(energy),
    area: area === undefined ? undefined : readAreaTable(area),
    ...(mapping === undefined ? {} : { mappings: readMappings(mapping) }),
  };
}

async function acceleratorOf({
  hardware = "eyeriss-v2",
  fidelity = "counted",
  monitor = {},
}: ProfileWords): Promise<Accelerator> {
  const keys = checkedMonitor(monitor);
  const accelerator = await loadAccelerator(hardware, fidelity, keys);
  if (keys === undefined || keys.lanes === "none" || accelerator.kind === "array") return accelerator;
  throw new ConfigError(
    `--monitor-lanes, --monitor-buffer and --monitor-tap are for a modelled array, hardware is ${hardware}`,
  );
}

function networksOf({ models, layer, pattern, sparsity, seed = 1 }: ProfileWords): NetworkToProfile[] {
  if ((models === undefined) === (layer === undefined)) {
    throw new ConfigError("profile: name either --models or --layer");
  }
  if (!Number.isInteger(seed) || seed < 0) {
    throw new ConfigError(`--seed must be a whole number, 0 or more, is ${seed}`);
  }
  if (layer !== undefined) {
    if (pattern !== undefined || sparsity !== undefined) {
      throw new ConfigError("--pattern and --sparsity are for --models; a layer file has weightDensity or weightMask");
    }
    return [{ model: "layer", pattern: "own", target: { kind: "layer-file", path: layer, seed } }];
  }
  if (pattern === undefined && sparsity !== undefined) throw new ConfigError("--sparsity needs a --pattern");
  const weights = pattern === undefined ? {} : { pattern: parseWeightPattern(pattern, sparsity) };
  return (models ?? []).map((name) => {
    const { name: model, fingerprint } = networkOf(name);
    const place = fingerprint === undefined ? model : resolve(name);
    const target = { kind: "network", name: place, seed, ...weights } as const;
    return { model, pattern: patternName(pattern, sparsity), target };
  });
}
