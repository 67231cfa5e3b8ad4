/** Is what a cache returns always what would be computed afresh? */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { singlePe } from "../../../hw/presets/single-pe.ts";
import { type LayerToProfile, profileLayer } from "../../../sim/profile/profile-layer.ts";
import { Cache, cacheKey, takeDamagedCount } from "../../../sim/results/cache.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";

const newFolder = () => mkdtempSync(join(tmpdir(), "dysta-"));

function pointwiseJob(cache: string): LayerToProfile {
  const path = join(newFolder(), "layer.yaml");
  writeFileSync(
    path,
    "kind: pointwise\ninputChannels: 4\noutputChannels: 4\ninputHeight: 9\ninputWidth: 9\ninputDensity: 0.5\nweightDensity: 0.5\n",
  );
  const accelerator = { kind: "array", hardware: singlePe, fidelity: "counted" } as const;
  return {
    accelerator,
    target: { kind: "layer-file", path, seed: 1 },
    layer: 0,
    samples: 2,
    cache,
  };
}

const textsIn = (folder: string) => readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));

describe("a kept profile", () => {
  it.each([
    ["cut in half", (text: string) => text.slice(0, text.length / 2)],
    ["emptied", () => ""],
    ["made an empty object", () => "{}"],
    ["changed in one digit", (text: string) => text.replace(/"cycles":(\d)/, (_, digit) => `"cycles":${9 - digit}`)],
    ["given another hash", (text: string) => text.replace(/^./, (first) => (first === "0" ? "1" : "0"))],
    ["made longer", (text: string) => `${text} `],
  ])("that was %s is computed again and kept whole", (_, damage) => {
    const folder = newFolder();
    const job = pointwiseJob(folder);
    const fresh = profileLayer(job);
    const whole = textsIn(folder);
    expect(whole.length).toBeGreaterThan(0);
    for (const name of readdirSync(folder)) {
      writeFileSync(join(folder, name), damage(readFileSync(join(folder, name), "utf8")));
    }
    takeDamagedCount();
    expect(profileLayer(job)).toEqual(fresh);
    expect(takeDamagedCount()).toBe(whole.length);
    expect(textsIn(folder)).toEqual(whole);
  });

  it("serves fewer samples, and is added to for more, as if all had been computed at once", () => {
    const kept = pointwiseJob(newFolder());
    const all = profileLayer({ ...kept, samples: 3, cache: newFolder() });
    expect(new Set(all.samples.map(({ cycles }) => cycles)).size).toBe(3);
    profileLayer(kept);
    expect(profileLayer({ ...kept, samples: 1 }).samples).toEqual(all.samples.slice(0, 1));
    expect(profileLayer({ ...kept, samples: 3 })).toEqual(all);
  });
});

describe("an entry", () => {
  it("is read as it was written, and nothing is read under another key", () => {
    const cache = new Cache(newFolder());
    cache.write("one", { cycles: [1, 2.5], name: "conv1" });
    expect(cache.read("one")).toEqual({ cycles: [1, 2.5], name: "conv1" });
    expect(cache.read("two")).toBeUndefined();
  });

  it("is nothing under the name of another", () => {
    const folder = newFolder();
    const cache = new Cache(folder);
    cache.write("one", 1);
    writeFileSync(join(folder, "two.json"), readFileSync(join(folder, "one.json")));
    expect([cache.read("one"), cache.read("two"), takeDamagedCount()]).toEqual([1, undefined, 1]);
  });

  it("cannot be kept in what is not a folder", () => {
    const file = join(newFolder(), "file");
    writeFileSync(file, "");
    expect(() => new Cache(file).write("one", 1)).toThrow(
      new ConfigError(`--cache ${file}: cannot be written: ENOTDIR (--no-cache does without)`),
    );
  });
});

describe("keys", () => {
  it("are the same for the same inputs and differ for any two others", () => {
    const inputs = [
      { hardware: singlePe, layer: 0, seed: 1 },
      { hardware: singlePe, layer: 1, seed: 1 },
      { hardware: singlePe, layer: 0, seed: 2 },
      { hardware: { ...singlePe, macsPerPe: 2 }, layer: 0, seed: 1 },
      { hardware: { ...singlePe, dram: { ...singlePe.dram, bytesPerSecond: 25.6e9 } }, layer: 0, seed: 1 },
    ];
    expect(new Set(inputs.map(cacheKey)).size).toBe(inputs.length);
    expect(inputs.map((each) => cacheKey(structuredClone(each)))).toEqual(inputs.map(cacheKey));
  });

  it("tell an unlimited size from one that is not given", () => {
    expect(cacheKey({ psumEntries: Number.POSITIVE_INFINITY })).not.toBe(cacheKey({ psumEntries: null }));
  });
});
