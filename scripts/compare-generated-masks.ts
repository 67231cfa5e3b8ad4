/**
 * How much work generated masks do beside the real ones: effectual MACs of eight pointwise layers of sparse MobileNet-0.5
 * over the integers counted on real masks, for ten seeds. Prints a Markdown table.
 */
import { effectualMacs } from "../workloads/masks/effectual-macs.ts";
import { evenStatistics, type MaskStatistics, measuredStatistics } from "../workloads/masks/statistics.ts";
import { NetworkMasks } from "../workloads/networks/network-masks.ts";
import { networkOf } from "../workloads/networks/networks.ts";

/** Sparseloop artifact (MICRO 2022, Fig. 12). */
const published = new Map([
  ["L07", 1702140],
  ["L09", 1499682],
  ["L13", 1144158],
  ["L19", 1457458],
  ["L21", 1677684],
  ["L23", 1821557],
  ["L25", 948572],
  ["L27", 775316],
]);
const total = [...published.values()].reduce((sum, macs) => sum + macs, 0);
const network = networkOf("sparse-mobilenet-0.5");

function row(label: string, seed: number, statistics: MaskStatistics): string {
  const masks = new NetworkMasks(network, { seed, statistics });
  let sum = 0;
  const ratios = [...published].map(([name, real]) => {
    const index = network.layers.findIndex((layer) => layer.name === name);
    const { input, weight } = masks.masks(index, 0);
    const macs = effectualMacs(network.layers[index], input, weight);
    sum += macs;
    return (macs / real).toFixed(3);
  });
  return `| ${label} | ${ratios.join(" | ")} | ${(sum / total).toFixed(4)} |`;
}

const seeds = Array.from({ length: 10 }, (_, i) => i + 1);
const lines = [
  `| seed | ${[...published.keys()].join(" | ")} | sum |`,
  `|---|${"---|".repeat(published.size + 1)}`,
  ...seeds.map((seed) => row(`${seed}`, seed, measuredStatistics)),
  row("1, even", 1, evenStatistics),
];
process.stdout.write(`${lines.join("\n")}\n`);
