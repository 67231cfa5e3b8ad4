/** What is drawn for every request: its network among those of an entry of the mix, its sample and its priority. */
import { MersenneTwister } from "../random/mersenne-twister.ts";
import { type RandomStream, randomStream } from "../random/random.ts";
import type { Semantics } from "../semantics/faults.ts";
import type { Profile } from "../tables/profile.ts";
import { artifactSampleRows } from "./artifact-requests.ts";
import { drawWeighted } from "./mix.ts";
import type { RequestSpec } from "./request-spec.ts";
import { priorityLevels } from "./requests.ts";

export interface DrawContext {
  readonly spec: RequestSpec;
  readonly profiles: readonly Profile[];
  /** Indices of the profiles in canonical order. */
  readonly order: readonly number[];
  readonly seed: number;
}

/** What is drawn for every request. */
export interface Drawn {
  readonly profile: number;
  readonly sample: number;
  readonly priority: number;
}

interface DrawStreams {
  readonly models: RandomStream;
  readonly priorities: RandomStream;
  readonly samples: RandomStream;
}

interface Streams extends DrawStreams {
  readonly gaps: RandomStream;
  readonly phases: RandomStream;
}

/** Streams by purpose; those of an entry of the mix follow from its name, and from nothing else of the mix. */
export function streamsOf(seed: number, semantics: Semantics, entry = ""): Streams {
  if (semantics.has("shared-stream")) {
    const shared = new MersenneTwister(seed);
    return { gaps: shared, phases: shared, models: shared, priorities: shared, samples: shared };
  }
  const stream = (purpose: string) => randomStream(seed, entry === "" ? purpose : `${purpose} of ${entry}`);
  return {
    gaps: stream("arrivals"),
    phases: stream("phases"),
    models: stream("models"),
    priorities: stream("priorities"),
    samples: stream("samples"),
  };
}

/** Draws network, priority and sample of one request after another. */
export function drawerOf({ spec, profiles }: DrawContext, members: readonly number[], streams: DrawStreams) {
  const weights = spec.mix.map(({ weight }) => weight);
  const sampleRows = new Map(members.map((index) => [index, drawableSamples(profiles[index], spec.semantics)]));
  return (candidates: readonly number[]): Drawn => {
    const profile = drawWeighted(candidates, weights, streams.models);
    const priority = priorityLevels[streams.priorities.below(priorityLevels.length)];
    const rows = sampleRows.get(profile) ?? [];
    return { profile, priority, sample: rows[streams.samples.below(rows.length)] };
  };
}

function drawableSamples(profile: Profile, semantics: Semantics): readonly number[] {
  return semantics.has("seven-samples") ? artifactSampleRows(profile) : [...profile.sampleIds.keys()];
}
