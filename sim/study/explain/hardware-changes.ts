/**
 * What of an array can be changed alone to see what it costs: each resource doubled, each without limit, each mechanism at
 * its neutral value. A change is a key of a hardware file and its new value, so that anybody can write it into one.
 */
import type { Axis, Hardware } from "../../../hw/array/description.ts";
import { axes } from "../../../hw/array/description.ts";

export interface HardwareChange {
  /** A key of a hardware file, dotted. */
  readonly key: string;
  readonly value: number | string | boolean;
  /** The key with the value before and after. */
  readonly text: string;
}

/** A size or rate of the array. */
interface Resource {
  readonly key: string;
  readonly of: (hardware: Hardware) => number;
  /** Whether a hardware file may say `unlimited`. */
  readonly canBeUnlimited: boolean;
  readonly shown?: (value: number) => string;
}

const bytes = (value: number) => `${value} B`;
const rate = (value: number) => `${value / 1e9} GB/s`;

function gridAxis(axis: Axis): Resource {
  return { key: `grid.${axis}`, of: ({ grid }) => grid[axis], canBeUnlimited: false };
}

const spadKeys = [
  "weightEntries",
  "weightAddresses",
  "activationEntries",
  "activationAddresses",
  "psumEntries",
] as const;

const resources: readonly Resource[] = [
  ...axes.map(gridAxis),
  { key: "macsPerPe", of: ({ macsPerPe }) => macsPerPe, canBeUnlimited: false },
  ...spadKeys.map((key) => ({ key: `spad.${key}`, of: ({ spad }: Hardware) => spad[key], canBeUnlimited: true })),
  { key: "buffer.activations", of: ({ buffer }) => buffer.activationBytes, canBeUnlimited: true, shown: bytes },
  { key: "buffer.psums", of: ({ buffer }) => buffer.psumBytes, canBeUnlimited: true, shown: bytes },
  { key: "ports.activationsPerCycle", of: ({ ports }) => ports.activationsPerCycle, canBeUnlimited: true },
  { key: "ports.psumsPerCycle", of: ({ ports }) => ports.psumsPerCycle, canBeUnlimited: true },
  { key: "ports.psumReadsPerCycle", of: ({ ports }) => ports.psumReadsPerCycle, canBeUnlimited: true },
  { key: "dram.bandwidth", of: ({ dram }) => dram.bytesPerSecond, canBeUnlimited: true, shown: rate },
  {
    key: "mechanisms.weightsLoadedPerCycle",
    of: ({ mechanisms }) => mechanisms.weightsLoadedPerCycle,
    canBeUnlimited: true,
  },
  {
    key: "mechanisms.psumsDrainedPerCycle",
    of: ({ mechanisms }) => mechanisms.psumsDrainedPerCycle,
    canBeUnlimited: true,
  },
];

/** Mechanisms that give the mapper more to choose from, and so have no neutral value: each as it is not. */
const choices = ["foldAxes", "keepFilterTiles"] as const satisfies (keyof Hardware["mechanisms"])[];

/** Mechanisms that are on or off, or whose neutral value is a word; those that are a rate are among the resources. */
const neutralValues = {
  emptyColumnBubble: false,
  pipelineFillCycles: 0,
  barrier: "layer",
  skipActivations: false,
  skipWeights: false,
  skipDepthwise: false,
  compressOutputs: false,
  compressWeights: true,
  compressOnChip: true,
  outputsPassPorts: false,
  zeroRunBits: "unlimited",
  layerOverlap: true,
} as const satisfies Partial<Record<keyof Hardware["mechanisms"], number | string | boolean>>;

/** Every change of `hardware` that is one, in the order of the description. */
export function changesOf(hardware: Hardware): HardwareChange[] {
  return [...resources.flatMap((resource) => resourceChanges(resource, hardware)), ...otherChanges(hardware)];
}

function resourceChanges({ key, of, canBeUnlimited, shown = String }: Resource, hardware: Hardware): HardwareChange[] {
  const value = of(hardware);
  if (value === Number.POSITIVE_INFINITY) return [];
  const doubled = { key, value: 2 * value, text: `${key} ${shown(value)} → ${shown(2 * value)}` };
  if (!canBeUnlimited) return [doubled];
  return [doubled, { key, value: "unlimited", text: `${key} ${shown(value)} → unlimited` }];
}

function otherChanges({ dram, mechanisms, monitor }: Hardware): HardwareChange[] {
  const neutral = Object.entries(neutralValues).flatMap(([name, value]): HardwareChange[] => {
    const before = mechanisms[name as keyof typeof neutralValues];
    const shown = before === Number.POSITIVE_INFINITY ? "unlimited" : before;
    return shown === value ? [] : [changeOf(`mechanisms.${name}`, shown, value)];
  });
  return [
    ...(dram.latencyCycles === 0 ? [] : [changeOf("dram.latencyCycles", dram.latencyCycles, 0)]),
    ...neutral,
    ...choices.map((name) => changeOf(`mechanisms.${name}`, mechanisms[name], !mechanisms[name])),
    ...(monitor === null ? [] : [changeOf("monitor.lanes", monitor.lanes, "none")]),
  ];
}

function changeOf(key: string, before: unknown, value: HardwareChange["value"]): HardwareChange {
  return { key, value, text: `${key} ${before} → ${value}` };
}
