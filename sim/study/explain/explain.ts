/**
 * Why a network takes its time on an array: where its cycles go, how few there could be, and what each change of the
 * array would bring. What a change brings is a profile of the changed array, its layers mapped anew.
 */
import type { EnergyTable } from "../../../hw/array/energy.ts";
import type { Objective } from "../../../hw/array/objective.ts";
import { withoutHardwareFile } from "../../../workloads/scenarios/hardware-file.ts";
import type { HardwareChoice } from "../../../workloads/scenarios/scenario.ts";
import { type ArrayAccelerator, loadAccelerator } from "../../profile/accelerator.ts";
import type { LayerProfile } from "../../profile/layer-sample.ts";
import { type NetworkProfile, type NetworkToProfile, profileNetworks } from "../../profile/profile.ts";
import { type LayerRow, type ProfileDocument, profileDocument } from "../../profile/profile-document.ts";
import { profileLayerTask } from "../../profile/profile-layer.ts";
import { type PoolOptions, runJobs } from "../../threads/pool.ts";
import { changed } from "../sweep/changes.ts";
import { changesOf, type HardwareChange } from "./hardware-changes.ts";
import { chosenLayers, type LayerChoice } from "./layer-choice.ts";

export interface ExplainQuestion {
  readonly network: NetworkToProfile;
  readonly accelerator: ArrayAccelerator;
  /** The accelerator as a hardware file or preset names it. */
  readonly hardware: HardwareChoice;
  readonly samples: number;
  readonly objective: Objective;
  readonly energy: EnergyTable;
  readonly choice: LayerChoice;
}

interface ExplainOptions extends PoolOptions {
  /** Folder of kept results, if any. */
  readonly cache?: string | undefined;
}

/** One change of the array and what it makes of a layer or network, its mapping chosen anew. */
export interface WhatIf {
  /** The key with the value before and after. */
  readonly change: string;
  /** What to write into a hardware file. */
  readonly key: string;
  readonly value: number | string | boolean;
  readonly cycles: number;
  /** Cycles saved / cycles before; less than 0 where the change makes it slower. */
  readonly gain: number;
  readonly energyPj: number | null;
  /** Energy saved / energy before. */
  readonly energyGain: number | null;
  /** Layers whose mapping is another one. */
  readonly remapped: number;
}

/** A layer with the reasons for its cycles. */
export interface ExplainedLayer {
  readonly row: LayerRow;
  /** Of the cycles of the whole network, 0..1. */
  readonly share: number;
  /** The largest gain first. */
  readonly whatIf: readonly WhatIf[];
}

export interface Explanation {
  /** Of the whole network on the array as it is. */
  readonly profile: ProfileDocument;
  /** In the order of the network, or the slowest first where only so many were asked for. */
  readonly layers: readonly ExplainedLayer[];
  /** Of the explained layers together. */
  readonly whatIf: readonly WhatIf[];
}

/** @throws ConfigError for a layer that the network has not, or that cannot be run on the array. */
export async function explain(question: ExplainQuestion, options: ExplainOptions): Promise<Explanation> {
  const { network, accelerator, samples, energy, objective, choice } = question;
  const { onDone: _, ...quiet } = options;
  const [base] = await profileNetworks([network], accelerator, { ...quiet, samples, objective, energy });
  const profile = profileDocument([base], accelerator, { samples, energy });
  const chosen = chosenLayers(profile.layers, choice);
  return { profile, ...(await explained(question, { base, profile, chosen }, options)) };
}

/** A network on the array as it is. */
interface Profiled {
  readonly base: NetworkProfile;
  readonly profile: ProfileDocument;
  /** Indices of layers. */
  readonly chosen: readonly number[];
}

async function explained(
  question: ExplainQuestion,
  { base, profile, chosen }: Profiled,
  options: ExplainOptions,
): Promise<Omit<Explanation, "profile">> {
  const changes = changesOf(question.accelerator.hardware);
  const changedProfiles = await profilesOnChanged(question, changes, chosen, options);
  const before = chosen.map((layer) => base.layers[layer]);
  return {
    layers: chosen.map((layer, k) => ({
      row: profile.layers[layer],
      share: profile.totals.cycles === 0 ? 0 : profile.layers[layer].cycles / profile.totals.cycles,
      whatIf: sorted(changes.map((change, c) => whatIfOf(change, [before[k]], [changedProfiles[k][c]]))),
    })),
    whatIf: sorted(
      changes.map((change, c) =>
        whatIfOf(
          change,
          before,
          changedProfiles.map((of) => of[c]),
        ),
      ),
    ),
  };
}

/** Each of the layers on each changed array: [layers][changes]. */
async function profilesOnChanged(
  { network, accelerator, hardware, samples, objective, energy }: ExplainQuestion,
  changes: readonly HardwareChange[],
  layers: readonly number[],
  { cache, ...pool }: ExplainOptions,
): Promise<(readonly LayerProfile[])[]> {
  const accelerators = await Promise.all(changes.map((change) => changedArray(hardware, accelerator, change)));
  const { target } = network;
  const jobs = layers.map((layer) => ({ accelerators, target, layer, samples, objective, energy, cache }));
  const outcomes = await runJobs(profileLayerTask, jobs, pool);
  return outcomes.map((outcome) => {
    if (!outcome.ok) throw outcome.error;
    return outcome.result;
  });
}

async function changedArray(
  hardware: HardwareChoice,
  { fidelity }: ArrayAccelerator,
  change: HardwareChange,
): Promise<ArrayAccelerator> {
  const accelerator = await loadAccelerator(hardwareWith(hardware, change), fidelity);
  if (accelerator.kind === "array") return accelerator;
  throw new Error("a changed array is an array");
}

/** The keys of a hardware file, its path replaced by what it says, with another value. */
function hardwareWith(hardware: HardwareChoice, { key, value }: HardwareChange): HardwareChoice {
  const path = ["hardware", ...key.split(".")];
  const data = { hardware: withoutHardwareFile(hardware) };
  const changes = [{ key: `hardware.${key}`, paths: [path], value, shown: value }];
  return (changed(data, changes) as { readonly hardware: HardwareChoice }).hardware;
}

function whatIfOf(
  { text, key, value }: HardwareChange,
  before: readonly LayerProfile[],
  after: readonly LayerProfile[],
): WhatIf {
  const [cyclesBefore, cycles] = [before, after].map((layers) => total(layers, (sample) => sample.cycles) ?? 0);
  const [energyBefore, energyPj] = [before, after].map((layers) => total(layers, (sample) => sample.energyPj));
  return {
    change: text,
    key,
    value,
    cycles,
    gain: cyclesBefore === 0 ? 0 : 1 - cycles / cyclesBefore,
    energyPj,
    energyGain: energyBefore === null || energyPj === null || energyBefore === 0 ? null : 1 - energyPj / energyBefore,
    remapped: after.filter(({ mapping }, k) => JSON.stringify(mapping) !== JSON.stringify(before[k].mapping)).length,
  };
}

/** Sum over layers of the means over samples; null where one is not known. */
function total(
  layers: readonly LayerProfile[],
  of: (sample: LayerProfile["samples"][number]) => number | undefined,
): number | null {
  let sum = 0;
  for (const { samples } of layers) {
    const values = samples.map(of);
    if (values.some((value) => value === undefined)) return null;
    sum += values.reduce<number>((all, value) => all + (value ?? 0), 0) / samples.length;
  }
  return sum;
}

/** The largest gain first, then the least energy, then as in the description. */
function sorted(all: readonly WhatIf[]): WhatIf[] {
  return all.toSorted((a, b) => b.gain - a.gain || (b.energyGain ?? 0) - (a.energyGain ?? 0));
}
