/** `dysta schema`: the JSON Schema of a kind of file, for editors. */
import { attentionArrayJsonSchema } from "../../hw/attention/description-file.ts";
import { hardwareJsonSchema } from "../../hw/presets/description-file.ts";
import { layerJsonSchema } from "../../workloads/networks/layer-file.ts";
import { networkJsonSchema } from "../../workloads/networks/network-schema.ts";
import { scenarioJsonSchema } from "../../workloads/scenarios/scenario-schema.ts";
import { sweepJsonSchema } from "../study/sweep/sweep-schema.ts";
import { exitStatus } from "./exit.ts";

const schemas = {
  scenario: scenarioJsonSchema,
  sweep: sweepJsonSchema,
  hardware: () => ({ anyOf: [hardwareJsonSchema(), attentionArrayJsonSchema()] }),
  layer: layerJsonSchema,
  network: networkJsonSchema,
};

export function schemaCommand({ file }: { file: keyof typeof schemas }): number {
  process.stdout.write(`${JSON.stringify(schemas[file](), null, 2)}\n`);
  return exitStatus.done;
}
