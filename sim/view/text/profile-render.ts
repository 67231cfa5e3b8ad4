/** People-readable tables of a profile. */
import { cycleParts } from "../../../hw/array/counters.ts";
import type { LayerRow, ProfileDocument } from "../../profile/profile-document.ts";
import { newTable } from "./table.ts";
import { colours } from "./terminal.ts";

/** One table per network, its totals, and what the figures mean. */
export function profileTables(document: ProfileDocument): string {
  const networks = document.networks.map((network) => networkTables(document, network));
  return [...networks, legend(document)].join("\n\n");
}

function networkTables(
  { layers, clockHz, batch = 1 }: ProfileDocument,
  network: ProfileDocument["networks"][number],
): string {
  const { model, pattern, note, totals: total } = network;
  const own = layers.filter((layer) => layer.model === model && layer.pattern === pattern);
  const table = newTable([
    "layer",
    "cycles",
    "util %",
    "bound by",
    "in",
    "weight",
    "out",
    "MACs",
    "DRAM kB",
    "MAC/B",
    "roof",
    "µJ",
  ]);
  for (const layer of own) table.push(row(layer));
  const lines = [
    colours.bold(`${model}/${pattern}`),
    table.toString(),
    `${timeText(total.cycles, clockHz, batch)}; ${integer(total.effectualMacs)} of ${integer(total.denseMacs)} MACs, ` +
      `utilisation ${percent(total.utilisation)} %`,
  ];
  if (total.stalls !== null && total.cycles > 0) {
    const shares = cycleParts.map((part) => `${part} ${percent((total.stalls?.[part] ?? 0) / total.cycles)} %`);
    lines.push(`cycles: ${shares.join(", ")}`);
  }
  if (total.dramBytes !== null) {
    const energy = total.energyPj === null ? "" : `, ${(total.energyPj / 1e6).toFixed(1)} µJ`;
    lines.push(`DRAM ${(total.dramBytes / 1e3).toFixed(1)} kB${energy}`);
  }
  if (note !== undefined) lines.push(`${note}.`);
  return lines.join("\n");
}

/** Cycles and time of the inputs that are computed together, and the rate of inferences; of one without work that it has none. */
function timeText(cycles: number, clockHz: number, batch: number): string {
  if (cycles === 0) return "0 cycles: there is no work in it";
  const seconds = cycles / clockHz;
  const inputs = batch === 1 ? "" : ` for ${batch} inputs together`;
  return `${integer(cycles)} cycles = ${(seconds * 1e3).toFixed(3)} ms at ${clockHz / 1e6} MHz${inputs} (${(batch / seconds).toFixed(1)} inferences/s)`;
}

function row(layer: LayerRow): string[] {
  const { roofline, dramBytes, energyPj } = layer;
  return [
    layer.name,
    integer(layer.cycles),
    percent(layer.utilisation),
    layer.boundBy ?? "–",
    layer.inputDensity.toFixed(2),
    layer.weightDensity.toFixed(2),
    layer.outputDensity.toFixed(2),
    integer(layer.effectualMacs),
    dramBytes === null ? "–" : (dramBytes / 1e3).toFixed(1),
    roofline === null ? "–" : roofline.macsPerDramByte.toFixed(1),
    roofline === null ? "–" : roofline.limit,
    energyPj === null ? "–" : (energyPj / 1e6).toFixed(2),
  ];
}

function legend({ hardware, fidelity, samples, area, energySource }: ProfileDocument): string {
  const mm2 = area?.mm2 === undefined ? "" : `, ${area.mm2.toFixed(3)} mm²`;
  const size = area === null ? "" : `, ${area.peCount} PEs, ${integer(area.sramBytes)} bytes of SRAM${mm2}`;
  return (
    `${hardware}${size}; ${fidelity}; mean of ${samples} sample${samples === 1 ? "" : "s"}.\n` +
    "in, weight, out: densities. MACs: of two non-zeros. bound by: where most cycles went. roof: whether the peak of the\n" +
    "array or DRAM traffic limits what the layer could reach at best. Energy: word accesses × " +
    `${energySource}.`
  );
}

/** Per layer the chosen mapping, and what came next with the reason it lost. */
export function mappingExplanation({ layers }: ProfileDocument): string {
  return layers
    .flatMap(({ model, pattern, name, mappingText, alternatives }) => {
      if (mappingText === null) return [];
      const title = `${colours.bold(`${model}/${pattern} ${name}`)}: ${mappingText}`;
      if (alternatives === null) return [`${title}  (given)`];
      const { candidateCount, cycles, energyPj, runnersUp } = alternatives;
      if (energyPj === null) {
        return [
          `${title}\n  chosen among ${integer(candidateCount)} candidates by the estimate: ${integer(cycles)} cycles`,
        ];
      }
      const costs = (cycles: number, energyPj: number) => `${integer(cycles)}  ${(energyPj / 1e6).toFixed(2)} µJ`;
      const others = runnersUp.map(
        (other) => `    ${costs(other.cycles, other.energyPj)}  ${other.mapping}  ${other.lostBy}`,
      );
      return [
        `${title}\n  chosen among ${integer(candidateCount)} candidates; cycles and energy with the expected densities, not the sample's:`,
        `  * ${costs(cycles, energyPj)}`,
        ...others,
      ];
    })
    .join("\n");
}

function integer(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function percent(share: number): string {
  return (share * 100).toFixed(1);
}
