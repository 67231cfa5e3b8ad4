/**
 * Chooses the mapping of a layer by the estimate of `expected.ts` alone, without a weight or a mask: for the fidelity
 * `expected`, whose layers can be too large to draw. `mapper.ts` counts the candidates that this ranks.
 */
import type { Hardware } from "./description.ts";
import { type EnergyTable, eyerissEnergy } from "./energy.ts";
import { ExpectedLayer, expectedBlock, type LayerDensities } from "./expected.ts";
import type { LoopNest } from "./loop-nest.ts";
import { defaultMapping, type Mapping, noLegalMapping, type Violation, violations } from "./mapping.ts";
import { balancedSlack, type Objective } from "./objective.ts";
import { rankedCandidates } from "./ranked-candidates.ts";

interface EstimateRequest {
  /** What the mapping is chosen for, and any other sizes of the layer for which it must be legal too. */
  readonly nests: readonly [LoopNest, ...LoopNest[]];
  readonly hardware: Hardware;
  readonly densities: LayerDensities;
  /** Default: `balanced`. */
  readonly objective?: Objective;
  /** Default: the ratios of Eyeriss (ISCA 2016). */
  readonly energy?: EnergyTable;
}

interface EstimatedChoice {
  readonly mapping: Mapping;
  readonly cycles: number;
  readonly candidateCount: number;
}

/**
 * The candidate that the estimate ranks first for the objective, of those whose fullest block of weights is expected to
 * fit the SPads.
 *
 * @throws ConfigError when none does: which limit, by how much
 */
export function estimateMapping(request: EstimateRequest): EstimatedChoice {
  const { nests, hardware, densities, objective = "balanced", energy = eyerissEnergy } = request;
  const [nest] = nests;
  const estimate = new ExpectedLayer(nest, hardware, densities);
  const candidates = rankedCandidates(nest, hardware, densities, objective, energy);
  const isLegal = (mapping: Mapping) => expectedViolations(request, mapping).length === 0;
  const chosen = (mapping: Mapping) => ({
    mapping,
    cycles: estimate.cost(mapping).cycles,
    candidateCount: candidates.count,
  });
  const fastest = firstOf(candidates.byCycles, isLegal) ?? [defaultMapping(nest, hardware)].find(isLegal);
  if (fastest === undefined) throw noEstimatedMapping(request);
  if (objective === "cycles") return chosen(fastest);
  const most = objective === "balanced" ? estimate.cost(fastest).cycles * (1 + balancedSlack) : Infinity;
  const thriftiest = candidates.byEnergy.find((mapping) => estimate.cost(mapping).cycles <= most && isLegal(mapping));
  return chosen(thriftiest ?? fastest);
}

/** Asks for no more candidates than it must: each is estimated when it is asked for. */
function firstOf(mappings: Iterable<Mapping>, isWanted: (mapping: Mapping) => boolean): Mapping | undefined {
  for (const mapping of mappings) if (isWanted(mapping)) return mapping;
  return undefined;
}

function expectedViolations({ nests, hardware, densities }: EstimateRequest, mapping: Mapping): readonly Violation[] {
  return nests.flatMap((nest) =>
    violations(nest, mapping, hardware, expectedBlock(nest, mapping, hardware, densities.weight).largest),
  );
}

/** The error that names what even one filter by one channel by one kernel row and one pixel violates. */
function noEstimatedMapping(request: EstimateRequest): Error {
  const { nests, hardware } = request;
  const { axes } = defaultMapping(nests[0], hardware);
  const smallest = { axes, filtersPerPe: 1, channelsPerPe: 1, kernelRowsPerPe: 1, pixelsPerTile: 1 };
  return noLegalMapping(nests[0], hardware, expectedViolations(request, smallest));
}
