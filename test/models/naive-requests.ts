/**
 * The requests of networks with arrivals of their own, by definition: every frame of every network for longer than is
 * needed, all sorted, the first ones taken; then for each of them what it may release, one chain after another. It shares
 * the random streams and their names with the generator that it checks, and the processes of arrivals without a period.
 */
import { randomStream } from "../../workloads/random/random.ts";
import { arrivalProcess, type GeneratedArrivals } from "../../workloads/requests/arrivals.ts";
import { priorityLevels } from "../../workloads/requests/requests.ts";

export interface NaiveNetwork {
  readonly name: string;
  /** Index of its profile, which is the only one of its entry, and how many samples that has. */
  readonly profile: number;
  readonly samples: number;
  readonly arrivals?: GeneratedArrivals;
  readonly after?: { readonly network: number; readonly probability: number; readonly delay: number };
  /** Seconds from the arrival or release; `chain`: the deadline of the first request of the chain. */
  readonly deadline: number | "chain";
}

export interface NaiveDrawn {
  readonly profile: number;
  readonly sample: number;
  readonly priority: number;
  /** Ticks; undefined for a released request. */
  readonly arrival?: number;
  readonly deadline?: number;
  /** Number of the request that releases it. */
  readonly parent?: number;
  readonly delay?: number;
}

/** @param ticksPerSecond whole. */
export function drawNaively(networks: readonly NaiveNetwork[], count: number, seed: number, ticksPerSecond: number) {
  const ticks = (seconds: number) => Math.round(seconds * ticksPerSecond);
  const arriving = networks
    .flatMap(({ arrivals, ...network }, place) => {
      if (arrivals === undefined) return [];
      const draw = drawer(network, seed);
      return timesOf(network.name, arrivals, count, seed)
        .map((at) => ticks(at))
        .sort((a, b) => a - b)
        .map((arrival) => ({ arrival, place, ...draw(), deadline: arrival + ticks(network.deadline as number) }));
    })
    .sort((a, b) => a.arrival - b.arrival || a.place - b.place)
    .slice(0, count);
  const chances = networks.map(({ name }) => randomStream(seed, `cascades of ${name}`));
  const drawers = networks.map((network) => drawer(network, seed));
  const released: NaiveDrawn[] = [];

  function releaseAfter(place: number, parent: number | undefined, chainDeadline: number): void {
    networks.forEach(({ after, deadline }, child) => {
      if (after?.network !== place) return;
      const isReleased = chances[child].random() < after.probability;
      const drawn = drawers[child]();
      const own = parent !== undefined && isReleased ? arriving.length + released.length : undefined;
      if (own !== undefined) {
        const chained = deadline === "chain" ? { deadline: chainDeadline } : {};
        released.push({ ...drawn, parent: parent as number, delay: ticks(after.delay), ...chained });
      }
      releaseAfter(child, own, chainDeadline);
    });
  }

  arriving.forEach(({ place, deadline }, request) => {
    releaseAfter(place, request, deadline);
  });
  return { arriving: arriving.map(({ place: _, ...drawn }): NaiveDrawn => drawn), released };
}

/** Twice as many as are wanted, so that none is missing among the first when frames change places. */
function timesOf(name: string, arrivals: GeneratedArrivals, count: number, seed: number): number[] {
  const gaps = randomStream(seed, `arrivals of ${name}`);
  if (arrivals.kind !== "periodic") {
    const next = arrivalProcess(arrivals, { gaps, phases: randomStream(seed, `phases of ${name}`) });
    return Array.from({ length: 2 * count }, next);
  }
  const { fps, jitter, offset } = arrivals;
  return Array.from({ length: 2 * count }, (_, frame) =>
    Math.max(0, offset + frame / fps + (2 * gaps.random() - 1) * jitter),
  );
}

function drawer({ name, profile, samples }: Pick<NaiveNetwork, "name" | "profile" | "samples">, seed: number) {
  const [priorities, sampleStream] = ["priorities", "samples"].map((purpose) =>
    randomStream(seed, `${purpose} of ${name}`),
  );
  return () => ({
    profile,
    priority: priorityLevels[priorities.below(3)],
    sample: sampleStream.below(samples),
  });
}
