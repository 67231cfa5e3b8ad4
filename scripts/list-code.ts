/** Part of the build: hashes the code that results follow from, so that a command need not (`sim/results/code-identity.ts`). */
import { writeFileSync } from "node:fs";
import { codeListFile, listCode } from "../sim/results/code-identity.ts";

writeFileSync(codeListFile, `${JSON.stringify({ profiles: listCode("profiles"), results: listCode("results") })}\n`);
