/** The result of `dysta profile` as the JSON document of the command-line contract. */

import { type CyclePart, cycleParts } from "../../hw/array/counters.ts";
import { type AreaFacts, type AreaTable, areaOf, type EnergyTable } from "../../hw/array/energy.ts";
import { floorNames, type LayerFloors } from "../../hw/array/floors.ts";
import type { Mapping } from "../../hw/array/mapping.ts";
import type { MemoryBytes } from "../../hw/array/run-layer.ts";
import type { LoadBalance } from "../../hw/attention/balance.ts";
import { inputShape, type Layer, type LayerKind, outputShape, weightShape } from "../../workloads/layers/layer.ts";
import { type Accelerator, machineFacts } from "./accelerator.ts";
import type { LayerProfile, LayerSample, MappingAlternatives } from "./layer-sample.ts";
import type { NetworkProfile, NetworkToProfile } from "./profile.ts";
import { targetLayers } from "./profile-target.ts";

/** Means over the samples; with one sample the counts themselves. */
export interface LayerRow {
  readonly model: string;
  /** Name of the weight pattern. */
  readonly pattern: string;
  readonly name: string;
  readonly kind: LayerKind;
  readonly shape: LayerShape;
  readonly cycles: number;
  readonly denseMacs: number;
  readonly effectualMacs: number;
  /** Effectual MACs / (cycles × MACs the array can do per cycle), 0..1. */
  readonly utilisation: number;
  /** Where most cycles went; null where only a total is known. */
  readonly boundBy: CyclePart | null;
  readonly inputDensity: number;
  readonly outputDensity: number;
  readonly weightDensity: number;
  readonly stalls: Readonly<Record<CyclePart, number>> | null;
  /** What no mapping is faster than; null where masks are not looked at. */
  readonly floors: LayerFloors | null;
  readonly bytes: MemoryBytes | null;
  readonly dramBytes: number | null;
  readonly energyPj: number | null;
  readonly roofline: Roofline | null;
  readonly mapping: Mapping | null;
  readonly mappingText: string | null;
  readonly alternatives: MappingAlternatives | null;
  /** Of the mask, for the scores of an attention on an attention array: shares of busy slots, 0..1, by their names. */
  readonly loadBalance: LoadBalance | null;
  /** Kept scores / all scores, 0..1. */
  readonly keptDensity: number | null;
  /** Sub-rows of at most `slots` kept scores. */
  readonly subRows: number | null;
}

/** Elements along each axis, and the geometry between them; at the size that mappings are chosen for. */
export interface LayerShape extends Pick<Layer, "stride" | "padding" | "dilation" | "groups"> {
  /** [C, H, W], [M, C/groups, R, S], [M, E, F]. */
  readonly input: readonly number[];
  readonly weights: readonly number[];
  readonly output: readonly number[];
}

/** What the layer's own work and traffic would allow at best, in effectual MACs per cycle. */
interface Roofline {
  readonly macsPerDramByte: number;
  readonly attainableMacsPerCycle: number;
  readonly achievedMacsPerCycle: number;
  readonly limit: "macs" | "memory";
}

/** What the document says besides the layers. */
interface DocumentFacts {
  readonly samples: number;
  /** Default: 1. */
  readonly batch?: number;
  readonly energy: EnergyTable;
  readonly area?: AreaTable | undefined;
}

export function profileDocument(
  profiles: readonly NetworkProfile[],
  accelerator: Accelerator,
  { samples, batch = 1, energy, area: areaTable }: DocumentFacts,
) {
  const layers = profiles.flatMap(({ network, layers }) => {
    const shapes = targetLayers(network.target);
    return layers.map((layer, k) => ({ ...namesOf(network, shapes[k]), ...rowOf(layer, accelerator) }));
  });
  const area = areaFactsOf(accelerator, areaTable);
  return {
    hardware: machineFacts(accelerator).name,
    clockHz: accelerator.hardware.clockHz,
    fidelity: "fidelity" in accelerator ? accelerator.fidelity : "analytic",
    samples,
    /** Inputs that are computed together: every figure is of so many. Absent: one. */
    ...(batch === 1 ? {} : { batch }),
    peakMacsPerCycle: machineFacts(accelerator).peakMacsPerCycle,
    /** Null for an analytic model, which has no DRAM. */
    dramBytesPerCycle: dramBytesOf(accelerator),
    area,
    energySource: energy.source,
    layers,
    /** Of all layers together, and of each network. */
    totals: totalsOf(layers, accelerator),
    networks: profiles.map(({ network: { model, pattern }, note }) => ({
      model,
      pattern,
      /** What to know of its cycles, if there is anything. */
      ...(note === undefined ? {} : { note }),
      totals: totalsOf(
        layers.filter((layer) => layer.model === model && layer.pattern === pattern),
        accelerator,
      ),
    })),
  };
}
function dramBytesOf(accelerator: Accelerator): number | null {
  const { dramBitsPerCycle } = machineFacts(accelerator);
  return dramBitsPerCycle === null ? null : dramBitsPerCycle / 8;
}

/** Of an attention array every multiplier is a PE; its table's areas per cluster and per further MAC do not apply. */
function areaFactsOf(accelerator: Accelerator, table?: AreaTable): AreaFacts | null {
  if (accelerator.kind === "array") return areaOf(accelerator.hardware, table);
  if (accelerator.kind !== "attention") return null;
  const facts = { peCount: machineFacts(accelerator).peCount, sramBytes: accelerator.hardware.bufferBytes };
  if (table === undefined) return facts;
  const { fixedMm2, perPeMm2, perMacMm2, perSramByteMm2 } = table;
  const mm2 = fixedMm2 + facts.peCount * (perPeMm2 + perMacMm2) + facts.sramBytes * perSramByteMm2;
  return { ...facts, mm2 };
}

export type ProfileDocument = ReturnType<typeof profileDocument>;

type LayerNames = Pick<LayerRow, "model" | "pattern" | "name" | "kind" | "shape">;

function namesOf({ model, pattern }: NetworkToProfile, layer: Layer): LayerNames {
  const { name, kind, stride, padding, dilation, groups } = layer;
  const tensors = { input: inputShape(layer), weights: weightShape(layer), output: outputShape(layer) };
  return { model, pattern, name, kind, shape: { ...tensors, stride, padding, dilation, groups } };
}

function rowOf(layer: LayerProfile, accelerator: Accelerator): Omit<LayerRow, keyof LayerNames> {
  const { samples } = layer;
  const mean = (value: (sample: LayerSample) => number) =>
    samples.reduce((sum, sample) => sum + value(sample), 0) / samples.length;
  const optional = (value: (sample: LayerSample) => number | undefined) =>
    value(samples[0]) === undefined ? null : mean((sample) => value(sample) ?? 0);
  const cycles = mean((sample) => sample.cycles);
  const effectualMacs = mean((sample) => sample.effectualMacs);
  const stalls =
    samples[0].stalls === undefined ? null : meansOf(cycleParts, (part) => mean(({ stalls }) => stalls?.[part] ?? 0));
  const { bytes } = samples[0];
  const dramBytes = optional((sample) => sample.dramBytes);
  return {
    cycles,
    denseMacs: mean((sample) => sample.denseMacs),
    effectualMacs,
    utilisation: utilisationOf(effectualMacs, cycles, accelerator),
    boundBy: stalls === null || cycles === 0 ? null : cycleParts.reduce((a, b) => (stalls[b] > stalls[a] ? b : a)),
    inputDensity: mean((sample) => sample.inputDensity),
    outputDensity: mean((sample) => sample.outputDensity),
    weightDensity: layer.weightDensity,
    stalls,
    floors:
      samples[0].floors === undefined ? null : meansOf(floorNames, (name) => mean(({ floors }) => floors?.[name] ?? 0)),
    bytes:
      bytes === undefined
        ? null
        : meansOf(Object.keys(bytes) as (keyof MemoryBytes)[], (level) => mean((sample) => sample.bytes?.[level] ?? 0)),
    dramBytes,
    energyPj: optional((sample) => sample.energyPj),
    roofline: dramBytes === null ? null : rooflineOf({ cycles, effectualMacs, dramBytes }, accelerator),
    mapping: layer.mapping ?? null,
    mappingText: layer.mappingText ?? null,
    alternatives: layer.alternatives ?? null,
    loadBalance:
      samples[0].mask === undefined
        ? null
        : meansOf(["row", "window", "tile"] as const, (name) => mean(({ mask }) => mask?.loadBalance[name] ?? 1)),
    keptDensity: optional(({ mask }) => mask?.keptDensity),
    subRows: optional(({ mask }) => mask?.subRows),
  };
}

function meansOf<K extends string>(names: readonly K[], mean: (name: K) => number): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, mean(name)])) as Record<K, number>;
}

function totalsOf(layers: readonly LayerRow[], accelerator: Accelerator) {
  const sum = (value: (layer: LayerRow) => number) => layers.reduce((total, layer) => total + value(layer), 0);
  const known = (value: (layer: LayerRow) => number | null) =>
    layers.some((layer) => value(layer) === null) ? null : sum((layer) => value(layer) ?? 0);
  const cycles = sum((layer) => layer.cycles);
  const effectualMacs = sum((layer) => layer.effectualMacs);
  const dramBytes = known((layer) => layer.dramBytes);
  const stalls = layers.every((layer) => layer.stalls !== null)
    ? meansOf(cycleParts, (part) => sum(({ stalls }) => stalls?.[part] ?? 0))
    : null;
  return {
    cycles,
    seconds: cycles / accelerator.hardware.clockHz,
    denseMacs: sum((layer) => layer.denseMacs),
    effectualMacs,
    utilisation: utilisationOf(effectualMacs, cycles, accelerator),
    stalls,
    dramBytes,
    energyPj: known((layer) => layer.energyPj),
  };
}

function utilisationOf(effectualMacs: number, cycles: number, accelerator: Accelerator): number {
  return cycles === 0 ? 0 : effectualMacs / (cycles * machineFacts(accelerator).peakMacsPerCycle);
}

function rooflineOf(
  { cycles, effectualMacs, dramBytes }: { cycles: number; effectualMacs: number; dramBytes: number },
  accelerator: Accelerator,
): Roofline | null {
  const { peakMacsPerCycle: peak, dramBitsPerCycle: dramBits } = machineFacts(accelerator);
  if (dramBits === null || dramBytes === 0 || cycles === 0) return null;
  const macsPerDramByte = effectualMacs / dramBytes;
  const byMemory = (macsPerDramByte * dramBits) / 8;
  return {
    macsPerDramByte,
    attainableMacsPerCycle: Math.min(peak, byMemory),
    achievedMacsPerCycle: effectualMacs / cycles,
    limit: byMemory < peak ? "memory" : "macs",
  };
}
