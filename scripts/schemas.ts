/**
 * Writes the JSON Schemas of the documents that commands print with --json, from the types of the functions that make
 * them, to sim/study/schemas/: `npm run schemas`. `dysta schema result-run` prints one.
 */
import { writeFileSync } from "node:fs";
import { documentSchemas } from "./schemas/document-schemas.ts";

for (const [name, schema] of documentSchemas()) {
  writeFileSync(`sim/study/schemas/${name}.json`, `${JSON.stringify(schema, null, 2)}\n`);
}
