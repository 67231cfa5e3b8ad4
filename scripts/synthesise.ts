/** Synthesises the designs that the project quotes and writes hw/rtl/resources.json: `npm run synthesise`. */
import { writeFileSync } from "node:fs";
import { quotedDesigns } from "../hw/synthesis/quoted-designs.ts";
import { type Resources, resourcesKey, synthesise } from "../hw/synthesis/resources.ts";
import { yosysVersion } from "../hw/synthesis/yosys.ts";
import { committedResourcesFile } from "../sim/study/overhead/synthesis.ts";

const version = await yosysVersion();
const byKey: Record<string, Resources> = {};
for (const [name, design] of Object.entries(quotedDesigns())) {
  const resources = await synthesise(design);
  byKey[resourcesKey(design, version)] = resources;
  const { logicLuts, memoryLuts, flipFlops, dsps, bram18s, memoryBits } = resources;
  const figures = { logicLuts, memoryLuts, flipFlops, dsps, bram18s, memoryBits };
  process.stdout.write(`${name}: ${JSON.stringify(figures)}\n`);
}
writeFileSync(committedResourcesFile, `${JSON.stringify({ yosysVersion: version, byKey }, null, 2)}\n`);
