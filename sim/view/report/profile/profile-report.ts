/** The HTML report of a profile: where the cycles of each layer go, how few there could be, what changes would bring. */
import { floorNames } from "../../../../hw/array/floors.ts";
import type { LayerRow, ProfileDocument } from "../../../profile/profile-document.ts";
import { type ExplainDocument, largestFloor } from "../../../study/explain/explain-document.ts";
import { figureHtml, htmlPage, numberTable, section } from "../../html/html.ts";
import { escaped } from "../../plots/escape.ts";
import type { Figure, NumberTable } from "../../plots/figure.ts";
import { layerShapeText } from "../../text/layer-shape.ts";
import { layerFigures } from "../run/layers.ts";
import { whatIfFigure } from "./what-if-figure.ts";

/** Of what the layers do, and of the changes where they were asked for. */
export function profileFigures(profile: ProfileDocument, explanations: readonly ExplainDocument[]): Figure[] {
  return [...layerFigures(profile), ...explanations.map(whatIfFigure)];
}

/**
 * One self-contained page. The same profile gives the same bytes.
 *
 * @param hasWhatIf whether the figures say what changes of the array would bring
 */
export async function profileReport(
  profile: ProfileDocument,
  figures: readonly Figure[],
  hasWhatIf: boolean,
): Promise<string> {
  const drawn: string[] = [];
  for (const figure of figures) drawn.push(await figureHtml(figure));
  const body = [header(profile, figures, hasWhatIf), floorsSection(profile), ...drawn];
  return htmlPage(`${profile.hardware}: layers – dysta`, body.join("\n"));
}

function header(profile: ProfileDocument, figures: readonly Figure[], hasWhatIf: boolean): string {
  const { hardware, clockHz, fidelity, samples, networks, energySource } = profile;
  const facts: [string, string][] = [
    ["hardware", `${hardware}, ${clockHz / 1e6} MHz`],
    ["cycles", `${fidelity}, mean of ${samples} sample${samples === 1 ? "" : "s"}`],
    ...networks.map(({ model, pattern, totals, note }): [string, string] => [
      `${model}/${pattern}`,
      `${Math.round(totals.cycles).toLocaleString("en")} cycles = ${((totals.cycles / clockHz) * 1e3).toFixed(3)} ms${note === undefined ? "" : `; ${note}`}`,
    ]),
    ["energy", energySource],
    ...(hasWhatIf
      ? []
      : [
          ["what if", "dysta profile --what-if, or dysta explain, says what each change would bring"] as [
            string,
            string,
          ],
        ]),
  ];
  const links = [{ id: "floors", title: "Layers and their floors" }, ...figures];
  return `<header><h1>Layers on ${escaped(hardware)}</h1>
<dl>${facts.map(([term, text]) => `<dt>${escaped(term)}</dt><dd>${escaped(text)}</dd>`).join("\n")}</dl>
<nav aria-label="Figures"><ul>${links.map(({ id, title }) => `<li><a href="#${id}">${escaped(title)}</a></li>`).join("\n")}</ul></nav></header>`;
}

function floorsSection({ layers }: ProfileDocument): string {
  const caption =
    "A floor is what one resource needs for work that no mapping avoids, evenly spread and waiting for nothing: MACs of two non-zeros " +
    "(macs), every tensor over DRAM once (dram) and through the ports of the buffers once (ports), every weight written into a " +
    "SPad once (spadLoad). No mapping is faster than any of them.";
  return section("floors", "Layers and their floors", caption, numberTable(floorsTable(layers)));
}

function floorsTable(layers: readonly LayerRow[]): NumberTable {
  return {
    title: "Layers and their floors",
    columns: [
      { title: "layer" },
      { title: "network" },
      { title: "shape" },
      { title: "cycles", digits: 0 },
      { title: "most cycles go to" },
      ...floorNames.map((name) => ({ title: `${name}, cycles`, digits: 0 })),
      { title: "largest floor / cycles, %", digits: 1 },
    ],
    rows: layers.map((row) => [
      row.name,
      `${row.model}/${row.pattern}`,
      layerShapeText(row.shape),
      row.cycles,
      row.boundBy,
      ...floorNames.map((name) => row.floors?.[name] ?? null),
      row.floors === null || row.cycles === 0 ? null : (largestFloor(row).cycles / row.cycles) * 100,
    ]),
  };
}
