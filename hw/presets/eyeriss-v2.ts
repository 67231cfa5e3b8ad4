/**
 * Eyeriss v2 (arXiv 1807.07928): 8×2 clusters of 3×4 PEs with two MACs each, 200 MHz, 65 nm.
 *
 * Written down before any network had run on the model; no value was fitted to a published result. Sources, line by line:
 *
 * - Grid, MACs per PE, clock, SPads, buffers, word widths: published (arXiv 1807.07928). A published kB is 1024 bytes
 *   here, which makes the buffers whole SRAMs of 1024×12 and 768×20 bits.
 * - DRAM: 25.6 GB/s is the bandwidth used with the published figures; its latency is not published (none here).
 * - Axis rules: the router ports of a public reimplementation (SingularityKChen/dl_accelerator). Weights reach one PE
 *   row and its horizontal neighbour, partial sums one PE column and its vertical neighbours.
 * - What an activation address marks is our reading of the published nine addresses.
 * - Outputs leave through the partial-sum banks, whose ports are read as wide as they are written (8 sums per cluster and
 *   cycle). A run of zeros is counted in 4 bits: the published word of 12 bits is 8 of data and 4 of count.
 * - No monitor: the chip has none.
 * - Not published, chosen as plain hardware: one cycle for an empty column (its address look-up), one partial sum drained
 *   per cycle (one port on the SPad), SPad loading of one two-weight word per cycle that nothing hides, a barrier per
 *   weight tile. Pipeline fill and port widths are recollections of the paper.
 *
 * - What only sparse weights could cost is neutral: look-ups of addresses are stages of the PE's pipeline as we read the
 *   paper; whether loading addresses is hidden and whether words of two weights go over from column to column is not published.
 *
 * Not modelled: the hierarchical mesh (contention, multicast time), bank conflicts, configuration between layers.
 */
import { dimensions, type Hardware } from "../array/description.ts";

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
  buffer: { activationBytes: 3 * 1536, psumBytes: 4 * 1920, shared: false },
  ports: { activationsPerCycle: 6, psumsPerCycle: 8, psumReadsPerCycle: Infinity },
  dram: { bytesPerSecond: 25.6e9, latencyCycles: 0 },
  wordBits: { activation: 8, weight: 8, psum: 20, count: 4 },
  mechanisms: {
    skipActivations: true,
    skipWeights: true,
    skipDepthwise: true,
    emptyColumnBubble: true,
    lookUpCycles: 0,
    addressesLoadedPerCycle: Infinity,
    weightsInWholeWords: false,
    psumsDrainedPerCycle: 1,
    pipelineFillCycles: 7,
    weightsLoadedPerCycle: 2,
    barrier: "tile",
    compressOutputs: true,
    compressWeights: true,
    compressOnChip: true,
    foldAxes: false,
    keepFilterTiles: false,
    outputsPassPorts: true,
    zeroRunBits: 4,
    layerOverlap: false,
  },
  monitor: null,
};

/** Eyeriss v2 with another grid of its 3×4 clusters; DRAM and clock stay. No such chip was built. */
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
