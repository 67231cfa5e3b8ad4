/** Are the document and the table of a profile what its layers and samples add up to, on figures written by hand? */
import { describe, expect, it } from "vitest";
import { type CyclePart, cycleParts } from "../../../hw/array/counters.ts";
import { eyerissEnergy } from "../../../hw/array/energy.ts";
import { artifactEyerissV2 } from "../../../hw/artifact/eyeriss.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import type { Accelerator } from "../../../sim/profile/accelerator.ts";
import type { LayerProfile, LayerSample } from "../../../sim/profile/layer-sample.ts";
import { type NetworkProfile, toProfile } from "../../../sim/profile/profile.ts";
import { profileDocument } from "../../../sim/profile/profile-document.ts";

/** 192 PEs of 2 MACs: 384 MACs per cycle; 128 bytes from DRAM per cycle; 200 MHz. */
const array: Accelerator = { kind: "array", hardware: eyerissV2, fidelity: "counted" };
const artifact: Accelerator = { kind: "artifact", hardware: artifactEyerissV2 };

/** Results of a network of two layers or more; names and shapes are those of one that exists. */
function networkOf(model: string, layers: readonly LayerProfile[]): NetworkProfile {
  const target = { kind: "network", name: model === "net" || model === "other" ? "alexnet" : model, seed: 1 } as const;
  return { network: { model, pattern: "trained", target }, layers };
}

const stallsOf = (parts: Partial<Record<CyclePart, number>>) =>
  Object.fromEntries(cycleParts.map((part) => [part, parts[part] ?? 0])) as Record<CyclePart, number>;

/** Two samples each. `conv` is bound by its MACs; `fc` by DRAM, though its first sample alone is not. */
const conv: LayerProfile = {
  name: "conv",
  weightDensity: 0.9,
  samples: [
    {
      cycles: 100,
      denseMacs: 100_000,
      effectualMacs: 19_200,
      inputDensity: 0.25,
      outputDensity: 0.5,
      stalls: stallsOf({ compute: 60, imbalance: 10, load: 30 }),
      dramBytes: 1000,
      energyPj: 5,
    },
    {
      cycles: 300,
      denseMacs: 100_000,
      effectualMacs: 57_600,
      inputDensity: 0.75,
      outputDensity: 1,
      stalls: stallsOf({ compute: 180, imbalance: 10, load: 110 }),
      dramBytes: 3000,
      energyPj: 7,
    },
  ],
};
const fc: LayerProfile = {
  name: "fc",
  weightDensity: 0.1,
  samples: [
    {
      cycles: 400,
      denseMacs: 50_000,
      effectualMacs: 4000,
      inputDensity: 0.5,
      outputDensity: 0.125,
      stalls: stallsOf({ compute: 250, load: 150 }),
      dramBytes: 42_000,
      energyPj: 20,
    },
    {
      cycles: 440,
      denseMacs: 50_000,
      effectualMacs: 4400,
      inputDensity: 0.625,
      outputDensity: 0.375,
      stalls: stallsOf({ compute: 50, load: 390 }),
      dramBytes: 42_000,
      energyPj: 30,
    },
  ],
};

const { stalls: _, dramBytes: __, energyPj: ___, ...totalOnly } = conv.samples[0];
/** Known by its cycles alone, as from the artifact's model. */
const plain: LayerProfile = { ...conv, name: "plain", samples: [totalOnly satisfies LayerSample] };

describe("the document of a profile", () => {
  const options = { samples: 2, energy: eyerissEnergy };
  const document = profileDocument([networkOf("net", [conv, fc]), networkOf("other", [fc])], array, options);
  const { layers } = document;
  const [net, other] = document.networks.map(({ totals }) => totals);

  it("has the means over samples of each layer", () => {
    expect(layers.map(({ model, pattern, name }) => `${model}/${pattern} ${name}`)).toEqual([
      "net/trained conv1",
      "net/trained conv2",
      "other/trained conv1",
    ]);
    expect(layers[0]).toMatchObject({
      cycles: 200,
      effectualMacs: 38_400,
      inputDensity: 0.5,
      outputDensity: 0.75,
      weightDensity: 0.9,
      stalls: stallsOf({ compute: 120, imbalance: 10, load: 70 }),
      dramBytes: 2000,
      energyPj: 6,
    });
  });

  it("says what most cycles of all samples together went to", () => {
    expect(layers.map(({ boundBy }) => boundBy)).toEqual(["compute", "load", "load"]);
  });

  it("holds the roofline over each layer: 384 MACs per cycle, or what 128 bytes per cycle can feed", () => {
    expect(layers[0].utilisation).toBe(0.5);
    expect(layers[0].roofline).toEqual({
      macsPerDramByte: 19.2,
      attainableMacsPerCycle: 384,
      achievedMacsPerCycle: 192,
      limit: "macs",
    });
    expect(layers[1].roofline).toMatchObject({ macsPerDramByte: 0.1, achievedMacsPerCycle: 10, limit: "memory" });
    expect(layers[1].roofline?.attainableMacsPerCycle).toBeCloseTo(12.8, 12);
  });

  it("adds up the layers of each network by itself", () => {
    expect(document.totals.cycles).toBe(net.cycles + other.cycles);
    expect(net).toEqual({
      cycles: 620,
      seconds: 620 / 200e6,
      denseMacs: 150_000,
      effectualMacs: 42_600,
      utilisation: 42_600 / (620 * 384),
      stalls: stallsOf({ compute: 270, imbalance: 10, load: 340 }),
      dramBytes: 44_000,
      energyPj: 31,
    });
    expect(other).toMatchObject({
      cycles: 420,
      effectualMacs: 4200,
      dramBytes: 42_000,
      energyPj: 25,
    });
  });

  it("has no parts, traffic, energy or roofline where only a total is known, nor in a sum with such a layer", () => {
    const unknown = { stalls: null, dramBytes: null, energyPj: null };
    const document = profileDocument([networkOf("net", [fc, plain])], artifact, options);
    // The artifact's PEs do one MAC per cycle.
    expect(document.layers[1]).toMatchObject({ ...unknown, boundBy: null, roofline: null, utilisation: 1 });
    expect(document.totals).toMatchObject({ ...unknown, cycles: 520 });
  });
});

describe("the table of a profile", () => {
  /** Five layers, of which only the fourth hands its 128 outputs to the next as they are: the others are pooled. */
  const antispoof = networkOf("antispoof", [conv, fc, conv, conv, fc]);

  it("has a row per sample with the layers side by side, in every column", () => {
    const profile = toProfile(antispoof, array);
    expect(profile).toMatchObject({ model: "antispoof", timeUnit: "cycles", clockHz: 200e6, layerCount: 5 });
    expect(Array.from(profile.sampleIds)).toEqual([0, 1]);
    expect(Array.from(profile.latency)).toEqual([100, 400, 100, 100, 400, 300, 440, 300, 300, 440]);
    expect(Array.from(profile.inputDensity)).toEqual([0.25, 0.5, 0.25, 0.25, 0.5, 0.75, 0.625, 0.75, 0.75, 0.625]);
    expect(Array.from(profile.outputDensity ?? [])).toEqual([0.5, 0.125, 0.5, 0.5, 0.125, 1, 0.375, 1, 1, 0.375]);
    expect(Array.from(profile.outputs ?? [])).toEqual([64 * 126 * 126, 32 * 61 * 61, 16 * 28 * 28, 128, 1]);
    const ofTwo = (values: Float64Array) => Array.from(values).filter((_, index) => index % 5 < 2);
    const extra = Object.entries(profile.extra).map(([name, values]) => [name, ofTwo(values)]);
    expect(Object.fromEntries(extra)).toEqual({
      effectual_macs: [19_200, 4000, 57_600, 4400],
      stall_cycles: [40, 150, 120, 390],
      dram_bytes: [1000, 42_000, 3000, 42_000],
      energy_pj: [5, 20, 7, 30],
    });
  });

  it("says what lies in the buffer: 1.5 bytes for every non-zero of the input, and of an output that is handed on", () => {
    const { bufferUse } = toProfile(antispoof, array);
    const inputs = [3 * 128 * 128, 64 * 63 * 63, 32 * 30 * 30, 3136, 128];
    const first = [0.25, 0.5, 0.25, 0.25, 0.5].map((share, layer) => share * inputs[layer] * 1.5);
    const second = [0.75, 0.625, 0.75, 0.75, 0.625].map((share, layer) => share * inputs[layer] * 1.5);
    expect(Array.from(bufferUse?.inputBytes ?? [])).toEqual([...first, ...second]);
    expect(Array.from(bufferUse?.forwardedBytes ?? [])).toEqual([0, 0, 0, 96, 0, 0, 0, 0, 192, 0]);
    expect(bufferUse).not.toHaveProperty("prefetchedBytes");
  });

  it("says what is fetched ahead where layers overlap, and nothing of the buffer where that is not known", () => {
    const overlapping = { ...eyerissV2, mechanisms: { ...eyerissV2.mechanisms, layerOverlap: true } };
    const known = [conv, fc, conv, conv, fc].map((layer, k) => ({
      ...layer,
      samples: layer.samples.map((sample) => ({ ...sample, firstLoadBytes: 10 + k })),
    }));
    const profile = toProfile(networkOf("antispoof", known), { ...array, hardware: overlapping });
    expect(Array.from(profile.bufferUse?.prefetchedBytes ?? [])).toEqual([10, 11, 12, 13, 14, 10, 11, 12, 13, 14]);
    expect(toProfile(antispoof, { ...array, hardware: overlapping })).not.toHaveProperty("bufferUse");
  });

  it("leaves out what was not counted", () => {
    const profile = toProfile(networkOf("antispoof", [plain, plain, plain, plain, plain]), artifact);
    expect(Array.from(profile.latency)).toEqual([100, 100, 100, 100, 100]);
    expect(Object.keys(profile.extra)).toEqual(["effectual_macs"]);
    expect(profile).not.toHaveProperty("bufferUse");
  });
});
