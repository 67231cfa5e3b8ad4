/** `dysta schema`: the JSON Schema of a kind of file, for editors, or of what a command prints with --json. */
import { readFileSync } from "node:fs";
import { attentionArrayJsonSchema } from "../../hw/attention/description-file.ts";
import { hardwareJsonSchema } from "../../hw/presets/description-file.ts";
import { packagePath } from "../../workloads/input/package-root.ts";
import { layerJsonSchema } from "../../workloads/networks/layer-file.ts";
import { networkJsonSchema } from "../../workloads/networks/network-schema.ts";
import { scenarioJsonSchema } from "../../workloads/scenarios/scenario-schema.ts";
import { sweepJsonSchema } from "../study/sweep/sweep-schema.ts";
import { exitStatus } from "./exit.ts";
import type { documentSchemaNames, fileSchemaNames } from "./schema-names.ts";

type FileSchema = (typeof fileSchemaNames)[number];
type DocumentSchema = (typeof documentSchemaNames)[number];

const fileSchemas: Readonly<Record<FileSchema, () => object>> = {
  scenario: scenarioJsonSchema,
  sweep: sweepJsonSchema,
  hardware: () => ({ anyOf: [hardwareJsonSchema(), attentionArrayJsonSchema()] }),
  layer: layerJsonSchema,
  network: networkJsonSchema,
};

export function schemaCommand({ file }: { file: FileSchema | DocumentSchema }): number {
  process.stdout.write(isFile(file) ? `${JSON.stringify(fileSchemas[file](), null, 2)}\n` : documentSchema(file));
  return exitStatus.done;
}

function isFile(name: FileSchema | DocumentSchema): name is FileSchema {
  return Object.hasOwn(fileSchemas, name);
}

/** Written from the documents' types by `npm run schemas`. */
function documentSchema(name: DocumentSchema): string {
  return readFileSync(packagePath(`sim/study/schemas/${name}.json`), "utf8");
}
