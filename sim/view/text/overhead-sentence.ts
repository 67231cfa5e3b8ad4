/** The whole overhead of monitor and unit in one sentence, one number per resource. */
import type { Overhead } from "../../study/overhead/overhead-document.ts";
import { percent } from "./hardware-render.ts";

export function overheadSentence({ decisions, resources }: Pick<Overhead, "decisions" | "resources">): string {
  const { whole } = decisions;
  const held =
    `Monitor and scheduling unit hold the accelerator ${percent(whole.slowdown - 1)} longer ` +
    `(monitor ${percent(whole.monitorSlowdown - 1)}, decisions ${percent(whole.decisionSlowdown - 1)})`;
  if ("unavailable" in resources) return `${held}; their resources are not known here.`;
  const { unit, monitor, relative } = resources;
  const { toPublished, toOneMacArray } = relative;
  const kibibytes = (unit.memoryBits + monitor.memoryBits) / 8192;
  const shares: readonly [string, number][] = [
    ["memory", toPublished.memory],
    ["LUTs", toPublished.lut],
    ["DSPs", toPublished.dsp],
  ];
  const [largest] = shares.reduce((most, each) => (each[1] > most[1] ? each : most));
  return (
    `${held}, and take ${kibibytes.toFixed(1)} KiB of memory (${percent(toPublished.memory)} of the published Eyeriss v2's), ` +
    `${unit.lut + monitor.lut} LUTs (${percent(toPublished.lut)}), ${unit.dsp + monitor.dsp} DSPs (${percent(toPublished.dsp)}) ` +
    `and ${unit.ff + monitor.ff} flip-flops (${percent(toOneMacArray.ff)} of those of as many of our PEs with one MAC); ` +
    `the largest share is that of ${largest}.`
  );
}
