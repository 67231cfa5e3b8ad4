/**
 * Writes workloads/inferred-tables/: latency tables whose mean times are inferred from the paper's figures, because the
 * authors' tables cannot be had. The README beside them says what is inferred from what and what is assumed.
 *
 *     npm run inferred-tables
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageVersion } from "../sim/results/version.ts";
import { normal, streamOf } from "../workloads/random/random-stream.ts";
import { formatProfiles } from "../workloads/tables/own-csv.ts";
import { type Profile, sharedDoublesOf, sharedIntegersOf } from "../workloads/tables/profile.ts";

interface InferredNetwork {
  readonly model: string;
  /** Time alone in the mean, seconds. */
  readonly seconds: number;
  readonly layers: number;
  /** By pattern, what its time is a multiple of. */
  readonly patterns: Readonly<Record<string, number>>;
}

const attention = { dynamic: 1 } as const;
const pruned = { unstructured: 1, block4: 1.05, filter: 0.95 } as const;

const tables: Readonly<Record<string, { readonly clockHz: number; readonly networks: readonly InferredNetwork[] }>> = {
  attnn: {
    clockHz: 1e9,
    networks: [
      { model: "bert", seconds: 0.012, layers: 12, patterns: attention },
      { model: "gpt2", seconds: 0.028, layers: 12, patterns: attention },
      { model: "bart", seconds: 0.0554, layers: 18, patterns: attention },
    ],
  },
  cnn: {
    clockHz: 200e6,
    networks: [
      { model: "mobilenet", seconds: 0.03, layers: 28, patterns: pruned },
      { model: "resnet50", seconds: 0.2, layers: 54, patterns: pruned },
      { model: "ssd300", seconds: 0.37, layers: 37, patterns: pruned },
      { model: "vgg16", seconds: 0.5, layers: 16, patterns: pruned },
    ],
  },
};

const source = "times inferred from the curves of the paper (MICRO'23, Fig. 15), not measured; samples drawn";
const samples = 16;
/** Of the logarithm of a layer's density; the share of its variance that the layers of one sample have in common. */
const [densitySpread, common] = [0.12, 0.85];
/** Power of the density ratio that a layer's time follows. */
const elasticity = 0.35;
const meanDensity = 0.4;

for (const [name, { clockHz, networks }] of Object.entries(tables)) {
  const profiles = networks.flatMap((network) =>
    Object.entries(network.patterns).map(([pattern, factor]) => profileOf(network, pattern, factor * clockHz)),
  );
  const text = formatProfiles(
    profiles.map((profile) => ({ ...profile, clockHz, source })),
    { hardware: "none", fidelity: "inferred", version: packageVersion() },
  );
  writeFileSync(join("workloads", "inferred-tables", `${name}.csv`), text);
}

/** @param cyclesPerSecond of the table's clock, times the pattern's factor */
function profileOf(
  { model, seconds, layers }: InferredNetwork,
  pattern: string,
  cyclesPerSecond: number,
): Omit<Profile, "clockHz" | "source"> {
  const logarithms = Array.from({ length: samples }, (_, sample) =>
    logarithmsOf([model, pattern, sample], layers),
  ).flat();
  const times = logarithms.map((logarithm) => Math.exp(elasticity * logarithm));
  const cyclesPerTime = (samples * seconds * cyclesPerSecond) / times.reduce((sum, time) => sum + time, 0);
  return {
    name: `${model}_${pattern}`,
    ...{ model, pattern, timeUnit: "cycles", layerCount: layers, extra: {} },
    latency: sharedDoublesOf(times.map((time) => Math.round(time * cyclesPerTime))),
    inputDensity: sharedDoublesOf(logarithms.map((each) => Number((meanDensity * Math.exp(each)).toFixed(6)))),
    sampleIds: sharedIntegersOf(Array.from({ length: samples }, (_, sample) => sample)),
  };
}

/** Of one sample: the logarithm of each layer's density over the mean density. */
function logarithmsOf(key: readonly (string | number)[], layers: number): number[] {
  const stream = streamOf("inferred table", ...key);
  const shared = Math.sqrt(common) * normal(stream);
  return Array.from({ length: layers }, () => densitySpread * (shared + Math.sqrt(1 - common) * normal(stream)));
}
