/** Seeded random layers, masks, arrays and legal mappings: all kinds, all options, small enough to step quickly. */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import {
  type Axis,
  axes,
  barriers,
  type Dimension,
  dimensions,
  type Hardware,
  monitorTaps,
  type OutputMonitor,
} from "../../../hw/array/description.ts";
import { WeightSums } from "../../../hw/array/layer-sums.ts";
import { loopNest } from "../../../hw/array/loop-nest.ts";
import { type Mapping, violations } from "../../../hw/array/mapping.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import {
  elementCount,
  inputShape,
  type Layer,
  type LayerKind,
  layerKinds,
  makeLayer,
  outputShape,
  weightShape,
} from "../../../workloads/layers/layer.ts";
import { type BitMask, denseMask, type LayerMasks, maskOf } from "../../../workloads/masks/bit-mask.ts";

export interface RandomCase {
  readonly layer: Layer;
  readonly masks: LayerMasks;
  readonly hardware: Hardware;
  readonly mapping: Mapping;
}

/** A small random number source over one seed. */
export class Dice {
  private readonly generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.generator = xoroshiro128plus(seed);
    for (let i = 0; i < 4; i++) this.generator.next();
  }

  unit(): number {
    return (this.generator.next() >>> 0) / 2 ** 32;
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.integer(0, values.length - 1)];
  }
}

export function randomCase(seed: number): RandomCase {
  const dice = new Dice(seed);
  const layer = randomLayer(dice);
  const masks = randomMasks(dice, layer);
  for (;;) {
    const hardware = randomHardware(dice);
    const mapping = randomMapping(dice, layer, masks, hardware);
    if (mapping !== undefined) return { layer, masks, hardware, mapping };
  }
}

/** A batch on a machine with the mechanisms of row-stationary sets: folded axes, filter tiles, one buffer, paid read-back. */
export function randomBatchCase(seed: number): RandomCase {
  const dice = new Dice(1_000_000 + seed);
  const layer = { ...randomLayer(dice), batch: dice.integer(1, 3) };
  const masks = randomMasks(dice, layer);
  for (;;) {
    const hardware = withSets(dice, randomHardware(dice));
    const mapping = randomMapping(dice, layer, masks, hardware);
    if (mapping !== undefined)
      return { layer, masks, hardware, mapping: foldedMapping(dice, layer, mapping, hardware) };
  }
}

function withSets(dice: Dice, hardware: Hardware): Hardware {
  const { buffer, ports, mechanisms } = hardware;
  return {
    ...hardware,
    buffer: { ...buffer, activationBytes: dice.pick([30, 100, 300]), shared: dice.chance(0.5) },
    ports: {
      ...ports,
      psumsPerCycle: dice.pick([ports.psumsPerCycle, Infinity]),
      psumReadsPerCycle: dice.pick([1, 1, 2, Infinity]),
    },
    mechanisms: {
      ...mechanisms,
      lookUpCycles: dice.pick([0, 0, 1, 2]),
      addressesLoadedPerCycle: dice.pick([1, 3, Infinity]),
      weightsInWholeWords: dice.chance(0.5),
      compressWeights: dice.chance(0.5),
      compressOnChip: dice.chance(0.5),
      foldAxes: dice.chance(0.7),
      keepFilterTiles: dice.chance(0.9),
    },
  };
}

/** The mapping folded, with several images and filter tiles, as far as the machine takes it. */
function foldedMapping(dice: Dice, layer: Layer, mapping: Mapping, hardware: Hardware): Mapping {
  const nest = loopNest(layer, hardware);
  const isLegal = (changed: Mapping) => violations(nest, changed, hardware, 0).length === 0;
  const changes = [
    () => ({ filtersPerTile: mapping.filtersPerPe * dice.integer(1, Math.ceil(nest.filters / mapping.filtersPerPe)) }),
    () => ({ imagesPerTile: dice.integer(1, 3) }),
    () => ({
      axes: Object.fromEntries(axes.map((axis) => [axis, randomFold(dice, hardware, axis)])) as Mapping["axes"],
    }),
  ];
  let changed = mapping;
  for (const change of changes) {
    const tried = { ...changed, ...change() };
    if (isLegal(tried)) changed = tried;
  }
  return changed;
}

function randomFold(dice: Dice, { axisRules, grid }: Hardware, axis: Axis): Mapping["axes"][Axis] {
  const rule = axisRules[axis];
  if (dice.chance(0.3)) return dice.pick(rule);
  const fold: Partial<Record<Dimension, number>> = {};
  let left = grid[axis];
  for (const dimension of rule) {
    const pes = dice.integer(1, left);
    fold[dimension] = pes;
    left = Math.floor(left / pes);
  }
  return fold;
}

export function randomLayer(dice: Dice, kind: LayerKind = dice.pick(layerKinds)): Layer {
  const name = `random ${kind}`;
  const inputChannels = dice.integer(1, 12);
  const outputChannels = dice.integer(1, 16);
  if (kind === "fc") return makeLayer({ name, kind, inputChannels: dice.integer(1, 60), outputChannels });
  if (kind === "matmul") {
    const heads = dice.chance(0.5) ? dice.integer(2, 4) : 1;
    const channels = { inputChannels: heads * dice.integer(1, 6), outputChannels: heads * dice.integer(1, 8) };
    return makeLayer({ name, kind, ...channels, inputHeight: dice.integer(1, 12), groups: heads });
  }
  const size = { inputHeight: dice.integer(5, 10), inputWidth: dice.integer(9, 14) };
  const stride: [number, number] = [dice.integer(1, 3), dice.integer(1, 3)];
  if (kind === "pointwise") return makeLayer({ name, kind, inputChannels, outputChannels, ...size, stride });
  const shape = {
    name,
    kind,
    ...size,
    stride,
    kernel: [dice.integer(1, 3), dice.integer(1, dice.chance(0.2) ? 9 : 4)] as const,
    padding: [dice.integer(0, 2), dice.integer(0, 2), dice.integer(0, 2), dice.integer(0, 2)] as const,
    dilation: dice.chance(0.3) ? ([dice.integer(1, 2), 1] as const) : ([1, 1] as const),
  };
  if (kind === "depthwise") {
    return makeLayer({ ...shape, inputChannels, outputChannels: inputChannels * dice.integer(1, 2) });
  }
  const groups = dice.chance(0.4) ? dice.integer(2, 3) : 1;
  return makeLayer({
    ...shape,
    inputChannels: groups * dice.integer(1, 5),
    outputChannels: groups * dice.integer(1, 6),
    groups,
  });
}

export function randomMasks(dice: Dice, layer: Layer): LayerMasks {
  return {
    input: randomMask(dice, inputShape(layer)),
    weight: randomMask(dice, weightShape(layer)),
    output: randomMask(dice, outputShape(layer)),
  };
}

/** Each slice along the first axis has its own density; some masks are full, some slices empty. */
export function randomMask(dice: Dice, shape: readonly number[]): BitMask {
  if (dice.chance(0.08)) return denseMask(shape);
  const density = dice.unit();
  const slice = elementCount(shape) / shape[0];
  const bits = new Uint8Array(elementCount(shape));
  for (let i = 0; i < shape[0]; i++) {
    const sliceDensity = dice.chance(0.1) ? 0 : Math.min(1, density * (0.4 + 1.2 * dice.unit()));
    for (let j = 0; j < slice; j++) bits[i * slice + j] = dice.chance(sliceDensity) ? 1 : 0;
  }
  return maskOf(bits, shape);
}

export function randomHardware(dice: Dice): Hardware {
  const anything = Object.fromEntries(axes.map((axis) => [axis, dimensions])) as unknown as Record<Axis, Dimension[]>;
  const starved = dice.chance(0.5);
  return {
    name: "random",
    clockHz: 1,
    grid: {
      clusterRows: dice.integer(1, 3),
      clusterColumns: dice.integer(1, 2),
      peRows: dice.integer(1, 3),
      peColumns: dice.integer(1, 4),
    },
    macsPerPe: dice.integer(1, 3),
    axisRules: dice.chance(0.5) ? anything : eyerissV2.axisRules,
    spad: {
      weightEntries: dice.integer(8, 100),
      weightAddresses: dice.integer(4, 24),
      activationEntries: dice.integer(4, 24),
      activationAddresses: dice.integer(2, 12),
      psumEntries: dice.integer(1, 16),
    },
    buffer: { activationBytes: dice.pick([3, 20, 60, 4000]), psumBytes: dice.pick([40, 120, 4000]), shared: false },
    ports: {
      activationsPerCycle: dice.pick([1, 3, 6, Infinity]),
      psumsPerCycle: dice.pick([1, 2, 8, Infinity]),
      psumReadsPerCycle: Infinity,
    },
    dram: {
      bytesPerSecond: starved ? dice.pick([0.5, 1, 2]) : dice.pick([4, 16.5, 128, Infinity]),
      latencyCycles: dice.pick([0, 0, 1, 9]),
    },
    wordBits: { activation: 8, weight: 8, psum: 20, count: dice.pick([0, 4, 5]) },
    mechanisms: {
      skipActivations: dice.chance(0.85),
      skipWeights: dice.chance(0.85),
      skipDepthwise: dice.chance(0.5),
      emptyColumnBubble: dice.chance(0.5),
      lookUpCycles: 0,
      addressesLoadedPerCycle: Infinity,
      weightsInWholeWords: false,
      psumsDrainedPerCycle: dice.pick([1, 2, 3, 7, Infinity]),
      pipelineFillCycles: dice.pick([0, 1, 7]),
      weightsLoadedPerCycle: dice.pick([1, 2, 5, Infinity]),
      barrier: dice.pick([...barriers, "tile"]),
      compressOutputs: dice.chance(0.5),
      compressWeights: true,
      compressOnChip: true,
      foldAxes: false,
      keepFilterTiles: false,
      outputsPassPorts: dice.chance(0.5),
      zeroRunBits: dice.pick([0, 1, 2, 3, 4, Infinity, Infinity]),
      layerOverlap: dice.chance(0.25),
    },
    monitor: dice.chance(0.6) ? randomMonitor(dice) : null,
  };
}

function randomMonitor(dice: Dice): OutputMonitor {
  return {
    lanes: dice.pick([1, 2, 3, 5, 16, 128, Infinity]),
    bufferOutputs: dice.pick([0, 0, 1, 7, 40]),
    tap: dice.pick(monitorTaps),
    channelGroups: 1,
  };
}

/** A random legal mapping, or nothing when none was found in a few tries. */
export function randomMapping(dice: Dice, layer: Layer, masks: LayerMasks, hardware: Hardware): Mapping | undefined {
  const nest = loopNest(layer, hardware);
  const weights = new WeightSums(nest, masks.weight, hardware);
  for (let attempt = 0; attempt < 60; attempt++) {
    const carried = Object.fromEntries(axes.map((axis) => [axis, dice.pick(hardware.axisRules[axis])]));
    const mapping: Mapping = {
      axes: carried as Record<Axis, Dimension>,
      filtersPerPe: dice.integer(1, Math.min(nest.filters, hardware.spad.psumEntries)),
      channelsPerPe: dice.integer(1, nest.channels),
      kernelRowsPerPe: dice.integer(1, nest.kernelRows),
      pixelsPerTile: dice.chance(0.3) ? nest.pixels : dice.integer(1, nest.pixels),
    };
    const largest = weights.largestBlock(mapping.filtersPerPe, mapping.channelsPerPe, mapping.kernelRowsPerPe);
    if (violations(nest, mapping, hardware, largest).length === 0) return mapping;
  }
  return undefined;
}
