/**
 * How fast the sparse PE array is modelled: CPU time of one core, medians over repetitions in one run, seeded masks.
 *
 *     npm run bench:array [-- ROUNDS]
 */
import { cpus } from "node:os";
import { countLayer } from "../../hw/array/counted.ts";
import { layerSums } from "../../hw/array/layer-sums.ts";
import { loopNest } from "../../hw/array/loop-nest.ts";
import { chooseMapping, defaultDepth } from "../../hw/array/mapper.ts";
import type { Mapping } from "../../hw/array/mapping.ts";
import { stepLayer } from "../../hw/array/stepped.ts";
import { eyerissV2 } from "../../hw/presets/eyeriss-v2.ts";
import { type LayerCase, networkCases } from "../network-masks.ts";

const rounds = Number(process.argv[2] ?? 5);
const hardware = eyerissV2;

/** Milliseconds of CPU time that this process has used. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

interface Timed<T> {
  readonly value: T;
  readonly ms: number;
}

function timed<T>(work: () => T): Timed<T> {
  const start = cpuMs();
  const value = work();
  return { value, ms: cpuMs() - start };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function report(what: string, values: readonly number[], unit: string): void {
  const digits = Math.max(...values) < 10 ? 2 : 0;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const figure = `${median(values).toFixed(digits)} ${unit}`;
  process.stdout.write(`${what.padEnd(68)} ${figure.padStart(16)}  (${low.toFixed(digits)}–${high.toFixed(digits)})\n`);
}

function choose(each: LayerCase, masks = each.masks(0)): Mapping {
  const { layer, inputDensity, outputDensity } = each;
  const depth = defaultDepth(hardware);
  return chooseMapping({ layer, weight: masks.weight, hardware, inputDensity, outputDensity, depth }).mapping;
}

interface Inference {
  readonly cycles: number;
  readonly masksMs: number;
  readonly sumsMs: number;
  readonly countMs: number;
}

/** All layers of a network with known mappings; the masks of one layer at a time. */
function infer(cases: readonly LayerCase[], mappings: readonly Mapping[]): Inference {
  let [cycles, masksMs, sumsMs, countMs] = [0, 0, 0, 0];
  for (const [i, each] of cases.entries()) {
    const masks = timed(() => each.masks(0));
    const sums = timed(() => {
      const made = layerSums(loopNest(each.layer, hardware), masks.value, hardware);
      made.weights.columns(mappings[i].filtersPerPe);
      return made;
    });
    const counted = timed(() => countLayer(sums.value, mappings[i], hardware));
    cycles += counted.value.cycles;
    masksMs += masks.ms;
    sumsMs += sums.ms;
    countMs += counted.ms;
  }
  return { cycles, masksMs, sumsMs, countMs };
}

function step(cases: readonly LayerCase[], mappings: readonly Mapping[]): { cycles: number; ms: number } {
  let [cycles, ms] = [0, 0];
  for (const [i, each] of cases.entries()) {
    const masks = each.masks(0);
    const run = timed(() => stepLayer(each.layer, masks, mappings[i], hardware));
    cycles += run.value.cycles;
    ms += run.ms;
  }
  return { cycles, ms };
}

function bench(name: string, cases: readonly LayerCase[], steppedRounds: number): void {
  const cold = timed(() => {
    const mappings = cases.map((each) => choose(each));
    return { mappings, inference: infer(cases, mappings) };
  });
  const { mappings } = cold.value;
  report(`${name}: cold (masks, mapping search, sums, counting)`, [cold.ms], "ms");
  const inferences = Array.from({ length: rounds }, () => infer(cases, mappings));
  const counts = inferences.map(({ countMs }) => countMs);
  report(`${name}: counting alone, known mapping`, counts, "ms");
  report(
    `${name}: prefix sums`,
    inferences.map(({ sumsMs }) => sumsMs),
    "ms",
  );
  report(
    `${name}: counting with masks and prefix sums`,
    inferences.map((one) => one.masksMs + one.sumsMs + one.countMs),
    "ms",
  );
  const stepped = Array.from({ length: steppedRounds }, () => step(cases, mappings));
  report(
    `${name}: stepped, ${stepped[0].cycles.toLocaleString("en")} cycles`,
    stepped.map(({ cycles, ms }) => cycles / ms),
    "kcycles/s",
  );
  report(
    `${name}: counting is faster than stepping by`,
    [median(stepped.map(({ ms }) => ms)) / median(counts)],
    "times",
  );
}

process.stdout.write(
  `Node ${process.version}, ${cpus()[0].model}; ${hardware.name}, tile barrier; CPU time, ${rounds} rounds\n`,
);
bench("MobileNet-0.5", networkCases("sparse-mobilenet-0.5", 1), rounds);
bench("ResNet-50 at weight density .35", networkCases("resnet50", 1, 0.35), 1);
process.stdout.write(`largest resident set: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB\n`);
