/**
 * Does the synthesised PE (hw/rtl/pe.sv) do in every cycle what the TypeScript one does, with the right sums? The tests
 * of `test/rtl/pe.test.ts` (short) and `test/second-suite/rtl-pe.test.ts` (long).
 */
import { beforeAll, describe, expect, it } from "vitest";
import { compressed, type PeBlock, type PeConfiguration } from "../../hw/array/pe-feed.ts";
import { PePhase } from "../../hw/array/pe-port.ts";
import { peFiles, rtlDesign } from "../../hw/synthesis/designs.ts";
import { Dice } from "../hw/array/random-case.ts";
import { NaivePe } from "../models/naive-pe.ts";
import { streamCount } from "./bit-slices.ts";
import { gateNetlist, type Netlist } from "./gates.ts";
import { randomMutants, survivors } from "./mutants.ts";
import { NetlistSimulation, randomPowerUp } from "./netlist.ts";
import { peParameters, plainSums, smallPe } from "./pe-block.ts";
import { PeStream, pePorts } from "./pe-twin.ts";
import { firstMismatch, record, replay } from "./twin.ts";

const netlistOf = (configuration: PeConfiguration) =>
  gateNetlist(rtlDesign("pe", peFiles, peParameters(configuration)));

const streamsOf = (configuration: PeConfiguration) =>
  Array.from({ length: streamCount }, (_, seed) => new PeStream(configuration, seed));

/** The block as the naive PE takes it; stored zeros are weights too. */
function naiveRun(block: PeBlock, configuration: PeConfiguration): NaivePe {
  const columns = block.weights.map((column) => compressed(column, configuration.runBits).map((_, i) => i));
  const activations = block.activations.map((pixel) => pixel.flatMap((value, column) => (value === 0 ? [] : [column])));
  return new NaivePe(
    { weights: columns, activations, filters: block.filters },
    { ...configuration, windowPixels: block.windowPixels, weightsLoadedPerCycle: configuration.macsPerPe },
  ).run();
}

/** Mutants that no stimulus can tell from the PE, and are not proven so because they differ in states never reached. */
const equivalents = [
  // A word that is written when none is loaded goes where the next one will be, which overwrites it before it is read.
  /^memory .*weights (is always written|has WR_EN\[\d+\] tied to 1)$/,
  // At drain position 2 the marks of sums 0 and 1 are cleared once more. (The position is always even.)
  /^\$_NOR_ at net 338 has A tied to 0$/,
];

/** Blocks that have run to their end without a reset: all but the last, in streams that know none. */
const finished = (streams: readonly PeStream[]) =>
  streams.filter(({ promptness }) => promptness === 1).flatMap(({ blocks }) => blocks.slice(0, -1));

/** What it is, its sizes, cycles over all streams, and blocks that must have run to their end in these cycles. */
export type PeCase = readonly [name: string, configuration: PeConfiguration, cycles: number, blocks: number];

export function peAgrees(cases: readonly PeCase[]): void {
  describe.each(cases)("the netlist of a PE %s", (_, configuration, cycles, minBlocks) => {
    const streams = streamsOf(configuration);
    let netlist: Netlist;
    beforeAll(async () => {
      netlist = await netlistOf(configuration);
    });

    it(`agrees in ${cycles} cycles, prompt and late`, () => {
      const simulation = new NetlistSimulation(netlist, randomPowerUp(1));
      expect(
        firstMismatch(simulation, pePorts(configuration), streams, Math.ceil(cycles / streamCount)),
      ).toBeUndefined();
    });

    it("has taken the cycles of the naive PE, phase by phase, and never waited for prompt words", () => {
      const blocks = finished(streams);
      expect(blocks.length).toBeGreaterThan(minBlocks);
      for (const { block, cycles } of blocks) {
        const { load, fill, walk, drain } = naiveRun(block, configuration).cycles;
        expect(cycles.slice(PePhase.load)).toEqual([load, fill, walk, drain, 0]);
      }
    });

    it("has drained the sums of products", () => {
      const blocks = finished(streams);
      for (const { block, drained } of blocks) expect(drained).toEqual(plainSums(block, configuration.psumBits));
      expect(blocks.filter(({ drained }) => drained.some((sum) => sum !== 0)).length).toBeGreaterThan(minBlocks / 5);
    });
  });
}

/** @param count mutants; @param cycles of each stream. */
export function peMutantsAreCaught(count: number, cycles: number): void {
  describe("a mutant of the small PE", () => {
    it(`is caught, each of ${count}`, async () => {
      const netlist = await netlistOf(smallPe);
      const recording = record(pePorts(smallPe), streamsOf(smallPe), cycles);
      expect(replay(new NetlistSimulation(netlist, randomPowerUp(1)), recording)).toBeUndefined();
      const alive = await survivors(netlist, randomMutants(netlist, new Dice(7), count), recording);
      expect(alive.filter((mistake) => !equivalents.some((pattern) => pattern.test(mistake)))).toEqual([]);
    });
  });
}
