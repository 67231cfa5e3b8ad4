/** How fast the blocks of monitor and unit are: the committed static timing, and what a rule makes of it at 65 nm. */
import { readFileSync } from "node:fs";
import type { BlockTiming } from "../../../hw/synthesis/timing.ts";
import { packagePath } from "../../../workloads/input/package-root.ts";

/** Gates of 65 nm are some three times as fast as those of 180 nm: a rule, not a measurement. */
const speedUpTo65nm = 3;

export interface TimingReport {
  readonly library: string;
  readonly speedUpTo65nm: number;
  /** Slowest first. */
  readonly blocks: readonly TimedBlock[];
}

interface TimedBlock extends Pick<BlockTiming, "block" | "periodNs" | "from" | "to" | "areaUm2" | "gateEquivalents"> {
  /** `periodNs` by the rule, at 65 nm. */
  readonly scaledNs: number;
}

/** What `scripts/timing.ts` writes. */
interface CommittedTiming {
  readonly versions: { readonly library: string };
  readonly blocks: readonly BlockTiming[];
}

/** Of hw/rtl/timing.json: the blocks of the default unit and monitor. */
export function timingReport(): TimingReport {
  const { versions, blocks } = JSON.parse(
    readFileSync(packagePath("hw", "rtl", "timing.json"), "utf8"),
  ) as CommittedTiming;
  const timed = blocks.map(({ block, periodNs, from, to, areaUm2, gateEquivalents }) => ({
    ...{ block, periodNs, from, to, areaUm2, gateEquivalents },
    scaledNs: periodNs / speedUpTo65nm,
  }));
  return { library: versions.library, speedUpTo65nm, blocks: timed.sort((a, b) => b.periodNs - a.periodNs) };
}
