/** Channel counts of whole networks, layer by layer on the worker pool. */

import { type ChannelCountsJob, channelCountsTask, layersReadByNext } from "../../profile/channel-counts.ts";
import type { ModellingOptions } from "../../profile/modelled-networks.ts";
import { hasOneSize, type ProfileTarget, targetLayers } from "../../profile/profile-target.ts";
import { runJobs } from "../../threads/pool.ts";
import type { NetworkChannels } from "./prediction-quantities.ts";

/**
 * One entry per target: per layer the counts, undefined where the next layer does not read its output. Undefined for a network
 * whose inputs differ in size: its channels can be tokens, which are not the same from sample to sample.
 *
 * @throws ConfigError for an unknown network or an unwritable cache.
 */
export async function networkChannels(
  targets: readonly ProfileTarget[],
  samples: number,
  { cache, ...pool }: ModellingOptions,
): Promise<(NetworkChannels | undefined)[]> {
  const places = targets.flatMap((target, index) =>
    hasOneSize(target) ? layersReadByNext(targetLayers(target)).map((layer) => ({ index, target, layer })) : [],
  );
  const jobs = places.map(({ target, layer }): ChannelCountsJob => ({ target, layer, samples, cache }));
  const outcomes = await runJobs(channelCountsTask, jobs, pool);
  const channels = targets.map((target) => targetLayers(target).map((): NetworkChannels[number] => undefined));
  for (const [k, outcome] of outcomes.entries()) {
    if (!outcome.ok) throw outcome.error;
    channels[places[k].index][places[k].layer] = outcome.result;
  }
  return targets.map((target, index) => (hasOneSize(target) ? channels[index] : undefined));
}
