/**
 * What predictors measure after each layer. A predictor per channel group is last-one on another quantity: the outputs
 * that the next layer's non-zero weights will meet. With d_g the density of group g and w_g the next layer's non-zero
 * weights on its channels (known beforehand),
 *
 *     γ = Σ_g d_g · w_g / Σ_g d̄_g · w_g
 *
 * is the ratio of Σ_g d_g · w_g to its own average over samples. With one group it is the ratio of layer densities.
 */
import { groupSizes } from "../../../hw/monitor/monitor.ts";
import { monitoredDensity, type Profile } from "../../../workloads/tables/profile.ts";
import type { ChannelCounts } from "../../profile/channel-counts.ts";

/** Of each layer of a network; undefined where the next layer does not read its output. */
export type NetworkChannels = readonly (ChannelCounts | undefined)[];

/**
 * Σ_g d_g · w_g after each layer, row-major [samples, layers], from counters of `channelGroups` groups (or one per
 * channel). Layers whose output the next one does not read, or meets with no weight, have their monitored density.
 */
export function weightedDensities(
  profile: Profile,
  channels: NetworkChannels,
  channelGroups: number | "per-channel",
): Float64Array {
  const { layerCount } = profile;
  const values = Float64Array.from(monitoredDensity(profile));
  for (const [layer, counts] of channels.entries()) {
    if (counts === undefined) continue;
    const groups = channelGroups === "per-channel" ? counts.shape[0] : channelGroups;
    const sizes = groupSizes(groups, counts.shape);
    const weights = groupSums(counts.nextWeights, groups);
    if (weights.every((weight) => weight === 0)) continue;
    for (const [sample, nonZeros] of counts.nonZeros.entries()) {
      values[sample * layerCount + layer] = weightedSum(groupSums(nonZeros, groups), sizes, weights);
    }
  }
  return values;
}

function weightedSum(nonZeros: readonly number[], sizes: readonly number[], weights: readonly number[]): number {
  return nonZeros.reduce(
    (sum, count, group) => sum + (sizes[group] === 0 ? 0 : (count / sizes[group]) * weights[group]),
    0,
  );
}

/** Channels are dealt to groups in blocks of equal size, as the monitor deals them. */
function groupSums(perChannel: readonly number[], groups: number): number[] {
  const channelsPerGroup = Math.ceil(perChannel.length / groups);
  const sums = new Array<number>(groups).fill(0);
  for (const [channel, value] of perChannel.entries()) sums[Math.floor(channel / channelsPerGroup)] += value;
  return sums;
}
