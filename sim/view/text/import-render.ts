/** What `dysta import` prints. */
import type { ImportDocument } from "../../../workloads/import/import-document.ts";
import type { UnmappedLayer } from "../../study/import/unmapped.ts";
import { newTable } from "./table.ts";

/** @param unmapped layers without a legal mapping on the array that they were held against */
export function importText(
  document: ImportDocument,
  unmapped: { readonly hardware: string; readonly layers: readonly UnmappedLayer[] },
  out: string,
): string {
  const { name, format, opset, layers, operators, totals, samples } = document;
  const isMeasured = samples > 0;
  const table = newTable(["layer", "kind", "MACs", "weights", "weight", ...(isMeasured ? ["in", "out"] : [])], {
    alignment: ["left", "left", "right", "right", "right", "right", "right"],
  });
  for (const layer of layers) {
    const activations = isMeasured ? [share(layer.inputDensity), share(layer.outputDensity)] : [];
    table.push([
      ...[layer.name, layer.kind, layer.denseMacs.toLocaleString("en"), layer.weights.toLocaleString("en")],
      ...[share(layer.weightDensity), ...activations],
    ]);
  }
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([op, count]) => `${op} ${count}`)
      .join(", ") || "none";
  const head = `${name}: ${format === "onnx" ? `ONNX, operator set ${opset}` : "SCALE-Sim topology"}, ${layers.length} layers`;
  return [
    head,
    "",
    table.toString(),
    "",
    `${totals.macs.toLocaleString("en")} MACs, ${totals.parameters.toLocaleString("en")} parameters${totals.weightDensity === null ? "" : `, weight density ${totals.weightDensity.toFixed(4)}`}`,
    isMeasured
      ? `weight, in, out: shares of non-zeros, in and out measured on ${samples} ${samples === 1 ? "input" : "inputs"}`
      : "weight: share of non-zeros. Activations are assumed; --inputs measures them.",
    `layers from: ${list(operators.counted)}`,
    `without MACs: ${list(operators.free)}`,
    ...operators.unsupported.map(
      ({ op, name: own, why, share: part }) =>
        `not modelled: ${op} "${own}", ${why}, ${part === null ? "MACs not known" : `${(100 * part).toPrecision(3)} % of all MACs`}`,
    ),
    ...unmapped.layers.map(
      ({ share: part, why }) => `cannot run: ${why}; ${(100 * part).toPrecision(3)} % of all MACs`,
    ),
    ...document.notes,
    "",
    `written to ${out}: dysta profile --models ${/[/\\]/.test(out) ? out : `./${out}`}`,
  ].join("\n");
}

function share(density: number | null | undefined): string {
  return density === null || density === undefined ? "–" : density.toFixed(4);
}
