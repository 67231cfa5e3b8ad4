/** Are the published schemas of documents those of the types that the documents have? */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { documentSchemas } from "../../scripts/schemas/document-schemas.ts";
import { documentSchemaNames } from "../../sim/cli/schema-names.ts";
import { packagePath } from "../../workloads/input/package-root.ts";

it("every document's schema is up to date (npm run schemas writes them)", () => {
  const schemas = documentSchemas();
  expect([...schemas.keys()]).toEqual([...documentSchemaNames]);
  for (const [name, schema] of schemas) {
    expect(JSON.parse(readFileSync(packagePath(`sim/study/schemas/${name}.json`), "utf8")), name).toEqual(schema);
  }
});
