/** Do the inferred tables have the times that their README names, and the samples that the artifact draws? */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { packagePath } from "../../../workloads/input/package-root.ts";
import { builtInTables } from "../../../workloads/scenarios/load-tables.ts";
import { secondsPerTick } from "../../../workloads/tables/profile.ts";

const times: Readonly<Record<string, number>> = {
  ...{ "bert/dynamic": 12, "gpt2/dynamic": 28, "bart/dynamic": 55.4 },
  ...{ "mobilenet/unstructured": 30, "mobilenet/block4": 31.5, "mobilenet/filter": 28.5 },
  ...{ "resnet50/unstructured": 200, "resnet50/block4": 210, "resnet50/filter": 190 },
  ...{ "ssd300/unstructured": 370, "ssd300/block4": 388.5, "ssd300/filter": 351.5 },
  ...{ "vgg16/unstructured": 500, "vgg16/block4": 525, "vgg16/filter": 475 },
};

test("mean times alone are those inferred, to a microsecond", () => {
  const profiles = builtInTables().flatMap(({ table, profiles }) => (table.includes("inferred") ? profiles : []));
  expect(profiles.map(({ model, pattern }) => `${model}/${pattern}`).sort()).toEqual(Object.keys(times).sort());
  for (const profile of profiles) {
    const total = profile.latency.reduce((sum, cycles) => sum + cycles, 0) * secondsPerTick(profile);
    const milliseconds = (1000 * total) / profile.sampleIds.length;
    expect(Math.abs(milliseconds - times[`${profile.model}/${profile.pattern}`]), profile.name).toBeLessThan(1e-3);
    expect([...profile.sampleIds]).toEqual(Array.from({ length: 16 }, (_, sample) => sample));
    expect(profile.source).toContain("inferred");
  }
  const readme = readFileSync(packagePath("workloads", "inferred-tables", "README.md"), "utf8");
  for (const text of ["12, 28, 55.4 ms", "30, 200, 370, 500 ms", "**Nothing in them is\nmeasured**"]) {
    expect(readme).toContain(text);
  }
});
