/**
 * Why the artifact's analytic Eyeriss v2 model is so far from the chip: its cycles on sparse MobileNet-0.5, taken apart.
 * Prints a Markdown table for docs/validation.md.
 */
import { artifactCycles, artifactEyerissV2, artifactShape } from "../hw/artifact/eyeriss.ts";
import { effectualMacs } from "../workloads/masks/effectual-macs.ts";
import { NetworkMasks } from "../workloads/networks/network-masks.ts";
import { networkOf } from "../workloads/networks/networks.ts";

const publishedCycles = 135_999;
const peCount = 192;
const seed = 1;

const network = networkOf("sparse-mobilenet-0.5");
const masks = new NetworkMasks(network, { seed });
const layers = network.layers.map((layer, index) => {
  const { input, weight } = masks.masks(index, 0);
  return {
    layer,
    effectual: effectualMacs(layer, input, weight),
    artifact: artifactCycles(artifactShape(layer), input, weight),
  };
});

const effectual = sum(({ effectual }) => effectual);
const artifactMacs = sum(({ artifact }) => artifact.effectualMacs);
const checks = sum(({ artifact }) => artifact.activationCheckCycles + artifact.weightCheckCycles);

const steps: readonly (readonly [string, number])[] = [
  ["effectual MACs at 2 per PE and cycle, perfect balance", effectual / (2 * peCount)],
  ["4 cycles per MAC, one MAC at a time", (4 * effectual) / peCount],
  ["+ stride taken as 1", (4 * artifactMacs) / peCount],
  ["+ checks of activations and weights", (4 * artifactMacs + checks) / peCount],
  ["the artifact's model (each layer rounded down)", sum(({ artifact }) => artifact.cycles)],
  ["the chip, published", publishedCycles],
];

const lines = [
  `${network.name}, masks from seed ${seed}: ${effectual} effectual MACs; the artifact counts ${artifactMacs}.`,
  "",
  "| step | cycles | / published | inferences/s |",
  "|---|---|---|---|",
  ...steps.map(([step, cycles]) => {
    const rate = artifactEyerissV2.clockHz / cycles;
    return `| ${step} | ${Math.round(cycles)} | ${(cycles / publishedCycles).toFixed(2)} | ${rate.toFixed(1)} |`;
  }),
];
process.stdout.write(`${lines.join("\n")}\n`);

function sum(of: (entry: (typeof layers)[number]) => number): number {
  return layers.reduce((total, entry) => total + of(entry), 0);
}
