/** Does the ready-made array sweep give the cycles of the validation's table? Its smallest arrays are counted here. */
import { expect, it } from "vitest";
import { networksOf } from "../../../../sim/profile/modelled-networks.ts";
import { loadSweep } from "../../../../sim/study/sweep/sweep-file.ts";

/** docs/validation-array.md, "After the mapper weighed energy": clusters → cycles. */
const documented: Readonly<Record<string, number>> = {
  "1x1": 1_679_779,
  "2x2": 440_540,
  "4x2": 226_032,
  "8x2": 121_855,
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
