/** Does the ready-made array sweep give the cycles of the validation's table? Its smallest arrays are counted here. */
import { expect, it } from "vitest";
import { networksOf } from "../../../../sim/profile/modelled-networks.ts";
import { loadSweep } from "../../../../sim/study/sweep/sweep-file.ts";

/** docs/validation-array.md, "After outputs had to pass ports, and runs of zeros to take words": clusters → cycles. */
const documented: Readonly<Record<string, number>> = {
  "1x1": 1_682_984,
  "2x2": 443_383,
  "4x2": 228_165,
  "8x2": 122_428,
};

it.each(Object.entries(documented))(
  "%s clusters of the chip take %i cycles",
  async (clusters, cycles) => {
    const sweep = await loadSweep("pe-array");
    const wanted = [...clusters.split("x").map(Number), 3, 4, 2];
    const places = Array.from({ length: sweep.configurationCount }, (_, k) => k);
    const configuration = places.find((k) => String(sweep.valuesOf(k)) === String(wanted));
    if (configuration === undefined) throw new Error(`pe-array has no ${clusters} clusters`);
    const [profile] = await networksOf(await sweep.scenarioOf(configuration), { workers: 1 });
    expect(profile.latency.reduce((sum, layer) => sum + layer, 0)).toBe(cycles);
  },
  120_000,
);
