/** Profiles of whole networks: layers in parallel on the worker pool, put together as the tables that scheduling reads. */

import { entryBits } from "../../hw/array/description.ts";
import type { EnergyTable } from "../../hw/array/energy.ts";
import type { Mapping } from "../../hw/array/mapping.ts";
import type { Objective } from "../../hw/array/objective.ts";
import { ConfigError, didYouMean } from "../../workloads/input/errors.ts";
import { denseMacs, elementCount, inputShape, type Layer, outputShape } from "../../workloads/layers/layer.ts";
import { consumers } from "../../workloads/networks/network.ts";
import {
  type BufferUse,
  type Profile,
  sharedDoubles,
  sharedDoublesOf,
  sharedIntegersOf,
} from "../../workloads/tables/profile.ts";
import { type PoolOptions, runJobs } from "../threads/pool.ts";
import { type Accelerator, acceleratorSource } from "./accelerator.ts";
import { inBlocks } from "./blocks.ts";
import type { LayerProfile, LayerSample } from "./layer-sample.ts";
import { isKept, type ProfileLayerJob, profileLayerTask } from "./profile-layer.ts";
import {
  hasOneSize,
  type ProfileTarget,
  targetBlocks,
  targetLayer,
  targetLayers,
  targetNote,
} from "./profile-target.ts";

export interface NetworkToProfile {
  readonly model: string;
  /** Name of the weight pattern, e.g. `unstructured_0.8`, `trained`. */
  readonly pattern: string;
  readonly target: ProfileTarget;
}

interface ProfileOptions extends PoolOptions {
  readonly samples: number;
  readonly cache?: string | undefined;
  /** Mappings by name of layer, used instead of the mapper's choice. */
  readonly mappings?: ReadonlyMap<string, Mapping>;
  /** What the mapper looks for; default: `balanced`. */
  readonly objective?: Objective;
  /** Default: the ratios of Eyeriss (ISCA 2016). */
  readonly energy?: EnergyTable;
}

export interface NetworkProfile {
  readonly network: NetworkToProfile;
  readonly layers: readonly LayerProfile[];
  /** What to know of its cycles wherever they are shown. */
  readonly note?: string;
}

/**
 * Profiles every layer of every network; the largest layers begin first, so that no worker is left alone with one at the
 * end.
 *
 * @throws ConfigError if a layer cannot be run on the accelerator, after the others have been run (and kept).
 */
export async function profileNetworks(
  networks: readonly NetworkToProfile[],
  accelerator: Accelerator,
  options: ProfileOptions,
): Promise<NetworkProfile[]> {
  const [profiles] = await profileOnEach(networks, [accelerator], options);
  return profiles;
}

/**
 * Profiles every network on every accelerator, as `profileNetworks` does on one; a layer is drawn once for all of them.
 *
 * @returns profiles of the networks for each accelerator
 * @throws ConfigError as `profileNetworks`.
 */
export async function profileOnEach(
  networks: readonly NetworkToProfile[],
  accelerators: readonly Accelerator[],
  options: ProfileOptions,
): Promise<NetworkProfile[][]> {
  const jobs = layerJobs(networks, accelerators, options);
  const outcomes = await runJobs(
    profileLayerTask,
    jobs.map(({ job }) => job),
    options,
  );
  const results = outcomes.map((outcome) => {
    if (!outcome.ok) throw outcome.error;
    return outcome.result;
  });
  return accelerators.map((_, k) => {
    const layers: LayerProfile[][] = networks.map(() => []);
    for (const [at, { index, layerIndex }] of jobs.entries()) layers[index][layerIndex] = results[at][k];
    return networks.map((network, index) => {
      const note = targetNote(network.target);
      return { network, layers: layers[index], ...(note === undefined ? {} : { note }) };
    });
  });
}

/** Jobs of `profileOnEach` with the network and layer of each, the largest layers first. */
function layerJobs(
  networks: readonly NetworkToProfile[],
  accelerators: readonly Accelerator[],
  { samples, cache, mappings, objective, energy }: ProfileOptions,
) {
  const places = networks.flatMap((network, index) =>
    targetLayers(network.target).map((layer, layerIndex) => ({ index, layerIndex, layer })),
  );
  requireLayers(
    mappings,
    places.map(({ layer }) => layer.name),
  );
  places.sort((a, b) => denseMacs(b.layer) - denseMacs(a.layer));
  return places.map(({ index, layerIndex, layer }) => {
    const mapping = mappings?.get(layer.name);
    const given = {
      ...(mapping === undefined ? {} : { mapping }),
      ...(objective === undefined ? {} : { objective }),
      ...(energy === undefined ? {} : { energy }),
    };
    const { target } = networks[index];
    const job: ProfileLayerJob = {
      ...{ accelerators, target, layer: layerIndex, samples, cache },
      ...given,
    };
    return { index, layerIndex, job };
  });
}

/**
 * Whether `profileNetworks` would find everything in the cache, judged by the last layer that it begins of each network.
 */
export function areMostLikelyKept(
  networks: readonly NetworkToProfile[],
  accelerator: Accelerator,
  options: ProfileOptions,
): boolean {
  const lastJobs = new Map(layerJobs(networks, [accelerator], options).map(({ index, job }) => [index, job]));
  return [...lastJobs.values()].every(isKept);
}

function requireLayers(mappings: ProfileOptions["mappings"], names: readonly string[]): void {
  const unknown = [...(mappings?.keys() ?? [])].find((name) => !names.includes(name));
  if (unknown !== undefined) throw new ConfigError(`mapping: no layer "${unknown}"${didYouMean(unknown, names)}`);
}

type ColumnOf = (value: (sample: LayerSample, layer: number, sampleIndex: number) => number) => Float64Array;

/** The table that scheduling replays: a row for every layer, or for every block of a network that has blocks. */
export function toProfile(profile: NetworkProfile, accelerator: Accelerator): Profile {
  const { network, note } = profile;
  const { model, pattern } = network;
  const layers = inBlocks(network.target, profile.layers);
  const sampleCount = layers[0].samples.length;
  const column: ColumnOf = (value) => {
    const values = sharedDoubles(sampleCount * layers.length);
    for (const [layer, { samples }] of layers.entries()) {
      for (const [sample, each] of samples.entries())
        values[sample * layers.length + layer] = value(each, layer, sample);
    }
    return values;
  };
  const counted = layers.every(({ samples }) => samples.every(({ stalls }) => stalls !== undefined));
  const inSeconds = layers.every(({ samples }) => samples.every(({ seconds }) => seconds !== undefined));
  return {
    name: `${model}_${pattern}`,
    model,
    pattern,
    timeUnit: inSeconds ? "seconds" : "cycles",
    clockHz: accelerator.hardware.clockHz,
    source: acceleratorSource(accelerator),
    ...(note === undefined ? {} : { note }),
    sampleIds: sharedIntegersOf(Array.from({ length: sampleCount }, (_, sample) => sample)),
    layerCount: layers.length,
    latency: column(({ cycles, seconds }) => seconds ?? cycles),
    inputDensity: column(({ inputDensity }) => inputDensity),
    outputDensity: column(({ outputDensity }) => outputDensity),
    ...outputsOf(network.target),
    ...bufferUseOf(accelerator, layers, network.target, column),
    extra: {
      effectual_macs: column(({ effectualMacs }) => effectualMacs),
      ...(counted
        ? {
            stall_cycles: column(({ cycles, stalls }) => cycles - (stalls?.compute ?? 0)),
            dram_bytes: column(({ dramBytes }) => dramBytes ?? 0),
            energy_pj: column(({ energyPj }) => energyPj ?? 0),
          }
        : {}),
    },
  };
}

/** Outputs of each layer, where samples do not differ in size. */
function outputsOf(target: ProfileTarget): Pick<Profile, "outputs"> {
  if (!hasOneSize(target)) return {};
  const layers = targetLayers(target);
  const blocks = targetBlocks(target);
  if (blocks !== undefined) {
    const predicted = layers.filter(({ kind }) => kind === "attention-prediction");
    return { outputs: sharedDoublesOf(predicted.map((layer) => elementCount(outputShape(layer)))) };
  }
  return { outputs: sharedDoublesOf(layers.map((layer) => elementCount(outputShape(layer)))) };
}

/**
 * Unknown where the accelerator has no such buffer, where blocks of layers are put aside whole, and where it is not known what
 * is fetched ahead although something is.
 */
function bufferUseOf(
  accelerator: Accelerator,
  layers: readonly LayerProfile[],
  target: ProfileTarget,
  column: ColumnOf,
): { readonly bufferUse?: BufferUse } {
  if (accelerator.kind !== "array" || targetBlocks(target) !== undefined) return {};
  const { hardware } = accelerator;
  const { layerOverlap } = hardware.mechanisms;
  const known = layers.every(({ samples }) => samples.every(({ firstLoadBytes }) => firstLoadBytes !== undefined));
  if (layerOverlap && !known) return {};
  const bytesPerEntry = entryBits(hardware, "activation") / 8;
  const { compressOnChip } = hardware.mechanisms;
  const held = (density: number, shape: readonly number[]) =>
    Math.round((compressOnChip ? density : 1) * elementCount(shape)) * bytesPerEntry;
  const isHanded = handedOn(targetLayers(target));
  const shapes = layers.map((_, layer) => targetLayer(target, layer));
  return {
    bufferUse: {
      inputBytes: column(({ inputDensity }, layer, sample) =>
        held(inputDensity, inputShape(shapes[layer].layerOf(sample))),
      ),
      forwardedBytes: column(({ outputDensity }, layer, sample) =>
        isHanded[layer] ? held(outputDensity, outputShape(shapes[layer].layerOf(sample))) : 0,
      ),
      ...(layerOverlap ? { prefetchedBytes: column(({ firstLoadBytes = 0 }) => firstLoadBytes) } : {}),
    },
  };
}

/** Whether the layer after it reads the very tensor that each layer writes: no pooling, branch or padding in between. */
function handedOn(layers: readonly Layer[]): boolean[] {
  return consumers(layers).map(
    (reader, layer) =>
      reader === layer + 1 && elementCount(inputShape(layers[reader])) === elementCount(outputShape(layers[layer])),
  );
}
