/**
 * Chooses the mapping of a layer: once per (layer, weights, hardware, objective), from the weights and the density that
 * the activations are expected to have, never from a sample's activations.
 *
 * Three stages: the estimate of `expected.ts` ranks all candidates; the best ones are counted exactly, with the real
 * weights and a stand-in activation mask of the expected density; variations of the best of these are counted too. No
 * random choice, ties to the earlier candidate.
 */
import { createHash } from "node:crypto";
import type { ConfigError } from "../../workloads/input/errors.ts";
import { inputShape, type Layer, outputShape } from "../../workloads/layers/layer.ts";
import { activationMask } from "../../workloads/masks/activation-mask.ts";
import { type BitMask, density } from "../../workloads/masks/bit-mask.ts";
import { measuredStatistics } from "../../workloads/masks/statistics.ts";
import { ActivationSums } from "./activation-sums.ts";
import { countLayer } from "./counted.ts";
import { type Hardware, peCount } from "./description.ts";
import { type EnergyTable, eyerissEnergy } from "./energy.ts";
import { ExpectedLayer, type LayerDensities } from "./expected.ts";
import { type LayerSums, outputWords, WeightSums, wholeWords } from "./layer-sums.ts";
import { type LoopNest, loopNest } from "./loop-nest.ts";
import { defaultMapping, type Mapping, noLegalMapping, type Violation, violations } from "./mapping.ts";
import { type EvaluatedMapping, evaluated, lossOf, type Objective, sortedBy } from "./objective.ts";
import { type RankedCandidates, rankedCandidates } from "./ranked-candidates.ts";
import { variationsOf } from "./refined-mappings.ts";

export interface MappingRequest {
  readonly layer: Layer;
  /** [M, C/groups, R, S] */
  readonly weight: BitMask;
  readonly hardware: Hardware;
  /** Expected non-zeros / all of the input and of the output, 0..1. */
  readonly inputDensity: number;
  readonly outputDensity: number;
  /** How many of the best-ranked candidates are counted exactly. */
  readonly depth: number;
  /** Default: `balanced`. */
  readonly objective?: Objective;
  /** What energy is judged by; default: the ratios of Eyeriss (ISCA 2016). */
  readonly energy?: EnergyTable;
  /** The same layer at another size, for which the mapping must be legal too. */
  readonly largest?: Pick<MappingRequest, "layer" | "weight">;
}

export interface MappingChoice extends EvaluatedMapping {
  /** The next best, each with what it costs against the chosen one. */
  readonly runnersUp: readonly (EvaluatedMapping & { readonly lostBy: string })[];
  readonly candidateCount: number;
}

const runnerUpCount = 5;
/** Counting stops after so many candidates, as a share of the depth, that did not improve on the best. */
const patienceShare = 1 / 2;
/** Best mappings that are varied, and variations that are counted, as a share of the depth. */
const variedCount = 3;
const variationShare = 1 / 4;

/** Candidates counted exactly when nobody says otherwise; larger arrays leave more choice. */
export function defaultDepth(hardware: Hardware): number {
  return peCount(hardware) > 384 ? 48 : 24;
}

/** What the mapper is asked for a layer with these weights, at the depth that suits the array. */
export function mappingRequest(
  layer: Layer,
  weight: BitMask,
  hardware: Hardware,
  expected: { readonly input: number; readonly output: number },
  largest?: MappingRequest["largest"],
): MappingRequest {
  const { input: inputDensity, output: outputDensity } = expected;
  const request = { layer, weight, hardware, inputDensity, outputDensity, depth: defaultDepth(hardware) };
  return largest === undefined ? request : { ...request, largest };
}

/** @throws ConfigError when no mapping is legal: which limit, by how much. */
export function chooseMapping(request: MappingRequest): MappingChoice {
  const nest = loopNest(request.layer, request.hardware);
  return searchMappings(request, standInSums(request, new WeightSums(nest, request.weight, request.hardware)));
}

/**
 * The same search with given sums: those of the stand-in, if the caller has them already; or of a sample, only for measuring
 * what the mapper loses by not seeing any.
 */
export function searchMappings(request: MappingRequest, sums: LayerSums): MappingChoice {
  const { objective = "balanced" } = request;
  const search = new MappingSearch(request, sums);
  const candidates = search.run();
  const [best, ...others] = sortedBy(objective, search.evaluated);
  if (best === undefined) throw noMapping(search.sizes, request);
  const runnersUp = others.slice(0, runnerUpCount).map((other) => ({ ...other, lostBy: lossOf(other, best) }));
  return { ...best, runnersUp, candidateCount: candidates.count };
}

class MappingSearch {
  readonly evaluated: EvaluatedMapping[] = [];
  readonly sizes: readonly LayerSize[];
  private readonly request: MappingRequest;
  private readonly sums: LayerSums;
  private readonly objective: Objective;
  private readonly energy: EnergyTable;
  private readonly seen = new Set<string>();

  constructor(request: MappingRequest, sums: LayerSums) {
    this.request = request;
    this.sums = sums;
    this.objective = request.objective ?? "balanced";
    this.energy = request.energy ?? eyerissEnergy;
    this.sizes = [{ nest: sums.nest, weights: sums.weights }, ...largestSize(request)];
  }

  run(): RankedCandidates {
    const { depth, hardware } = this.request;
    const { nest } = this.sums;
    const candidates = rankedCandidates(nest, hardware, densitiesOf(this.request), this.objective, this.energy);
    const isAboutCycles = this.objective === "cycles" || this.objective === "balanced";
    this.countBest(candidates.byCycles, isAboutCycles ? depth : Math.ceil(depth / 2));
    this.countBest(candidates.byEnergy, isAboutCycles ? Math.ceil(depth / 4) : depth);
    for (const mapping of [...candidates.ofSmaller(), defaultMapping(nest, hardware)]) this.count(mapping);
    this.countVariations();
    return candidates;
  }

  /** Counts up to `depth` legal mappings, in their order, until the objective has not improved for a while. */
  private countBest(mappings: Iterable<Mapping>, depth: number): void {
    let counted = 0;
    let sinceBest = 0;
    for (const mapping of mappings) {
      if (counted === depth || sinceBest > Math.ceil(depth * patienceShare)) return;
      const best = this.best;
      if (!this.count(mapping)) continue;
      counted += 1;
      sinceBest = this.best === best ? sinceBest + 1 : 0;
    }
  }

  private get best(): EvaluatedMapping | undefined {
    return sortedBy(this.objective, this.evaluated)[0];
  }

  /** Counts the variations of the best mappings so far that the estimate ranks first. */
  private countVariations(): void {
    const { hardware, depth } = this.request;
    const { nest } = this.sums;
    const estimate = new ExpectedLayer(nest, hardware, densitiesOf(this.request));
    const varied = sortedBy(this.objective, this.evaluated).slice(0, variedCount);
    const ranked = varied
      .flatMap(({ mapping }) => variationsOf(nest, mapping, hardware))
      .map((mapping) => ({ mapping, cycles: estimate.cost(mapping).cycles }))
      .sort((a, b) => a.cycles - b.cycles);
    let counted = 0;
    for (const { mapping } of ranked) {
      if (counted >= Math.ceil(depth * variationShare)) return;
      if (this.count(mapping)) counted += 1;
    }
  }

  /** Counts a mapping unless it is not legal or counted already. @returns whether it did. */
  private count(mapping: Mapping): boolean {
    const { hardware } = this.request;
    const key = JSON.stringify(mapping);
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    if (this.sizes.some((size) => violationsAt(size, mapping, hardware).length > 0)) return false;
    this.evaluated.push(evaluated(mapping, countLayer(this.sums, mapping, hardware), hardware, this.energy));
    return true;
  }
}

/**
 * A name for everything that the choice of a mapping depends on; the same name, the same choice. The layer's own name
 * is not part of it.
 */
export function mappingKey(request: MappingRequest): string {
  const { layer, weight, hardware, inputDensity, outputDensity, depth, largest } = request;
  const { objective = "balanced", energy = eyerissEnergy } = request;
  const unlimited = (_: string, value: unknown) => (value === Infinity ? "unlimited" : value);
  const largestLayer = largest && { ...largest.layer, name: "" };
  const own = {
    hardware: { ...hardware, name: "" },
    inputDensity,
    outputDensity,
    depth,
    objective,
    energy,
    largestLayer,
  };
  const hash = createHash("sha256").update(JSON.stringify({ ...layer, name: "", ...own }, unlimited));
  for (const { words } of largest === undefined ? [weight] : [weight, largest.weight]) {
    hash.update(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
  }
  return hash.digest("hex");
}

function densitiesOf({ inputDensity, weight, outputDensity }: MappingRequest): LayerDensities {
  return { input: inputDensity, weight: density(weight), output: outputDensity };
}

/** A size of the layer for which a mapping must be legal, with the weights at that size. */
interface LayerSize {
  readonly nest: LoopNest;
  readonly weights: WeightSums;
}

function largestSize({ largest, hardware }: MappingRequest): LayerSize[] {
  if (largest === undefined) return [];
  const nest = loopNest(largest.layer, hardware);
  return [{ nest, weights: new WeightSums(nest, largest.weight, hardware) }];
}

/**
 * The sums of the real weights with generated activations of the expected densities. They do not depend on the array's
 * shape.
 */
export function standInSums(request: MappingRequest, weights: WeightSums): LayerSums {
  const { layer, hardware, inputDensity, outputDensity } = request;
  const nest = loopNest(layer, hardware);
  const statistics = measuredStatistics;
  const key = { seed: 0, network: "stand-in", tensor: "input" };
  const input = activationMask(key, inputShape(layer), inputDensity, 0, statistics);
  const output = activationMask({ ...key, tensor: "output" }, outputShape(layer), outputDensity, 0, statistics);
  const activations = new ActivationSums(nest, input, hardware);
  return { nest, activations, weights, output, outputWords: outputWords(output, hardware) };
}

function violationsAt({ nest, weights }: LayerSize, mapping: Mapping, hardware: Hardware): readonly Violation[] {
  const { filtersPerPe, channelsPerPe, kernelRowsPerPe } = mapping;
  const ofColumn = hardware.mechanisms.weightsInWholeWords
    ? wholeWords(filtersPerPe, hardware.macsPerPe)
    : filtersPerPe;
  const atMost = ofColumn * channelsPerPe * kernelRowsPerPe * nest.kernelColumns;
  if (atMost <= hardware.spad.weightEntries) return violations(nest, mapping, hardware, atMost);
  return violations(nest, mapping, hardware, weights.largestBlock(filtersPerPe, channelsPerPe, kernelRowsPerPe));
}

/** The error that names what even one filter by one channel by one kernel row and one pixel violates. */
function noMapping(sizes: readonly LayerSize[], { hardware }: MappingRequest): ConfigError {
  const { nest } = sizes[0];
  const { axes } = defaultMapping(nest, hardware);
  const smallest = { axes, filtersPerPe: 1, channelsPerPe: 1, kernelRowsPerPe: 1, pixelsPerTile: 1 };
  const found = sizes.map((size) => violationsAt(size, smallest, hardware));
  return noLegalMapping(nest, hardware, found.find((violated) => violated.length > 0) ?? []);
}
