/**
 * How fast the attention array is modelled: counting all 12 layers of BERT-base at 384 tokens with masks given, and
 * stepping one head, by CPU time of one core. Masks are drawn from fixed seeds.
 *
 *     npm run bench:attention
 */
import { countOperation } from "../../hw/attention/counted.ts";
import { totalCycles } from "../../hw/attention/counters.ts";
import { slotCount } from "../../hw/attention/description.ts";
import type { AttentionOperation, Operation } from "../../hw/attention/operation.ts";
import { sanger } from "../../hw/attention/presets.ts";
import { stepOperation } from "../../hw/attention/stepped.ts";
import { assumedStatistics, attentionMask } from "../../workloads/masks/attention-mask.ts";
import { machine, measureCpu, print } from "./measure.ts";

const [layers, tokens, width] = [12, 384, 768];
const density = 0.17;

function attention(layer: number, heads: number): AttentionOperation {
  const shape = { heads, headWidth: 64, queries: tokens, keys: tokens, causal: false };
  const drawn = { attention: shape, density, statistics: assumedStatistics, layerKey: [1, layer], sample: 0 };
  return { kind: "attention", heads, rows: tokens, columns: tokens, depth: 64, kept: attentionMask(drawn) };
}

const product = (columns: number, depth: number): Operation => ({
  ...{ kind: "product", heads: 1, rows: tokens, columns, depth },
});
const dense = [product(3 * width, width), product(width, width), product(4 * width, width), product(width, 4 * width)];
const block: readonly Operation[] = [
  ...dense,
  { kind: "prediction", heads: 12, rows: tokens, columns: tokens, depth: 64, causal: false },
];
const attentions = Array.from({ length: layers }, (_, layer) => attention(layer, 12));

const counted = measureCpu(() => {
  for (const own of attentions) for (const operation of [...block, own]) countOperation(operation, sanger);
});
const head = attention(0, 1);
const cycles = totalCycles(countOperation(head, sanger));
const stepped = measureCpu(() => void stepOperation(head, sanger), { runs: 5, warmups: 1 });

print(machine());
print(
  `BERT-base, ${layers} layers, ${tokens} tokens, density ${density}, counted: ${(counted.median * 1e3).toFixed(0)} ms`,
);
const rate = cycles / stepped.median / 1e3;
print(`one head stepped at ${slotCount(sanger)} MACs: ${rate.toFixed(0)} thousand cycles/s`);
