/**
 * One PE with one MAC and unbounded memory: its cycles are the effectual MACs of the masks, to the digit. No chip; a
 * yardstick to check the model and its masks with.
 *
 * Not modelled: anything that costs a cycle besides a MAC of two non-zeros.
 */
import { type Axis, axes, dimensions, type Hardware } from "../array/description.ts";

const anyDimension = Object.fromEntries(axes.map((axis) => [axis, dimensions])) as unknown as Record<
  Axis,
  typeof dimensions
>;

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
  buffer: { activationBytes: Infinity, psumBytes: Infinity, shared: false },
  ports: { activationsPerCycle: Infinity, psumsPerCycle: Infinity, psumReadsPerCycle: Infinity },
  dram: { bytesPerSecond: Infinity, latencyCycles: 0 },
  wordBits: { activation: 8, weight: 8, psum: 20, count: 4 },
  mechanisms: {
    skipActivations: true,
    skipWeights: true,
    skipDepthwise: true,
    emptyColumnBubble: false,
    lookUpCycles: 0,
    addressesLoadedPerCycle: Infinity,
    weightsInWholeWords: false,
    psumsDrainedPerCycle: Infinity,
    pipelineFillCycles: 0,
    weightsLoadedPerCycle: Infinity,
    barrier: "tile",
    compressOutputs: true,
    compressWeights: true,
    compressOnChip: true,
    foldAxes: false,
    keepFilterTiles: false,
    outputsPassPorts: false,
    zeroRunBits: Infinity,
    layerOverlap: false,
  },
  monitor: null,
};
