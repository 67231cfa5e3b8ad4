/**
 * The candidates of a mapping search in the order in which they are worth counting, judged by the estimate of
 * `expected.ts`: those of this machine, and the best of every machine that is a step smaller.
 */
import {
  type Candidate,
  type CandidateRequest,
  candidateOf,
  type PeBlock,
  PixelTiles,
  peBlocks,
} from "./candidates.ts";
import { axes, channelBits, type Hardware } from "./description.ts";
import type { EnergyTable } from "./energy.ts";
import { type ExpectedCost, ExpectedLayer, type LayerDensities } from "./expected.ts";
import type { LoopNest } from "./loop-nest.ts";
import type { Mapping } from "./mapping.ts";
import type { Objective } from "./objective.ts";

export interface RankedCandidates {
  /** By estimated cycles; estimated as far as they are asked for. */
  readonly byCycles: Iterable<Mapping>;
  /** By estimated energy (by energy × cycles where that is the objective), of those that may be chosen. */
  readonly byEnergy: readonly Mapping[];
  /** The best of each smaller machine, found when asked for. */
  ofSmaller(): readonly Mapping[];
  readonly count: number;
}

/** Estimated cycles that a candidate of `balanced` and `cycles` may have, of the fewest: the estimate is not exact. */
const estimateSlack = 1.05;
/**
 * Where candidates are asked for beyond some number of cycles, those up to so many times as many are estimated next, and then
 * up to a factor squared each time: who asks on will most likely want them all.
 */
const firstLimitStep = 1.1;

export function rankedCandidates(
  nest: LoopNest,
  hardware: Hardware,
  densities: LayerDensities,
  objective: Objective,
  energy: EnergyTable,
): RankedCandidates {
  const { input } = densities;
  const ranking = new Ranking({ nest, hardware, inputDensity: input, tiles: "all" }, densities);
  return {
    byCycles: ranking.byCycles(),
    byEnergy: ranking.byEnergy(objective, energy),
    ofSmaller: () =>
      smallerMachines(hardware).flatMap((smaller) =>
        new Ranking({ nest, hardware: smaller, inputDensity: input, tiles: "fewest" }, densities).fastest(),
      ),
    count: ranking.count,
  };
}

interface Estimated extends Candidate {
  readonly cost: ExpectedCost;
  /** Place among all candidates; of equal ones the first is better. */
  readonly place: number;
}

/**
 * The candidates of one machine. Of each PE block it is known how many cycles it takes at least; in the order of these bounds
 * candidates are estimated, and no more of them than are needed.
 */
class Ranking {
  readonly count: number;
  private readonly hardware: Hardware;
  private readonly estimate: ExpectedLayer;
  private readonly blocks: readonly PeBlock[];
  private readonly tiles: PixelTiles;
  /** Place of the first candidate of each block. */
  private readonly firstPlaces: Uint32Array;
  private readonly minCycles: Float64Array;
  /** Blocks by the fewest cycles that they can take, and how many of them are estimated. */
  private readonly order: Uint32Array;
  private estimatedBlocks = 0;
  private readonly estimated: Estimated[] = [];
  private fewest = Infinity;

  constructor(request: CandidateRequest, densities: LayerDensities) {
    const { nest, hardware } = request;
    this.hardware = hardware;
    this.estimate = new ExpectedLayer(nest, hardware, densities);
    this.blocks = peBlocks(nest, hardware);
    this.tiles = new PixelTiles(request);
    this.firstPlaces = new Uint32Array(this.blocks.length);
    this.minCycles = Float64Array.from(this.blocks, (block) => this.estimate.minCycles(block));
    this.order = Uint32Array.from(this.blocks.keys()).sort((a, b) => this.minCycles[a] - this.minCycles[b]);
    let count = 0;
    for (const [at, block] of this.blocks.entries()) {
      this.firstPlaces[at] = count;
      count += this.tiles.of(block).length;
    }
    this.count = count;
    this.findFewest();
  }

  /** The mapping of the fewest cycles, if any is legal. */
  fastest(): Mapping[] {
    return this.upTo(this.fewest)
      .slice(0, 1)
      .map(({ mapping }) => mapping);
  }

  *byCycles(): Generator<Mapping> {
    let given = 0;
    let limit = estimateSlack * this.fewest;
    for (let step = firstLimitStep; given < this.count; limit *= step, step *= step) {
      const found = this.upTo(limit);
      for (; given < found.length; given++) yield found[given].mapping;
    }
  }

  byEnergy(objective: Objective, { picojoules }: EnergyTable): Mapping[] {
    const isBound = objective === "balanced" || objective === "cycles";
    const perDramBit = picojoules.dram / channelBits(this.hardware, "activation");
    return this.upTo(isBound ? estimateSlack * this.fewest : Infinity)
      .map(({ mapping, place, cost: { dramBits, bufferWords, cycles } }) => {
        const energy = dramBits * perDramBit + bufferWords * picojoules.buffer;
        return { mapping, place, key: objective === "edp" ? energy * cycles : energy };
      })
      .sort((a, b) => a.key - b.key || a.place - b.place)
      .map(({ mapping }) => mapping);
  }

  private findFewest(): void {
    while (this.isNextWithin(this.fewest)) this.estimateNext();
  }

  /** Those of at most so many estimated cycles, the fewest first. */
  private upTo(limit: number): Estimated[] {
    while (this.isNextWithin(limit)) this.estimateNext();
    return this.estimated
      .filter(({ cost }) => cost.cycles <= limit)
      .sort((a, b) => a.cost.cycles - b.cost.cycles || a.place - b.place);
  }

  private isNextWithin(limit: number): boolean {
    const { order, estimatedBlocks, minCycles } = this;
    return estimatedBlocks < order.length && minCycles[order[estimatedBlocks]] <= limit;
  }

  private estimateNext(): void {
    const at = this.order[this.estimatedBlocks];
    this.estimatedBlocks += 1;
    for (const [i, pixelsPerTile] of this.tiles.of(this.blocks[at]).entries()) {
      const candidate = candidateOf(this.blocks[at], pixelsPerTile);
      const cost = this.estimate.cost(candidate.mapping, candidate.spread);
      this.fewest = Math.min(this.fewest, cost.cycles);
      this.estimated.push({ ...candidate, cost, place: this.firstPlaces[at] + i });
    }
  }
}

/** Machines that have one axis or capacity a step less; whatever is legal on one of them is legal on the machine itself. */
function smallerMachines(hardware: Hardware): Hardware[] {
  const { grid, spad, buffer } = hardware;
  const half = (value: number) => Math.floor(value / 2);
  const grids = axes
    .filter((axis) => grid[axis] > 1)
    .map((axis) => ({ ...hardware, grid: { ...grid, [axis]: half(grid[axis]) } }));
  const spads = (["weightAddresses", "psumEntries"] as const)
    .filter((size) => Number.isFinite(spad[size]) && spad[size] > 1)
    .map((size) => ({ ...hardware, spad: { ...spad, [size]: half(spad[size]) } }));
  const buffers = Number.isFinite(buffer.psumBytes)
    ? [{ ...hardware, buffer: { ...buffer, psumBytes: half(buffer.psumBytes) } }]
    : [];
  return [...grids, ...spads, ...buffers];
}
