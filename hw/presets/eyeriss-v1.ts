/**
 * Eyeriss (Chen, Krishna, Emer and Sze, JSSC 2017), called v1 here: 12×14 PEs of one 16-bit MAC, 200 MHz, 65 nm. It gates
 * zeros and skips none, so that its time does not depend on them; they save bytes on the channel.
 *
 * Written down before any layer had run on it. What the paper's tables of AlexNet and VGG-16 say was known, and one value
 * was taken from them, see below. Sources, line by line:
 *
 * - Grid, MACs per PE, clock, word width, SPads (224 weights, 12 activations, 24 sums), gating, the row-stationary sets that
 *   are folded on both axes: published (JSSC 2017).
 * - Buffer: 108 KiB, published, of which 8 KiB prefetch weights and 100 KiB hold activations and sums together. Nothing in
 *   it is compressed.
 * - Channel: activations are run-length coded with runs of 5 bits and values of 16 (published; three of them and one more
 *   bit make a word of 64, and that bit is not counted). Weights are not coded. The first layer's input is coded here like
 *   any other.
 * - Ports: one word of 64 bits per cycle for each kind of data, that is four sums written and four read back. The width of
 *   the buffer's words is published; that sums have such a port each way was adopted after seeing the chip's processing
 *   times, since without it VGG-16 would take two fifths of them.
 * - DRAM: no bandwidth is published. Assumed: 64 bits per cycle of a link of 60 MHz, a recollection that nobody checked.
 * - SPad loading: one weight per cycle, the SPad's word, which nothing hides, as for Eyeriss v2: a copy of the weights fits.
 * - What is not published and is left out: draining sums to the PE above, filling the pipeline, the latency of DRAM.
 * - Mechanisms that the model came to have later (look-ups, addresses, whole words) have their neutral values.
 *
 * Not modelled: the network on the chip (multicast time, the shared bus of weights), bank conflicts, configuration between
 * layers, max pooling on the way out.
 */
import type { Hardware } from "../array/description.ts";

export const eyerissV1: Hardware = {
  name: "eyeriss-v1",
  clockHz: 200e6,
  grid: { clusterRows: 1, clusterColumns: 1, peRows: 12, peColumns: 14 },
  macsPerPe: 1,
  axisRules: {
    clusterRows: ["groups"],
    clusterColumns: ["groups"],
    peRows: ["kernelRows", "channels", "filters", "pixels"],
    peColumns: ["pixels", "filters", "channels"],
  },
  spad: {
    weightEntries: 224,
    weightAddresses: Infinity,
    activationEntries: 12,
    activationAddresses: Infinity,
    psumEntries: 24,
  },
  buffer: { activationBytes: 100 * 1024, psumBytes: 100 * 1024, shared: true },
  ports: { activationsPerCycle: 4, psumsPerCycle: 4, psumReadsPerCycle: 4 },
  dram: { bytesPerSecond: 480e6, latencyCycles: 0 },
  wordBits: { activation: 16, weight: 16, psum: 16, count: 5 },
  mechanisms: {
    skipActivations: false,
    skipWeights: false,
    skipDepthwise: false,
    emptyColumnBubble: false,
    lookUpCycles: 0,
    addressesLoadedPerCycle: Infinity,
    weightsInWholeWords: false,
    psumsDrainedPerCycle: Infinity,
    pipelineFillCycles: 0,
    weightsLoadedPerCycle: 1,
    barrier: "tile",
    compressOutputs: true,
    compressWeights: false,
    compressOnChip: false,
    foldAxes: true,
    keepFilterTiles: true,
    outputsPassPorts: true,
    zeroRunBits: 5,
    layerOverlap: false,
  },
  monitor: null,
};
