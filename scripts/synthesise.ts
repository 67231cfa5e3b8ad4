/**
 * Synthesises the designs that the project quotes, as far as hw/rtl/resources.json does not hold them, and writes that
 * file: `npm run synthesise`.
 */
import { writeFileSync } from "node:fs";
import { quotedDesigns } from "../hw/synthesis/quoted-designs.ts";
import { type Resources, resourcesKey, synthesise } from "../hw/synthesis/resources.ts";
import { yosysVersion } from "../hw/synthesis/yosys.ts";
import { committedResources, committedResourcesFile } from "../sim/study/overhead/synthesis.ts";

const version = await yosysVersion();
const known = committedResources().byKey;
const byKey: Record<string, Resources> = {};
for (const [name, design] of Object.entries(quotedDesigns())) {
  const key = resourcesKey(design, version);
  const resources = known[key] ?? (await synthesise(design));
  byKey[key] = resources;
  const { logicLuts, memoryLuts, flipFlops, dsps, bram18s, memoryBits } = resources;
  const figures = { logicLuts, memoryLuts, flipFlops, dsps, bram18s, memoryBits };
  process.stdout.write(`${name}: ${JSON.stringify(figures)}\n`);
}
writeFileSync(committedResourcesFile, `${JSON.stringify({ yosysVersion: version, byKey }, null, 2)}\n`);
