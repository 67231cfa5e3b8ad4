/**
 * Prints, for one attention of BERT-base (12 heads of 64, 384 tokens) on masks of rising density: what the modelled array
 * takes under each overlap, what the artifact's closed formula says on the same mask, and how latency follows density
 * (elasticity: relative change of the latency / relative change of the density) by kind of layer.
 *
 *     npm run attention -- [TOKENS]
 */
import { artifactSangerSeconds } from "../hw/artifact/sanger.ts";
import { maskFacts } from "../hw/attention/balance.ts";
import { countOperation } from "../hw/attention/counted.ts";
import { totalCycles } from "../hw/attention/counters.ts";
import type { AttentionArray } from "../hw/attention/description.ts";
import type { AttentionOperation, Operation } from "../hw/attention/operation.ts";
import { sanger, sangerRtl } from "../hw/attention/presets.ts";
import { assumedStatistics, attentionMask } from "../workloads/masks/attention-mask.ts";

const tokens = Number(process.argv[2] ?? 384);
const width = 768;
const heads = 12;

function attentionAt(density: number): AttentionOperation {
  const attention = { heads, headWidth: 64, queries: tokens, keys: tokens, causal: false };
  const request = { attention, density, statistics: assumedStatistics, layerKey: [1, "attention-tables"], sample: 0 };
  const kept = attentionMask(request);
  return { kind: "attention", heads, rows: tokens, columns: tokens, depth: 64, kept };
}

const product = (columns: number, depth: number): Operation => ({
  ...{ kind: "product", heads: 1, rows: tokens, columns, depth },
});
const cyclesOf = (operation: Operation, hardware: AttentionArray) => totalCycles(countOperation(operation, hardware));
const prediction: Operation = {
  ...{ kind: "prediction", heads, rows: tokens, columns: tokens, depth: 64, causal: false },
};
const projections = [product(3 * width, width), product(width, width)];
const feedForward = [product(4 * width, width), product(width, 4 * width)];
const sumOf = (operations: readonly Operation[], hardware: AttentionArray) =>
  operations.reduce((sum, operation) => sum + cyclesOf(operation, hardware), 0);

const lines: string[][] = [
  ["density", "balance row", "window", "tile", "none", "skew", "heads", "sanger-rtl", "formula's attention"],
];
const blocks: string[][] = [["density", "projections", "prediction", "attention", "feed-forward", "block", "formula"]];
const elastic: string[][] = [["density", "scores", "values", "attention", "block", "formula"]];

for (const density of [0.02, 0.05, 0.08, 0.12, 0.17, 0.22, 0.27, 0.35, 0.5, 0.75, 1]) {
  const operation = attentionAt(density);
  const { loadBalance } = maskFacts(operation, sanger);
  const of = (overlap: AttentionArray["overlap"]) => cyclesOf(operation, { ...sanger, overlap });
  const formula = artifactSangerSeconds(operation) * 1e9;
  const formulaAttention = formula - (tokens * width * width * 6) / 2048 - formulaOutput(operation);
  lines.push([
    density.toFixed(2),
    ...[loadBalance.row, loadBalance.window, loadBalance.tile].map((share) => share.toFixed(3)),
    ...[of("none"), of("skew"), of("heads"), cyclesOf(operation, sangerRtl), formulaAttention].map(rounded),
  ]);
  const parts = [sumOf(projections, sanger), cyclesOf(prediction, sanger), of("skew"), sumOf(feedForward, sanger)];
  blocks.push([density.toFixed(2), ...[...parts, parts.reduce((a, b) => a + b, 0), formula].map(rounded)]);
  if (density < 1) elastic.push([density.toFixed(2), ...elasticities(density).map((value) => value.toFixed(2))]);
}

/** The formula's output projection, which it scales by the density. */
function formulaOutput(operation: AttentionOperation): number {
  const { keptDensity, loadBalance } = maskFacts(operation, { ...sanger, slots: 32 });
  return (tokens * width * width * 2) / ((2048 / keptDensity) * loadBalance.row);
}

function elasticities(density: number): number[] {
  const [lower, upper] = [density / 1.1, Math.min(1, density * 1.1)];
  const low = attentionAt(lower);
  const high = attentionAt(upper);
  const of = (value: (operation: AttentionOperation) => number) =>
    Math.log(value(high) / value(low)) / Math.log(upper / lower);
  const fixed = sumOf([...projections, ...feedForward, prediction], sanger);
  return [
    of((operation) => countOperation(operation, sanger).stages.scores.cycles),
    of((operation) => countOperation(operation, sanger).stages.values.cycles),
    of((operation) => cyclesOf(operation, sanger)),
    of((operation) => cyclesOf(operation, sanger) + fixed),
    of(artifactSangerSeconds),
  ];
}

function rounded(cycles: number): string {
  return Math.round(cycles).toLocaleString("en");
}

function table(title: string, rows: readonly string[][]): string {
  const [head, ...body] = rows.map((row) => `| ${row.join(" | ")} |`);
  return [`\n${title}\n`, head, `|${"---|".repeat(rows[0].length)}`, ...body].join("\n");
}

process.stdout.write(
  `${[
    table(`Attention of ${tokens} tokens, cycles by overlap`, lines),
    table("A whole block, cycles (overlap skew)", blocks),
    table("Elasticity of latency to density", elastic),
  ].join("\n")}\n`,
);
