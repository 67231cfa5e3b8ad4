/**
 * The candidates of a mapping search in the order in which they are worth counting, judged by the estimate of
 * `expected.ts`: those of this machine, and the best of every machine that is a step smaller.
 */
import { type Candidate, type CandidateRequest, candidateMappings } from "./candidates.ts";
import { axes, entryBits, type Hardware } from "./description.ts";
import type { EnergyTable } from "./energy.ts";
import { type ExpectedCost, ExpectedLayer, type LayerDensities } from "./expected.ts";
import type { LoopNest } from "./loop-nest.ts";
import type { Mapping } from "./mapping.ts";
import type { Objective } from "./objective.ts";

export interface RankedCandidates {
  /** By estimated cycles. */
  readonly byCycles: readonly Mapping[];
  /** By estimated energy (by energy × cycles where that is the objective), of those that may be chosen. */
  readonly byEnergy: readonly Mapping[];
  /** The best of each smaller machine. */
  readonly ofSmaller: readonly Mapping[];
  readonly count: number;
}

/** Estimated cycles that a candidate of `balanced` and `cycles` may have, of the fewest: the estimate is not exact. */
const estimateSlack = 1.05;

export function rankedCandidates(
  nest: LoopNest,
  hardware: Hardware,
  densities: LayerDensities,
  objective: Objective,
  energy: EnergyTable,
): RankedCandidates {
  const { input } = densities;
  const ranking = new Ranking({ nest, hardware, inputDensity: input, tiles: "all" }, densities);
  const ofSmaller = smallerMachines(hardware).flatMap((smaller) =>
    new Ranking({ nest, hardware: smaller, inputDensity: input, tiles: "fewest" }, densities).fastest(),
  );
  return {
    byCycles: ranking.byCycles(),
    byEnergy: ranking.byEnergy(objective, energy),
    ofSmaller,
    count: ranking.candidates.length,
  };
}

class Ranking {
  readonly candidates: readonly Candidate[];
  private readonly costs: readonly ExpectedCost[];
  private readonly hardware: Hardware;

  constructor(request: CandidateRequest, densities: LayerDensities) {
    const estimate = new ExpectedLayer(request.nest, request.hardware, densities);
    this.hardware = request.hardware;
    this.candidates = [...candidateMappings(request)];
    this.costs = this.candidates.map(({ mapping, spread }) => estimate.cost(mapping, spread));
  }

  /** The mapping of the fewest cycles, if any is legal. */
  fastest(): Mapping[] {
    let fastest = 0;
    for (const [i, { cycles }] of this.costs.entries()) if (cycles < this.costs[fastest].cycles) fastest = i;
    return this.candidates.slice(fastest, fastest + 1).map(({ mapping }) => mapping);
  }

  byCycles(): Mapping[] {
    return this.sorted(
      this.candidates.map((_, i) => i),
      ({ cycles }) => cycles,
    );
  }

  byEnergy(objective: Objective, { picojoules }: EnergyTable): Mapping[] {
    const fewest = this.costs.reduce((least, { cycles }) => Math.min(least, cycles), Infinity);
    const isBound = objective === "balanced" || objective === "cycles";
    const chosen = [...this.costs.keys()].filter((i) => !isBound || this.costs[i].cycles <= estimateSlack * fewest);
    const perDramBit = picojoules.dram / entryBits(this.hardware, "activation");
    return this.sorted(chosen, ({ dramBits, bufferWords, cycles }) => {
      const energy = dramBits * perDramBit + bufferWords * picojoules.buffer;
      return objective === "edp" ? energy * cycles : energy;
    });
  }

  private sorted(indices: number[], key: (cost: ExpectedCost) => number): Mapping[] {
    const keys = Float64Array.from(this.costs, key);
    return indices.sort((a, b) => keys[a] - keys[b] || a - b).map((i) => this.candidates[i].mapping);
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
