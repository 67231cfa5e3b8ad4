/** Are what-ifs profiles of the changed hardware, and the right layers looked at? */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { hardwareFrom } from "../../../../hw/presets/description-file.ts";
import { eyerissV2 } from "../../../../hw/presets/eyeriss-v2.ts";
import { singlePe } from "../../../../hw/presets/single-pe.ts";
import { profileLayer } from "../../../../sim/profile/profile-layer.ts";
import { explain } from "../../../../sim/study/explain/explain.ts";
import { explainDocument } from "../../../../sim/study/explain/explain-document.ts";
import { changesOf } from "../../../../sim/study/explain/hardware-changes.ts";
import { chosenLayers, layerChoice } from "../../../../sim/study/explain/layer-choice.ts";
import { explainQuestion } from "../../../../sim/study/explain/question.ts";
import { folderWith } from "../../cli/dysta.ts";
import { dystaInProcess } from "../../cli/in-process.ts";

const smallArray: Readonly<Record<string, unknown>> = {
  name: "small",
  preset: "eyeriss-v2",
  grid: { clusterRows: 2, clusterColumns: 1 },
  buffer: { psums: "512 B", activations: "256 B" },
  dram: { bandwidth: "0.4 GB/s", latencyCycles: 5 },
  monitor: { lanes: 2 },
};

const project = folderWith({
  "layer.yaml": stringify({
    ...{ kind: "conv", inputChannels: 16, outputChannels: 24, inputHeight: 7, inputWidth: 7, kernel: 3, padding: 1 },
    ...{ inputDensity: 0.5, weightDensity: 0.4, outputDensity: 0.5 },
  }),
  "small.yaml": stringify(smallArray),
});

/** `{ a: { b: value } }` for `a.b`. */
function nested(key: string, value: unknown): object {
  return key.split(".").reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as object;
}

/** The keys of the small array with one of them changed, put together by hand. */
function changedKeys(key: string, value: unknown): object {
  const [group, ...rest] = key.split(".");
  const inner = rest.length === 0 ? value : { ...(smallArray[group] as object), ...nested(rest.join("."), value) };
  return { ...smallArray, [group]: inner };
}

const question = await explainQuestion({ network: join(project, "layer.yaml"), hardware: join(project, "small.yaml") });
const explanation = await explain(question, { workers: 2 });

describe("what-ifs", () => {
  it("have the cycles and the energy of a profile of the changed hardware, each of them", async () => {
    const [{ whatIf }] = explanation.layers;
    expect(whatIf.length).toBeGreaterThan(30);
    for (const { key, value, change, cycles, energyPj } of whatIf) {
      const hardware = await hardwareFrom(changedKeys(key, value), "test", "changed by hand");
      const { target } = question.network;
      const accelerator = { kind: "array", hardware, fidelity: "counted" } as const;
      const { samples } = profileLayer({ target, layer: 0, samples: 1, accelerator });
      expect({ change, cycles, energyPj }).toEqual({
        change,
        cycles: samples[0].cycles,
        energyPj: samples[0].energyPj,
      });
    }
  });

  it("are what dysta profile prints of a hardware file with the change in it", async () => {
    const [best] = explanation.whatIf;
    writeFileSync(join(project, "changed.yaml"), stringify(changedKeys(best.key, best.value)));
    const { stdout } = await dystaInProcess(
      ["profile", "--layer", "layer.yaml", "--hardware", "changed.yaml", "--no-cache", "--json"],
      project,
    );
    expect(best.cycles).toBe(JSON.parse(stdout).totals.cycles);
  });

  it("are sorted by gain, and gains are shares of the cycles as they are", () => {
    const { whatIf, profile } = explanation;
    expect(whatIf.map(({ gain }) => gain)).toEqual(whatIf.map(({ gain }) => gain).toSorted((a, b) => b - a));
    for (const { cycles, gain } of whatIf) expect(gain).toBeCloseTo(1 - cycles / profile.totals.cycles, 12);
    expect(whatIf[0].gain).toBeGreaterThan(0.1);
  });

  it("never take fewer cycles than the floors that the change leaves as they are", () => {
    const { floors } = explainDocument(explanation).layers[0];
    for (const { key, cycles } of explanation.whatIf) {
      if (!/^(grid|macsPerPe)/.test(key)) expect(cycles, key).toBeGreaterThanOrEqual(floors?.macs ?? Number.NaN);
      if (!/^dram|compressOutputs|zeroRunBits/.test(key))
        expect(cycles, key).toBeGreaterThanOrEqual(floors?.dram ?? Number.NaN);
    }
  });
});

describe("changes", () => {
  it("are different arrays, each by one key", async () => {
    const changes = changesOf(eyerissV2);
    const described = await Promise.all(
      changes.map(({ key, value }) => hardwareFrom(nested(key, value), "test", eyerissV2.name)),
    );
    const texts = described.map((hardware) => JSON.stringify(hardware, (_, each) => (each === Infinity ? "∞" : each)));
    expect(new Set(texts).size).toBe(changes.length);
    expect(texts).not.toContain(JSON.stringify(eyerissV2, (_, each) => (each === Infinity ? "∞" : each)));
    expect(new Set(changes.map(({ text }) => text)).size).toBe(changes.length);
  });

  it("are none of what is unlimited or neutral already", () => {
    const keys = changesOf(singlePe).map(({ key }) => key);
    expect(keys).not.toContain("dram.bandwidth");
    expect(keys).not.toContain("mechanisms.emptyColumnBubble");
    expect(keys).not.toContain("monitor.lanes");
    expect(keys).toContain("grid.peRows");
  });
});

describe("the choice of layers", () => {
  const rows = [
    { name: "stem", cycles: 5, boundBy: "compute" },
    { name: "block1.a", cycles: 9, boundBy: "spadLoad" },
    { name: "block1.b", cycles: 7, boundBy: "compute" },
    { name: "block2+a", cycles: 1, boundBy: "compute" },
  ] as const;

  it.each([
    [{}, [0, 1, 2, 3]],
    [{ layers: ["block1.b"] }, [2]],
    [{ layers: ["block1.*", "stem"] }, [0, 1, 2]],
    [{ layers: ["block2+*"] }, [3]],
    [{ boundBy: "compute", top: 2 }, [2, 0]],
    [{ top: 1 }, [1]],
    [{ top: 9 }, [1, 2, 0, 3]],
  ])("%j is %j", (words, indices) => {
    expect(chosenLayers(rows, layerChoice(words))).toEqual(indices);
  });
});
