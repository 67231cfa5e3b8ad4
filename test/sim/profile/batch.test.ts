import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { targetLayer, targetLayers } from "../../../sim/profile/profile-target.ts";
import { denseMacs, inputShape } from "../../../workloads/layers/layer.ts";
import { joinedMasks, maskOf, popcount, toBytes } from "../../../workloads/masks/bit-mask.ts";
import { dystaInProcess } from "../cli/in-process.ts";

const folder = mkdtempSync(join(tmpdir(), "dysta-batch-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(
  join(folder, "small.yaml"),
  "kind: conv\nname: small\ninputChannels: 4\noutputChannels: 6\ninputHeight: 7\ninputWidth: 7\nkernel: 3\ninputDensity: 0.5\nweightDensity: 0.5\n",
);

describe("a batch of a layer", () => {
  const single = { kind: "layer-file", path: join(folder, "small.yaml"), seed: 1 } as const;

  it("has the inputs of as many samples, one after the other, and the weights of one", () => {
    const [one, batch] = [targetLayer(single, 0), targetLayer({ ...single, batch: 3 }, 0)];
    expect(inputShape(batch.layer)).toEqual([12, 7, 7]);
    expect(denseMacs(batch.layer)).toBe(3 * denseMacs(one.layer));
    expect(denseMacs(targetLayers({ ...single, batch: 3 })[0])).toBe(denseMacs(batch.layer));
    const masks = batch.masks(1);
    expect(masks.input).toEqual(joinedMasks([3, 4, 5].map((sample) => one.masks(sample).input)));
    expect(masks.output).toEqual(batch.outputMask(1));
    expect(masks.weight).toEqual(one.masks(0).weight);
  });

  it("is joined bit by bit", () => {
    const parts = [3, 7, 31, 32, 33, 45].map((size) =>
      [0, 1, 2].map((k) =>
        maskOf(
          Uint8Array.from({ length: size }, (_, i) => Number((i * 7 + k) % 3 === 0)),
          [size],
        ),
      ),
    );
    for (const masks of parts) {
      const joined = joinedMasks(masks);
      expect(Array.from(toBytes(joined))).toEqual(masks.flatMap((mask) => Array.from(toBytes(mask))));
      expect(popcount(joined)).toBe(masks.reduce((sum, mask) => sum + popcount(mask), 0));
    }
  });
});

describe("dysta profile --batch", () => {
  const profile = async (...args: string[]) =>
    dystaInProcess(["profile", "--layer", "small.yaml", "--no-cache", "--json", ...args], folder);
  const layerOf = async (...args: string[]) => JSON.parse((await profile(...args)).stdout);

  it("fetches the weights once for all images where the tile holds them", async () => {
    const one = await layerOf("--hardware", "eyeriss-v1");
    const four = await layerOf("--hardware", "eyeriss-v1", "--batch", "4");
    expect(four.batch).toBe(4);
    expect(one.batch).toBeUndefined();
    expect(four.layers[0].mapping.imagesPerTile).toBe(4);
    expect(four.layers[0].bytes.dramWeights).toBe(one.layers[0].bytes.dramWeights);
    expect(four.layers[0].denseMacs).toBe(4 * one.layers[0].denseMacs);
    const stepped = await layerOf("--hardware", "eyeriss-v1", "--batch", "4", "--fidelity", "stepped");
    expect(stepped.layers[0].cycles).toBe(four.layers[0].cycles);
  });

  it.each([
    [["--batch", "0"], "--batch must be a whole number, 1 or more, is 0"],
    [["--batch", "1.5"], "--batch must be a whole number, 1 or more, is 1.5"],
    [["--batch", "2", "--hardware", "sanger"], "--batch is for a modelled PE array, hardware is sanger"],
    [["--batch", "99999999"], /^layer "small": batch must be at most 16777216, is 99999999$/],
    [["--mapping-objective", "speed"], /^unknown mapping objective "speed"/],
    [["--hardware", "read.yaml"], /^hardware file read\.yaml: ports\.psumReadsPerCycle must be a positive integer/],
    [["--hardware", "shared.yaml"], /^hardware file shared\.yaml: buffer\.shared must be true or false/],
    [
      ["--mapping", "fold.json"],
      /^mapping of layer "small" is not legal on eyeriss-v2: .*peRows carrying 2 dimensions/,
    ],
    [
      ["--mapping", "fold.json", "--hardware", "eyeriss-v1"],
      /^mapping of layer "small" .*13 PEs along peRows needed, 12 there/,
    ],
    [
      ["--mapping", "tile.json", "--hardware", "eyeriss-v1"],
      /filtersPerTile must be a multiple of filtersPerPe \(2\), not 3$/,
    ],
    [["--mapping", "other.json"], /^mapping: no layer "conv1"/],
    [["--mapping", "word.json"], /^mapping file word\.json: small\.axes\.peRows must be one of groups/],
  ] as [string[], string | RegExp][])("%j is one line and exit 2", async (args, message) => {
    const block = { filtersPerPe: 2, channelsPerPe: 1, kernelRowsPerPe: 1, pixelsPerTile: 5 };
    const axes = { clusterRows: {}, clusterColumns: {}, peRows: { kernelRows: 13, filters: 1 }, peColumns: "pixels" };
    const files = {
      "read.yaml": "ports: { psumReadsPerCycle: 0 }\n",
      "shared.yaml": "buffer: { shared: maybe }\n",
      "fold.json": JSON.stringify({ small: { axes, ...block } }),
      "tile.json": JSON.stringify({ small: { axes: { ...axes, peRows: {} }, ...block, filtersPerTile: 3 } }),
      "other.json": JSON.stringify({ conv1: { axes, ...block } }),
      "word.json": JSON.stringify({ small: { axes: { ...axes, peRows: "rows" }, ...block } }),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { status, stdout, stderr } = await profile(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^dysta: [^\n]+\n$/);
    const said = stderr.slice("dysta: ".length, -1);
    if (typeof message === "string") expect(said).toBe(message);
    else expect(said).toMatch(message);
  });
});
