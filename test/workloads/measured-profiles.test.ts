/** Do the measured profiles hold what was measured, and the cycles of the formula they name? */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formulaPeCount, measuredNames, measuredProfiles } from "../../workloads/measured-profiles.ts";
import { macsOfShapes } from "../../workloads/measured-transformer.ts";
import { monitoredDensity, type Profile } from "../../workloads/profile.ts";
import { readTable } from "../../workloads/table-reader.ts";

const profiles = measuredProfiles();
const folder = "workloads/measured";

function named(model: string, pattern = "dense"): Profile {
  const found = profiles.find((profile) => profile.model === model && profile.pattern === pattern);
  if (found === undefined) throw new Error(`no ${model}/${pattern}`);
  return found;
}

function effectualMacs({ extra }: Profile): Float64Array {
  return extra.effectual_macs ?? new Float64Array();
}

/** Rows of a CSV file, split by hand: a second reader. */
function rowsOf(path: string): Record<string, string>[] {
  const [header, ...lines] = readFileSync(path, "utf8").trim().split("\n");
  const names = header.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, k) => [names[k], cell])));
}

const published = rowsOf("test/workloads/measured-summary.csv");

describe("networks", () => {
  test("20 CNNs of 24 photographs, one transformer of 150 sentences, told apart by (model, pattern)", () => {
    expect(profiles.map(({ sampleIds }) => sampleIds.length)).toEqual([...new Array(20).fill(24), 150]);
    expect(new Set(profiles.map(({ name }) => name)).size).toBe(21);
    expect(measuredNames.length).toBe(20);
    expect(profiles.every(({ source }) => source.startsWith("formula, not hardware"))).toBe(true);
  });

  test("a name stands for all its patterns", () => {
    expect(measuredProfiles(["handlandmark"]).map(({ pattern }) => pattern)).toEqual(["dense", "unstructured"]);
  });

  test.each(published.map((row) => [row.model, row] as const))("%s: GMACs and layers as published", (stem, row) => {
    const layers = rowsOf(`${folder}/${stem}.layers.csv`);
    const macs = layers.reduce((sum, layer) => sum + Number(layer.macs), 0);
    expect((macs / 1e9).toFixed(3)).toBe(row.GMACs);
    expect(layers.length).toBe(Number(row.kernels));
  });
});

describe("densities", () => {
  test.each(profiles.map((profile) => [profile.name, profile] as const))("%s: in 0..1", (_, profile) => {
    for (const densities of [profile.inputDensity, monitoredDensity(profile)]) {
      expect(Math.min(...densities)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...densities)).toBeLessThanOrEqual(1);
    }
  });

  test("no layer's output is empty on every sample, so its density ratio is defined", () => {
    for (const profile of profiles) {
      const { layerCount, name } = profile;
      const output = monitoredDensity(profile);
      for (let layer = 0; layer < layerCount; layer++) {
        const sum = profile.sampleIds.reduce((total, _, sample) => total + output[sample * layerCount + layer], 0);
        expect(sum, `${name} layer ${layer}`).toBeGreaterThan(0);
      }
    }
  });

  test("the MACs whose activation is not zero are the published share, on average", () => {
    for (const row of published) {
      const samples = rowsOf(`${folder}/${row.model}.samples.csv`);
      const macs = rowsOf(`${folder}/${row.model}.layers.csv`).map((layer) => Number(layer.macs));
      const total = macs.reduce((sum, value) => sum + value, 0);
      const valid = samples.map((sample) => macs.reduce((sum, m, k) => sum + m * (1 - Number(sample[`L${k}`])), 0));
      const share = valid.reduce((sum, value) => sum + value, 0) / samples.length / total;
      expect(Math.abs(share - Number(row.valid_mac_frac_mean)), row.model).toBeLessThan(1e-4);
    }
  });

  test("a layer's output has the density of the next layer's input, the last 1", () => {
    const { inputDensity, outputDensity, layerCount } = named("posenet");
    expect(outputDensity?.[0]).toBe(inputDensity[1]);
    expect(outputDensity?.[layerCount - 1]).toBe(1);
    expect(outputDensity?.[layerCount]).toBe(inputDensity[layerCount + 1]);
  });
});

describe("cycles", () => {
  test.each(profiles.map((profile) => [profile.name, profile] as const))(
    "%s: effectual MACs / 192, rounded up",
    (_, profile) => {
      const macs = effectualMacs(profile);
      for (const [index, cycles] of profile.latency.entries()) {
        expect(cycles).toBeGreaterThanOrEqual(macs[index] / formulaPeCount);
        expect(cycles).toBeLessThan(macs[index] / formulaPeCount + 1);
        expect(Number.isInteger(cycles)).toBe(true);
      }
    },
  );

  test("hand detection on the first photograph, from the files", () => {
    const layers = rowsOf(`${folder}/human_handdetect.layers.csv`);
    const [first] = rowsOf(`${folder}/human_handdetect.samples.csv`);
    const expected = layers.reduce((sum, layer, k) => {
      const macs = Number(layer.macs) * (1 - Number(first[`L${k}`])) * (1 - Number(layer.weight_zero_frac));
      return sum + Math.ceil(macs / 192);
    }, 0);
    const { latency, layerCount } = named("handdetect");
    expect(latency.slice(0, layerCount).reduce((sum, cycles) => sum + cycles, 0)).toBe(expected);
  });

  test("pruning hand landmarks to 14 % of the weights saves three quarters of the cycles", () => {
    const total = (pattern: string) => named("handlandmark", pattern).latency.reduce((sum, cycles) => sum + cycles, 0);
    expect(total("unstructured") / total("dense")).toBeCloseTo(0.217, 3);
  });
});

describe("transformer", () => {
  const transformer = named("use-lite");
  const rows = readTable(`${folder}/use_lite_transformer.samples.csv`);
  const lengths = rows.rows.map(({ cells }) => Number(cells[rows.header.indexOf("len")]));
  const share = (name: string, sample: number) => Number(rows.rows[sample].cells[rows.header.indexOf(name)]);
  const macs = effectualMacs(transformer);
  const ofLayer = (layer: number, sample: number) => macs[sample * transformer.layerCount + layer];

  test("the shapes of a sentence of L tokens give the MACs of two encoder layers", () => {
    for (const [sample, L] of lengths.entries()) {
      const projections = [256 * 512, 256 * 768, 256 * 512, 512 * 1536, 512 * 1536, 512 * 512];
      for (const [k, layer] of [0, 1, 4, 5, 7, 10].entries()) expect(ofLayer(layer, sample)).toBe(L * projections[k]);
      expect(ofLayer(11, sample)).toBe(L * 512 * 1536);
      expect(ofLayer(13, sample)).toBe(512 * 512);
    }
  });

  test("scores and weighted values are thinned by the share of probabilities kept", () => {
    for (const [sample, L] of lengths.entries()) {
      const kept = [1 - share("att0_lt_0.002", sample), 1 - share("att1_lt_0.002", sample)];
      for (const layer of [2, 3]) expect(ofLayer(layer, sample)).toBe(4 * L * L * 64 * kept[0]);
      for (const layer of [8, 9]) expect(ofLayer(layer, sample)).toBe(4 * L * L * 128 * kept[1]);
    }
  });

  test("the second feed-forward product reads the measured output of the ReLU", () => {
    for (const [sample, L] of lengths.entries()) {
      expect(ofLayer(6, sample)).toBe(L * 1536 * 512 * (1 - share("bmm4_a_zero", sample)));
      expect(ofLayer(12, sample)).toBe(L * 1536 * 512 * (1 - share("bmm8_a_zero", sample)));
    }
  });

  test("MACs of shapes: matrix product, 1x1 convolution, transposed scores", () => {
    expect(macsOfShapes("89x256*256x512", "product")).toBe(89 * 256 * 512);
    expect(macsOfShapes("1x89x1x256*1x1x256x768", "projection")).toBe(89 * 256 * 768);
    expect(macsOfShapes("1x4x89x64*1x4x89x64", "scores")).toBe(4 * 89 * 89 * 64);
    expect(macsOfShapes("1x4x89x89*1x4x89x64", "weighted values")).toBe(4 * 89 * 89 * 64);
  });
});
