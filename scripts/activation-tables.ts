/** `npm run activations`: what generated activations look like beside what they are meant to, as in docs/workloads.md. */
import { denseMacs } from "../workloads/layers/layer.ts";
import { density, onesPerSlice } from "../workloads/masks/bit-mask.ts";
import { type ActivationGenerator, activationGenerators } from "../workloads/networks/activation-generator.ts";
import { attentionPreset, inputTokens } from "../workloads/networks/attention-densities.ts";
import { varyingDensities } from "../workloads/networks/drawn-densities.ts";
import type { Network } from "../workloads/networks/network.ts";
import { NetworkMasks } from "../workloads/networks/network-masks.ts";
import { networkOf } from "../workloads/networks/networks.ts";
import { measuredFiles } from "./networks/measured.ts";

const seed = 1;
const measured = measuredFiles.map(({ name }) => networkOf(name));

/** Columns are distances between two layers in the order of execution. */
const distances: readonly (readonly [from: number, to: number])[] = [
  [1, 3],
  [4, 6],
  [7, 12],
  [13, 24],
  [25, Infinity],
];

interface Spread {
  /** Median over layers of the standard deviation between inputs / (4·d·(1 − d)). */
  readonly deviation: number;
  /** Mean correlation of two layers, by distance. */
  readonly correlations: readonly number[];
  /** (max − min) / mean of the share of MACs whose activation is not zero, mean over networks. */
  readonly relativeRange: number;
}

/** [samples][layers] input densities. */
type Densities = readonly ArrayLike<number>[];

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviationOf(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

function spreadOf(networks: readonly { readonly network: Network; readonly densities: Densities }[]): Spread {
  const deviations: number[] = [];
  const correlations = distances.map((): number[] => []);
  for (const { densities } of networks) {
    const scores = Array.from(densities[0], (_, layer) =>
      standardised(
        densities.map((sample) => sample[layer]),
        deviations,
      ),
    );
    for (const { column, correlation } of pairsOf(scores)) correlations[column].push(correlation);
  }
  const ranges = networks.map(({ network, densities }) => {
    const macs = network.layers.map(denseMacs);
    const busy = densities.map((sample) => macs.reduce((sum, own, layer) => sum + own * sample[layer], 0));
    return (Math.max(...busy) - Math.min(...busy)) / mean(busy);
  });
  return {
    deviation: deviations.sort((a, b) => a - b)[Math.floor(deviations.length / 2)],
    correlations: correlations.map(mean),
    relativeRange: mean(ranges),
  };
}

/** Every pair of layers that vary, with the column of its distance. */
function pairsOf(scores: readonly (readonly number[] | undefined)[]) {
  return scores.flatMap((first, a) =>
    scores.flatMap((second, b) => {
      const column = distances.findIndex(([from, to]) => b - a >= from && b - a <= to);
      if (first === undefined || second === undefined || column < 0) return [];
      return [{ column, correlation: mean(first.map((score, sample) => score * second[sample])) }];
    }),
  );
}

/** Undefined for layers that have hardly a zero, or as many in every sample. */
function standardised(values: readonly number[], deviations: number[]): number[] | undefined {
  const centre = mean(values);
  const deviation = deviationOf(values);
  if (centre > 0.98 || deviation < 1e-4) return undefined;
  deviations.push(deviation / (4 * centre * (1 - centre)));
  return values.map((value) => (value - centre) / deviation);
}

function given(network: Network): Densities {
  return Array.from({ length: network.densities.sampleCount }, (_, sample) => network.densities.inputOf(sample, seed));
}

/** As many samples drawn around the means that a network's inputs have. */
function drawn(network: Network, generator: ActivationGenerator, count: number): Densities {
  const means = network.layers.map((_, layer) => mean(given(network).map((sample) => sample[layer])));
  const { inputOf } = varyingDensities(network.name, means, "", network.densities.weight, generator);
  return Array.from({ length: count }, (_, sample) => inputOf(sample, seed));
}

function row(name: string, { deviation, correlations, relativeRange }: Spread): string {
  const cells = [
    deviation.toFixed(4),
    ...correlations.map((value) => value.toFixed(2)),
    `${(100 * relativeRange).toFixed(1)} %`,
  ];
  return `| ${[name, ...cells].join(" | ")} |`;
}

function measuredTable(): string[] {
  const of = (densities: (network: Network) => Densities) =>
    spreadOf(measured.map((network) => ({ network, densities: densities(network) })));
  const pairs = distances.map(([from, to]) => (to === Infinity ? `${from}+` : `${from}–${to}`));
  return [
    `| 20 networks | deviation at .5 | correlation ${pairs.join(" | ")} | range of work |`,
    `|---|---|${pairs.map(() => "---|").join("")}---|`,
    row("target: measured, 24 photographs", of(given)),
    row(
      "generated, preset measured, 24 samples",
      of((network) => drawn(network, activationGenerators.measured, 24)),
    ),
    row(
      "as the built-in networks without measurements",
      of((network) => drawn(network, { ...activationGenerators.measured, common: 0.13, near: 0 }, 24)),
    ),
  ];
}

/** Relative ranges in % of Table 2, and widths of the boxes of Fig. 3 by eye (first six layers). */
const published = [
  { name: "vgg16", range: 21.8, widths: [0.31, 0.25, 0.36, 0.36, 0.15, 0.09] },
  { name: "resnet50", range: 15.1, widths: [0.09, 0.43, 0.3, 0.09, 0.3, 0.41] },
  { name: "inception-v3", range: 23, widths: [] },
];
const paperSamples = 1000;

function paperTable(): string[] {
  const rows = published.map(({ name, range, widths }) => {
    const network = networkOf(name);
    const samples = Number.isFinite(network.densities.sampleCount)
      ? network
      : { ...network, densities: { ...network.densities, sampleCount: 24 } };
    const densities = drawn(samples, activationGenerators.paper, paperSamples);
    const { relativeRange } = spreadOf([{ network, densities }]);
    const layers = network.layers.map((_, layer) => densities.map((sample) => sample[layer]));
    const own = layers.map((values) => Math.max(...values) - Math.min(...values)).filter((width) => width > 0);
    const target = widths.length === 0 ? "–" : mean(widths).toFixed(2);
    return `| ${name} | ${range} % | ${(100 * relativeRange).toFixed(1)} % | ${target} | ${mean(own).toFixed(2)} |`;
  });
  return [
    `| network, ${paperSamples} samples | Table 2: relative range | generated | Fig. 3: range of a layer, mean | generated |`,
    "|---|---|---|---|---|",
    ...rows,
  ];
}

/** One tensor of 64×28×28 at density .5, with single statistics changed. */
function maskTable(): string[] {
  const network = networkOf("resnet50");
  const layer = network.layers.findIndex(({ name }) => name === "layer2.0.conv3");
  const { statistics } = activationGenerators.measured;
  const changes = [
    ["measured", {}],
    ["channelSpread 0", { channelDispersion: 0 }],
    ["channelSpread .2", { channelDispersion: 0.2 }],
    ["clusterShare 0", { clusterShare: 0 }],
    ["clusterShare .9", { clusterShare: 0.9 }],
  ] as const;
  const rows = changes.map(([name, change]) => {
    const masks = new NetworkMasks({ ...network, statistics: { ...statistics, ...change } }, { seed });
    const mask = masks.activationMasks(layer, 0).input;
    const [channels, height, width] = mask.shape;
    const shares = Array.from(onesPerSlice(mask), (ones) => ones / (height * width));
    const own = density(mask);
    const dispersion = deviationOf(shares) ** 2 / (own * (1 - own));
    const wanted = "channelDispersion" in change ? change.channelDispersion : statistics.channelDispersion;
    return `| ${name} | ${wanted} | ${dispersion.toFixed(2)} | ${neighbourAgreement(mask.words, [channels, height, width]).toFixed(2)} |`;
  });
  return [
    "| input of resnet50 layer2.0.conv3 | channel dispersion: target | generated | neighbouring pixels alike beyond their channel's density |",
    "|---|---|---|---|",
    ...rows,
  ];
}

/** Mean over channels of the correlation of horizontally neighbouring pixels; 0: as if they were independent. */
function neighbourAgreement(words: Uint32Array, [channels, height, width]: readonly [number, number, number]): number {
  const bit = (index: number) => (words[index >>> 5] >>> (index & 31)) & 1;
  const found: number[] = [];
  for (let channel = 0; channel < channels; channel++) {
    const first = channel * height * width;
    const pixels = Array.from({ length: height * width }, (_, pixel) => bit(first + pixel));
    const share = mean(pixels);
    if (share < 0.05 || share > 0.95) continue;
    const pairs = pixels.flatMap((value, pixel) =>
      (pixel + 1) % width === 0 ? [] : [(value - share) * (pixels[pixel + 1] - share)],
    );
    found.push(mean(pairs) / (share * (1 - share)));
  }
  return mean(found);
}

const drawnLengths = 1000;

/** Lengths of the measured sentences beside lengths drawn about their median with the deviation of their logarithm. */
function lengthTable(): string[] {
  const { densities, sizes } = networkOf("use-lite");
  const sentences = Array.from(
    { length: densities.sampleCount },
    (_, sample) => sizes?.layersOf(sample)[0].inputHeight ?? 0,
  );
  const median = quantile(sentences, 0.5);
  const lengthSpread = Number(deviationOf(sentences.map(Math.log)).toFixed(2));
  const inputs = { ...attentionPreset("measured", 1), lengthSpread };
  const longest = Math.max(...sentences);
  const generated = Array.from({ length: drawnLengths }, (_, sample) =>
    inputTokens(inputs, "use-lite", median, longest, sample),
  );
  const rowOf = (name: string, lengths: readonly number[]) => {
    const quantiles = [0.05, 0.5, 0.95].map((share) => quantile(lengths, share));
    const cells = [deviationOf(lengths.map(Math.log)).toFixed(2), mean(lengths).toFixed(1), ...quantiles];
    return `| ${[name, ...cells].join(" | ")} |`;
  };
  return [
    "| lengths of inputs | deviation of ln(tokens) | mean | 5 % | median | 95 % |",
    "|---|---|---|---|---|---|",
    rowOf(`target: ${sentences.length} measured sentences`, sentences),
    rowOf(`${drawnLengths} generated, \`lengthSpread: ${lengthSpread}\``, generated),
  ];
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))];
}

process.stdout.write(
  `${[measuredTable(), paperTable(), maskTable(), lengthTable()].map((table) => table.join("\n")).join("\n\n")}\n`,
);
