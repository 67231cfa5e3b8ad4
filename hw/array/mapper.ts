/**
 * Chooses the mapping of a layer: once per (layer, weights, hardware), from the weights and the density that the
 * activations are expected to have, never from a sample's activations.
 *
 * Two stages: the estimate of `expected.ts` ranks all candidates; the best ones are counted exactly, with the real
 * weights and a stand-in activation mask of the expected density. No random choice, ties to the earlier candidate.
 */
import { createHash } from "node:crypto";
import type { ConfigError } from "../../workloads/input/errors.ts";
import { inputShape, type Layer, outputShape } from "../../workloads/layers/layer.ts";
import { activationMask } from "../../workloads/masks/activation-mask.ts";
import { type BitMask, density } from "../../workloads/masks/bit-mask.ts";
import { measuredStatistics } from "../../workloads/masks/statistics.ts";
import { candidateMappings } from "./candidates.ts";
import { countLayer } from "./counted.ts";
import { type Counters, type CyclePart, cycleParts } from "./counters.ts";
import { type Hardware, peCount } from "./description.ts";
import { ExpectedLayer } from "./expected.ts";
import { activationSums, type LayerSums, WeightSums } from "./layer-sums.ts";
import { type LoopNest, loopNest } from "./loop-nest.ts";
import { defaultMapping, type Mapping, noLegalMapping, type Violation, violations } from "./mapping.ts";

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
  /** The same layer at another size, for which the mapping must be legal too. */
  readonly largest?: Pick<MappingRequest, "layer" | "weight">;
}

export interface EvaluatedMapping {
  readonly mapping: Mapping;
  /** Counted with the stand-in activations: comparable with each other, not the sample's result. */
  readonly counters: Counters;
}

export interface MappingChoice extends EvaluatedMapping {
  /** The next best, each with the part of the cycles that cost it most against the chosen one. */
  readonly runnersUp: readonly (EvaluatedMapping & { readonly lostBy: string })[];
  readonly candidateCount: number;
}

const runnerUpCount = 5;

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
  const nest = loopNest(request.layer);
  return searchMappings(request, standInSums(request, new WeightSums(nest, request.weight, request.hardware)));
}

/**
 * The same search with given sums: those of the stand-in, if the caller has them already; or of a sample, only for measuring
 * what the mapper loses by not seeing any.
 */
export function searchMappings(request: MappingRequest, sums: LayerSums): MappingChoice {
  const { nest } = sums;
  const { ranked, candidateCount } = rankedCandidates(nest, request);
  const sizes = [{ nest, weights: sums.weights }, ...largestSize(request)];
  const legal = legalOnes(sizes, ranked, request);
  if (legal.length === 0) throw noMapping(sizes, request);
  const evaluated = legal.map((mapping) => ({ mapping, counters: countLayer(sums, mapping, request.hardware) }));
  const order = evaluated.map((_, i) => i).sort((a, b) => cyclesOf(evaluated[a]) - cyclesOf(evaluated[b]) || a - b);
  const [best, ...others] = order.map((i) => evaluated[i]);
  const runnersUp = others.slice(0, runnerUpCount).map((other) => ({ ...other, lostBy: lossOf(other, best) }));
  return { ...best, runnersUp, candidateCount };
}

function cyclesOf({ counters }: EvaluatedMapping): number {
  return counters.cycles;
}

/**
 * A name for everything that the choice of a mapping depends on; the same name, the same choice. The layer's own name
 * is not part of it.
 */
export function mappingKey(request: MappingRequest): string {
  const { layer, weight, hardware, inputDensity, outputDensity, depth, largest } = request;
  const unlimited = (_: string, value: unknown) => (value === Infinity ? "unlimited" : value);
  const largestLayer = largest && { ...largest.layer, name: "" };
  const own = { hardware: { ...hardware, name: "" }, inputDensity, outputDensity, depth, largestLayer };
  const hash = createHash("sha256").update(JSON.stringify({ ...layer, name: "", ...own }, unlimited));
  for (const { words } of largest === undefined ? [weight] : [weight, largest.weight]) {
    hash.update(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
  }
  return hash.digest("hex");
}

/** A size of the layer for which a mapping must be legal, with the weights at that size. */
interface LayerSize {
  readonly nest: LoopNest;
  readonly weights: WeightSums;
}

function largestSize({ largest, hardware }: MappingRequest): LayerSize[] {
  if (largest === undefined) return [];
  const nest = loopNest(largest.layer);
  return [{ nest, weights: new WeightSums(nest, largest.weight, hardware) }];
}

/**
 * The sums of the real weights with generated activations of the expected densities. They do not depend on the array's
 * shape.
 */
export function standInSums(request: MappingRequest, weights: WeightSums): LayerSums {
  const { layer, hardware, inputDensity, outputDensity } = request;
  const nest = loopNest(layer);
  const statistics = measuredStatistics;
  const key = { seed: 0, network: "stand-in", tensor: "input" };
  const input = activationMask(key, inputShape(layer), inputDensity, 0, statistics);
  const output = activationMask({ ...key, tensor: "output" }, outputShape(layer), outputDensity, 0, statistics);
  return { nest, activations: activationSums(nest, input, hardware), weights, output };
}

function rankedCandidates(
  nest: LoopNest,
  request: MappingRequest,
): { ranked: readonly Mapping[]; candidateCount: number } {
  const { hardware, weight, inputDensity, outputDensity } = request;
  const estimate = new ExpectedLayer(nest, hardware, {
    input: inputDensity,
    weight: density(weight),
    output: outputDensity,
  });
  const candidates = [...candidateMappings(nest, hardware, inputDensity)];
  const cycles = Float64Array.from(candidates, (mapping) => estimate.cost(mapping).cycles);
  const order = candidates.map((_, i) => i).sort((a, b) => cycles[a] - cycles[b] || a - b);
  const ranked = order.map((i) => candidates[i]);
  return { ranked: [...ranked, defaultMapping(nest, hardware)], candidateCount: candidates.length };
}

/** The first `depth` legal ones, and the default mapping, which is the last of the list. */
function legalOnes(
  sizes: readonly LayerSize[],
  ranked: readonly Mapping[],
  { hardware, depth }: MappingRequest,
): readonly Mapping[] {
  const isLegal = (mapping: Mapping) => sizes.every((size) => violationsAt(size, mapping, hardware).length === 0);
  const legal: Mapping[] = [];
  for (const mapping of ranked.slice(0, -1)) {
    if (legal.length === depth) break;
    if (isLegal(mapping)) legal.push(mapping);
  }
  const last = ranked[ranked.length - 1];
  return isLegal(last) ? [...legal, last] : legal;
}

function violationsAt({ nest, weights }: LayerSize, mapping: Mapping, hardware: Hardware): readonly Violation[] {
  const { filtersPerPe, channelsPerPe, kernelRowsPerPe } = mapping;
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

const partNames: Readonly<Record<CyclePart, string>> = {
  compute: "more work (uneven MAC pairs or empty columns)",
  imbalance: "worse balance",
  drain: "more partial sums drained",
  fill: "more pipeline fills",
  spadLoad: "more weight SPad loading",
  port: "waits for buffer ports",
  load: "waits for loads",
  store: "waits for stores",
  prologue: "a longer first load",
};

/** E.g. `+4.2 % cycles: worse balance (+1034)`. */
function lossOf(other: EvaluatedMapping, best: EvaluatedMapping): string {
  const extra = (part: CyclePart) => other.counters[part] - best.counters[part];
  const most = cycleParts.reduce((a, b) => (extra(b) > extra(a) ? b : a));
  const percent = 100 * (other.counters.cycles / best.counters.cycles - 1);
  if (percent === 0) return "the same cycles, ranked later";
  return `+${percent.toFixed(1)} % cycles: ${partNames[most]} (+${extra(most)})`;
}
