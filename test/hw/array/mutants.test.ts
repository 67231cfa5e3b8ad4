/**
 * Are the equality tests able to fail? Each mutant is the counted model with one mistake, written to a folder of its
 * own; the random cases must tell it from the stepped model.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { countLayer } from "../../../hw/array/counted.ts";
import { layerSums } from "../../../hw/array/layer-sums.ts";
import { loopNest } from "../../../hw/array/loop-nest.ts";
import { stepLayer } from "../../../hw/array/stepped.ts";
import { randomBatchCase, randomCase } from "./random-case.ts";

const caseCount = 400;
const sourceFolder = resolve(import.meta.dirname, "../../../hw/array");
const files = [
  "counted.ts",
  "pass-schedule.ts",
  "pass-traffic.ts",
  "output-path.ts",
  "pass-work.ts",
  "pixel-blocks.ts",
];

interface Mutant {
  readonly mistake: string;
  readonly file: string;
  readonly original: string;
  readonly broken: string;
}

const mutants: readonly Mutant[] = [
  {
    mistake: "partial-sum drain rounded down",
    file: "pass-work.ts",
    original: "Math.ceil((filters * rest) / psumsDrainedPerCycle)",
    broken: "Math.floor((filters * rest) / psumsDrainedPerCycle)",
  },
  {
    mistake: "DMA ignored",
    file: "pass-schedule.ts",
    original: "this.bitsPerCycle = dramBitsPerCycle(hardware);",
    broken: "this.bitsPerCycle = Infinity; void dramBitsPerCycle;",
  },
  {
    mistake: "weights not reloaded for every pixel tile",
    file: "counted.ts",
    original: "weightBits: traffic.weightBits(pass)",
    broken: "weightBits: pass.pixels[0] > 0 ? 0 : traffic.weightBits(pass)",
  },
  {
    mistake: "buffer not reloaded when the activations do not fit",
    file: "pass-traffic.ts",
    original: "return { entries, loadedWords: isThere ? 0 : this.wordsIn(pass, region) };",
    broken: "return { entries, loadedWords: isThere || pass.filters[0] > 0 ? 0 : this.wordsIn(pass, region) };",
  },
  {
    mistake: "pixels of a tile split by rounding to nearest",
    file: "pixel-blocks.ts",
    original: "return Math.ceil(pixels / this.blocks);",
    broken: "return Math.max(1, Math.round(pixels / this.blocks));",
  },
  {
    mistake: "weight SPad load left out",
    file: "pass-work.ts",
    original: "Math.ceil(heldWeights / weightsLoadedPerCycle)",
    broken: "0 * weightsLoadedPerCycle",
  },
  {
    mistake: "buffer ports left out",
    file: "pass-schedule.ts",
    original: "Math.max(peCycles, activationCycles, readCycles, this.outputPath.sumCycles(psums, finals))",
    broken: "Math.max(peCycles, 0 * activationCycles, readCycles, 0 * this.outputPath.sumCycles(psums, finals))",
  },
  {
    mistake: "words of value zero not fetched",
    file: "pass-traffic.ts",
    original: "return this.onesIn(this.sums.activations.words, range, region);",
    broken: "return this.entriesIn(range, region);",
  },
  {
    mistake: "unfinished sums read back at no price",
    file: "pass-schedule.ts",
    original: "const readCycles = Math.ceil(psumsRead / (psumReadsPerCycle * clusters));",
    broken: "const readCycles = 0; void psumsRead; void psumReadsPerCycle;",
  },
  {
    mistake: "activations fetched again for the next filters of a tile",
    file: "pass-traffic.ts",
    original: "const isThere = pass.readsAgain && this.fits(entries);",
    broken: "const isThere = false;",
  },
  {
    mistake: "the images of a pass drained once",
    file: "pass-work.ts",
    original: "drainCycles[at] = images * this.cyclesOfDrain(filters, pixels);",
    broken: "drainCycles[at] = this.cyclesOfDrain(filters, pixels);",
  },
  {
    mistake: "outputs that do not wait for ports",
    file: "output-path.ts",
    original: "this.portRate = outputsPerCycle(hardware);",
    broken: "this.portRate = Infinity; void outputsPerCycle;",
  },
  {
    mistake: "detectors that look at outputs only while some leave",
    file: "output-path.ts",
    original: "this.idle(this.isAtPorts ? done : done - left);",
    broken: "this.idle(this.isAtPorts ? done : 0);",
  },
  {
    mistake: "outputs that wait in front of the detectors forgotten at the layer's end",
    file: "output-path.ts",
    original: "return Math.ceil(this.waiting / this.lanes);",
    broken: "return 0;",
  },
  {
    mistake: "a bit of a half stored word lost in every cycle",
    file: "output-path.ts",
    original: "credit = stream.isBlocked ? bits - stream.words * wordBits : 0;",
    broken: "credit = stream.isBlocked ? Math.max(0, bits - stream.words * wordBits - 1) : 0;",
  },
  {
    mistake: "outputs thought to leave while the channel loads",
    file: "output-path.ts",
    original: "return latency + Math.floor(bits / this.bitsPerCycle);",
    broken: "return latency;",
  },
];

const folder = mkdtempSync(join(tmpdir(), "dysta-mutants-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** `countLayer` of a copy of the model with the mutant's mistake in it. */
async function countLayerOf(mutant: Mutant, index: number): Promise<typeof countLayer> {
  for (const file of files) {
    let source = readFileSync(join(sourceFolder, file), "utf8");
    if (file === mutant.file) {
      expect(source.split(mutant.original).length, `"${mutant.original}" occurs once`).toBe(2);
      source = source.replace(mutant.original, mutant.broken);
    }
    writeFileSync(join(folder, `${index}-${file}`), redirectImports(source, index));
  }
  const module = (await import(join(folder, `${index}-counted.ts`))) as { countLayer: typeof countLayer };
  return module.countLayer;
}

/** Mutated files import each other; everything else comes from the model itself. */
function redirectImports(source: string, index: number): string {
  return source.replace(/from "(\.[^"]+)"/g, (_, path: string) => {
    const name = basename(path);
    return files.includes(name) ? `from "./${index}-${name}"` : `from "${resolve(sourceFolder, path)}"`;
  });
}

describe("a counted model that is wrong", () => {
  const cases = Array.from({ length: caseCount }, (_, i) => [randomCase(i + 1), randomBatchCase(i + 1)]).flat();
  const truth = cases.map((each) => stepLayer(each.layer, each.masks, each.mapping, each.hardware));

  it.each(mutants.map((mutant, index) => ({ ...mutant, index })))("is caught: $mistake", async (mutant) => {
    const count = await countLayerOf(mutant, mutant.index);
    const caught = cases.filter(({ layer, masks, mapping, hardware }, i) => {
      const counters = count(layerSums(loopNest(layer, hardware), masks, hardware), mapping, hardware);
      return counters.cycles !== truth[i].cycles;
    });
    expect(caught.length).toBeGreaterThanOrEqual(5);
  });
});
