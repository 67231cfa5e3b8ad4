/**
 * Synthesises the designs that the project quotes and writes hw/rtl/resources.json: `npm run synthesise`. What the file has of
 * the same sources, parameters and version of Yosys is kept; the second suite synthesises all of it again.
 */
import { writeFileSync } from "node:fs";
import { quotedDesigns } from "../hw/synthesis/quoted-designs.ts";
import { type Resources, resourcesKey, synthesise } from "../hw/synthesis/resources.ts";
import { yosysVersion } from "../hw/synthesis/yosys.ts";
import { committedResources, committedResourcesFile } from "../sim/study/overhead/synthesis.ts";

const version = await yosysVersion();
const byKey: Record<string, Resources> = {};
for (const [name, design] of Object.entries(quotedDesigns())) {
  const key = resourcesKey(design, version);
  const resources = committedResources().byKey[key] ?? (await synthesise(design));
  byKey[key] = resources;
  const { logicLuts, memoryLuts, flipFlops, dsps, bram18s, memoryBits } = resources;
  const figures = { logicLuts, memoryLuts, flipFlops, dsps, bram18s, memoryBits };
  process.stdout.write(`${name}: ${JSON.stringify(figures)}\n`);
}
writeFileSync(committedResourcesFile, `${JSON.stringify({ yosysVersion: version, byKey }, null, 2)}\n`);
