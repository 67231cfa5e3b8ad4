/** What to explain as users say it, and as `explain` takes it. */
import { ConfigError } from "../../../workloads/input/errors.ts";
import { readYamlFile } from "../../../workloads/input/yaml-file.ts";
import { isNetworkPath } from "../../../workloads/networks/network-file.ts";
import { resolveHardware } from "../../../workloads/scenarios/scenario.ts";
import { machineFacts } from "../../profile/accelerator.ts";
import { type ProfileWords, profileQuestion } from "../../profile/question.ts";
import type { ExplainQuestion } from "./explain.ts";
import { type LayerWords, layerChoice } from "./layer-choice.ts";

/** The words of `dysta explain`; what is left out is as for `dysta profile`. */
interface ExplainWords
  extends LayerWords,
    Pick<ProfileWords, "pattern" | "sparsity" | "samples" | "batch" | "seed" | "hardware" | "fidelity" | "energy"> {
  /** A network by name or path, or the path of a layer file with the ending of one. */
  readonly network?: string | undefined;
  /** Or else a layer file, whatever its ending. */
  readonly layer?: string | undefined;
  readonly mappingObjective?: string | undefined;
}

/** @throws ConfigError for words that contradict each other, and for anything that a file has wrong. */
export async function explainQuestion({
  network,
  layer,
  layers,
  boundBy,
  top,
  ...words
}: ExplainWords): Promise<ExplainQuestion> {
  const choice = layerChoice({ layers, boundBy, top });
  const file = layer ?? (network !== undefined && isLayerFile(network) ? network : undefined);
  const what = file === undefined ? { models: [network ?? ""] } : { layer: file };
  const { networks, accelerator, samples, objective, energy } = await profileQuestion({ ...words, ...what });
  if (accelerator.kind !== "array") {
    throw new ConfigError(
      `explain needs a modelled PE array, hardware ${machineFacts(accelerator).name} is another machine`,
    );
  }
  if (accelerator.fidelity === "expected") {
    throw new ConfigError("--fidelity expected knows no causes: explain needs counted or stepped");
  }
  const hardware = resolveHardware(process.cwd(), words.hardware ?? "eyeriss-v2");
  return { network: networks[0], accelerator, hardware, samples, objective, energy, choice };
}

/** A file that describes one layer, not a network of them. */
function isLayerFile(name: string): boolean {
  if (!isNetworkPath(name) || !/\.(ya?ml|json)$/i.test(name)) return false;
  const data = readYamlFile(name, `network ${name}`);
  return typeof data === "object" && data !== null && "kind" in data;
}
