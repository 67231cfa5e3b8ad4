/** Layers of a network that cannot be separated in time, as one row of a profile table. */
import type { LayerProfile, LayerSample } from "./layer-sample.ts";
import { type ProfileTarget, targetBlocks } from "./profile-target.ts";

/**
 * The layers of a profile, or its blocks where the network has blocks. The density of a block is that of its kept scores:
 * what a monitor at the write-back of the predicted mask sees.
 *
 * @param layers those of the target, in their order.
 */
export function inBlocks(target: ProfileTarget, layers: readonly LayerProfile[]): readonly LayerProfile[] {
  const blocks = targetBlocks(target);
  if (blocks === undefined) return layers;
  const count = Math.max(...blocks) + 1;
  return Array.from({ length: count }, (_, block) => joined(layers.filter((_, layer) => blocks[layer] === block)));
}

function joined(layers: readonly LayerProfile[]): LayerProfile {
  const [{ name, samples }] = layers;
  return {
    name: name.replace(/\..*$/, ""),
    weightDensity: 1,
    samples: samples.map((_, sample) => joinedSample(layers.map((layer) => layer.samples[sample]))),
  };
}

function joinedSample(parts: readonly LayerSample[]): LayerSample {
  const sum = (value: (part: LayerSample) => number) => parts.reduce((total, part) => total + value(part), 0);
  // The only tensor of a block with zeros is its mask of kept scores.
  const kept = Math.min(...parts.map(({ outputDensity }) => outputDensity));
  const whole = { cycles: sum(({ cycles }) => cycles), denseMacs: sum(({ denseMacs }) => denseMacs) };
  const densities = { inputDensity: kept, outputDensity: kept, effectualMacs: sum((part) => part.effectualMacs) };
  const inSeconds = parts.every(({ seconds }) => seconds !== undefined);
  return {
    ...whole,
    ...densities,
    ...(inSeconds ? { seconds: sum(({ seconds = 0 }) => seconds) } : {}),
    ...countedPart(parts),
  };
}

function countedPart(parts: readonly LayerSample[]): Partial<LayerSample> {
  const counted = parts.filter(({ stalls }) => stalls !== undefined);
  if (counted.length === 0) return {};
  const sum = (value: (part: LayerSample) => number) => counted.reduce((total, part) => total + value(part), 0);
  const [{ stalls: first = undefined }] = counted;
  if (first === undefined) return {};
  const names = Object.keys(first) as (keyof typeof first)[];
  const stalls = Object.fromEntries(names.map((name) => [name, sum((part) => part.stalls?.[name] ?? 0)]));
  return {
    stalls: stalls as typeof first,
    dramBytes: sum(({ dramBytes = 0 }) => dramBytes),
    energyPj: sum(({ energyPj = 0 }) => energyPj),
  };
}
