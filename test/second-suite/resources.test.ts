/** Does Yosys still give the committed resources? */
import { expect, it } from "vitest";
import { quotedDesigns } from "../../hw/synthesis/quoted-designs.ts";
import { resourcesKey, synthesise } from "../../hw/synthesis/resources.ts";
import { yosysVersion } from "../../hw/synthesis/yosys.ts";
import { committedResources } from "../../sim/study/overhead/synthesis.ts";

it.each(Object.entries(quotedDesigns()))("%s", async (_, design) => {
  const key = resourcesKey(design, await yosysVersion());
  expect(await synthesise(design)).toEqual(committedResources().byKey[key]);
});
