/**
 * Resources of designs, each synthesised once: from the results that are committed with the RTL, else from the cache, else
 * from Yosys.
 */
import { readFileSync } from "node:fs";
import { type Resources, resourcesKey, synthesise } from "../../../hw/synthesis/resources.ts";
import { type Design, yosysVersion } from "../../../hw/synthesis/yosys.ts";
import { packagePath } from "../../../workloads/input/package-root.ts";
import { Cache } from "../../results/cache.ts";
import { task } from "../../threads/task.ts";

export const committedResourcesFile = packagePath("hw", "rtl", "resources.json");

/** Results by `resourcesKey`; `scripts/synthesise.ts` writes them. */
interface CommittedResources {
  readonly yosysVersion: string;
  readonly byKey: Readonly<Record<string, Resources>>;
}

export function committedResources(): CommittedResources {
  return JSON.parse(readFileSync(committedResourcesFile, "utf8")) as CommittedResources;
}

/** What is committed of a design; undefined if nothing is. */
export function committedResourcesOf(design: Design): Resources | undefined {
  const { yosysVersion: version, byKey } = committedResources();
  return byKey[resourcesKey(design, version)];
}

/**
 * What a design takes on an FPGA. Yosys is not needed for what is committed.
 *
 * @throws ConfigError if Yosys is needed and not installed, RtlError if the RTL has a mistake.
 */
export async function resourcesOf(design: Design, cache: Cache | undefined): Promise<Resources> {
  const known = committedResourcesOf(design);
  if (known !== undefined) return known;
  const key = `synthesis-${resourcesKey(design, await yosysVersion())}`;
  const kept = cache?.read<Resources>(key);
  if (kept !== undefined) return kept;
  const resources = await synthesise(design);
  cache?.write(key, resources);
  return resources;
}

interface SynthesiseJob {
  readonly design: Design;
  /** Folder of kept results, if any. */
  readonly cache: string | undefined;
}

export const synthesiseTask = task<SynthesiseJob, Resources>("synthesise");

/** As `resourcesOf`, from the folder of kept results as far as it reaches. */
export function synthesiseJob({ design, cache }: SynthesiseJob): Promise<Resources> {
  return resourcesOf(design, cache === undefined ? undefined : new Cache(cache));
}
