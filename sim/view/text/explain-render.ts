/** `dysta explain` for people. */
import { cycleParts } from "../../../hw/array/counters.ts";
import { floorNames } from "../../../hw/array/floors.ts";
import type { LayerRow } from "../../profile/profile-document.ts";
import type { ExplainedLayer, Explanation, WhatIf } from "../../study/explain/explain.ts";
import { largestFloor } from "../../study/explain/explain-document.ts";
import { layerShapeText } from "./layer-shape.ts";
import { newTable } from "./table.ts";
import { colours, wrapped } from "./terminal.ts";

/** Changes that move cycles and energy by less are counted, not listed. */
const smallestShown = 0.0005;

/**
 * The network, and its layers as a table or, where they were named, one after the other.
 *
 * @param isNamed whether the layers were chosen by name
 * @param width columns of the terminal, if it is one
 */
export function explainText(explanation: Explanation, isNamed: boolean, width: number | undefined): string {
  const { profile, layers, whatIf } = explanation;
  const parts = isNamed
    ? layers.map((layer) => layerText(layer, width))
    : [layersTable(layers), whatIfText(whatIf, `what if, ${layersText(layers.length)} together`)];
  return [networkText(explanation, width), ...parts, wrapped(legend(profile.energySource), width)].join("\n\n");
}

function networkText({ profile, layers }: Explanation, width: number | undefined): string {
  const { hardware, clockHz, fidelity, totals } = profile;
  const [{ model, pattern, note }] = profile.networks;
  const floor = layers.reduce((sum, { row }) => sum + largestFloor(row).cycles, 0);
  const isWhole = layers.length === profile.layers.length;
  const lines = [
    `${colours.bold(`${model}/${pattern}`)} on ${hardware}, ${fidelity}: ${integer(totals.cycles)} cycles = ` +
      `${((totals.cycles / clockHz) * 1e3).toFixed(3)} ms at ${clockHz / 1e6} MHz; ${layersText(profile.layers.length)}`,
    ...(totals.stalls === null ? [] : [`cycles: ${causesText(totals.stalls, totals.cycles)}`]),
    `no mapping ${isWhole ? "" : `of the ${layersText(layers.length)} below `}takes fewer than ${integer(floor)} cycles: each layer's largest floor, added up`,
    ...(note === undefined ? [] : [`${note}.`]),
  ];
  return wrapped(lines.join("\n"), width);
}

function layersText(count: number): string {
  return count === 1 ? "1 layer" : `${count} layers`;
}

function layersTable(layers: readonly ExplainedLayer[]): string {
  const table = newTable(
    ["layer", "shape", "cycles", "%", "bound by", "floor", "its cycles", "best change", "gain %"],
    {
      alignment: ["left", "left", "right", "right", "left", "left", "right", "left", "right"],
    },
  );
  for (const { row, share, whatIf } of layers) {
    const floor = largestFloor(row);
    const [best] = whatIf;
    const gains = best !== undefined && best.gain >= smallestShown;
    table.push([
      row.name,
      layerShapeText(row.shape),
      integer(row.cycles),
      percent(share),
      row.boundBy ?? "–",
      floor.name,
      integer(floor.cycles),
      gains ? best.change : "none",
      gains ? percent(best.gain) : "",
    ]);
  }
  return table.toString();
}

function layerText({ row, share, whatIf }: ExplainedLayer, width: number | undefined): string {
  const { name, kind, cycles, stalls, floors, boundBy, mappingText, inputDensity, weightDensity } = row;
  const facts = [
    `${colours.bold(name)}  ${kind} ${layerShapeText(row.shape)}, ${percent(share)} % of the network's cycles; ` +
      `densities ${inputDensity.toFixed(2)} in, ${weightDensity.toFixed(2)} weights`,
    `${integer(cycles)} cycles: ${stalls === null ? "without causes" : causesText(stalls, cycles)}; bound by ${boundBy ?? "nothing"}`,
    `floors: ${floorsText({ floors, cycles })}`,
    `mapping: ${mappingText ?? "none"}`,
  ];
  return `${wrapped(facts.join("\n"), width)}\n${whatIfText(whatIf, "what if")}`;
}

function floorsText({ floors, cycles }: Pick<LayerRow, "floors" | "cycles">): string {
  if (floors === null) return "not known";
  const share = (floor: number) => (cycles === 0 ? "" : ` (${percent(floor / cycles)} %)`);
  return floorNames
    .toSorted((a, b) => floors[b] - floors[a])
    .map((name) => `${name} ${integer(floors[name])}${share(floors[name])}`)
    .join(", ");
}

function whatIfText(all: readonly WhatIf[], title: string): string {
  const shown = all.filter(
    ({ gain, energyGain }) => Math.abs(gain) >= smallestShown || Math.abs(energyGain ?? 0) >= smallestShown,
  );
  const table = newTable([title, "cycles", "gain %", "µJ", "gain %"]);
  for (const { change, cycles, gain, energyPj, energyGain } of shown) {
    table.push([
      change,
      integer(cycles),
      percent(gain),
      energyPj === null ? "–" : (energyPj / 1e6).toFixed(2),
      energyGain === null ? "–" : percent(energyGain),
    ]);
  }
  const rest = all.length - shown.length;
  if (rest === 0) return table.toString();
  return `${table.toString()}\n${rest} other changes alone move cycles and energy by less than ${percent(smallestShown)} %.`;
}

function causesText(stalls: NonNullable<LayerRow["stalls"]>, cycles: number): string {
  return cycleParts
    .filter((part) => stalls[part] > 0)
    .toSorted((a, b) => stalls[b] - stalls[a])
    .map((part) => `${part} ${percent(stalls[part] / cycles)} %`)
    .join(", ");
}

function legend(energySource: string): string {
  return (
    "Floors: what one resource needs for work that no mapping avoids, evenly spread, waiting for nothing. Gain: share of the " +
    "cycles (of the energy) saved by this change alone, the layers mapped anew; less than 0 is a loss. " +
    `Energy: word accesses × ${energySource}, whatever the size of a memory.`
  );
}

function integer(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function percent(share: number): string {
  return (share * 100).toFixed(1);
}
