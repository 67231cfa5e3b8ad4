/**
 * Hardware presets, written down from published facts before any of them was run; docs/hardware.md gives the source of
 * every line. No number here was fitted to a published result.
 */
import { ConfigError, didYouMean } from "../../workloads/input/errors.ts";
import { type Axis, axes, dimensions, type Hardware } from "../array/description.ts";

/**
 * Eyeriss v2 (arXiv 1807.07928): 8×2 clusters of 3×4 PEs with two MACs each, 200 MHz, 65 nm.
 *
 * Published: grid, MACs, clock, SPads, buffers, word widths; 25.6 GB/s is the DRAM assumed with it. The axis rules
 * follow the router ports of a public reimplementation. Not published, chosen as plain hardware: one psum drained per
 * cycle, SPad loading of one two-weight word per cycle, port widths, no DRAM latency, a barrier per weight tile.
 */
export const eyerissV2: Hardware = {
  name: "eyeriss-v2",
  clockHz: 200e6,
  grid: { clusterRows: 8, clusterColumns: 2, peRows: 3, peColumns: 4 },
  macsPerPe: 2,
  axisRules: {
    clusterRows: dimensions,
    clusterColumns: ["groups", "filters", "pixels"],
    peRows: ["groups", "filters", "channels", "kernelRows"],
    peColumns: ["pixels"],
  },
  spad: {
    weightEntries: 192,
    weightAddresses: 16,
    activationEntries: 16,
    activationAddresses: 9,
    psumEntries: 32,
  },
  buffer: { activationBytes: 3 * 1536, psumBytes: 4 * 1920 },
  ports: { activationsPerCycle: 6, psumsPerCycle: 8 },
  dram: { bytesPerSecond: 25.6e9, latencyCycles: 0 },
  wordBits: { activation: 8, weight: 8, psum: 20, count: 4 },
  mechanisms: {
    skipActivations: true,
    skipWeights: true,
    skipDepthwise: true,
    emptyColumnBubble: true,
    psumsDrainedPerCycle: 1,
    pipelineFillCycles: 7,
    weightsLoadedPerCycle: 2,
    barrier: "tile",
    compressOutputs: true,
    layerOverlap: false,
  },
};

const anyDimension = Object.fromEntries(axes.map((axis) => [axis, dimensions])) as unknown as Record<
  Axis,
  typeof dimensions
>;

/** One PE with one MAC and unbounded memory: its cycles are the effectual MACs of the masks, to the digit. */
export const singlePe: Hardware = {
  name: "single-pe",
  clockHz: 200e6,
  grid: { clusterRows: 1, clusterColumns: 1, peRows: 1, peColumns: 1 },
  macsPerPe: 1,
  axisRules: anyDimension,
  spad: {
    weightEntries: Infinity,
    weightAddresses: Infinity,
    activationEntries: Infinity,
    activationAddresses: Infinity,
    psumEntries: Infinity,
  },
  buffer: { activationBytes: Infinity, psumBytes: Infinity },
  ports: { activationsPerCycle: Infinity, psumsPerCycle: Infinity },
  dram: { bytesPerSecond: Infinity, latencyCycles: 0 },
  wordBits: eyerissV2.wordBits,
  mechanisms: {
    skipActivations: true,
    skipWeights: true,
    skipDepthwise: true,
    emptyColumnBubble: false,
    psumsDrainedPerCycle: Infinity,
    pipelineFillCycles: 0,
    weightsLoadedPerCycle: Infinity,
    barrier: "tile",
    compressOutputs: true,
    layerOverlap: false,
  },
};

/** Eyeriss v2 with another grid of its 3×4 clusters; DRAM and clock stay. */
export function eyerissGrid(clusterRows: number, clusterColumns: number): Hardware {
  const grid = { ...eyerissV2.grid, clusterRows, clusterColumns };
  const pes = clusterRows * clusterColumns * grid.peRows * grid.peColumns;
  return { ...eyerissV2, name: `eyeriss-v2-${pes}`, grid };
}

/** Cluster grids of the array-size study, 12 to 3072 PEs. */
export const scaledGrids: readonly (readonly [number, number])[] = [
  [1, 1],
  [2, 2],
  [4, 2],
  [8, 2],
  [8, 4],
  [16, 4],
  [16, 8],
  [32, 8],
];

/** Every preset by its name; `eyeriss-v2-192` is `eyeriss-v2` under a second name. */
export const hardwarePresets: ReadonlyMap<string, Hardware> = new Map(
  [eyerissV2, singlePe, ...scaledGrids.map(([rows, columns]) => eyerissGrid(rows, columns))].map((hardware) => [
    hardware.name,
    hardware,
  ]),
);

/** @throws ConfigError for a name that is not a preset. */
export function hardwarePreset(name: string): Hardware {
  const preset = hardwarePresets.get(name);
  if (preset === undefined) {
    throw new ConfigError(`hardware "${name}": no such preset${didYouMean(name, [...hardwarePresets.keys()])}`);
  }
  return preset;
}
