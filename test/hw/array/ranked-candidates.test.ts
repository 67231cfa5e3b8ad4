import { describe, expect, it } from "vitest";
import { type CandidateRequest, candidateOf, PixelTiles, peBlocks } from "../../../hw/array/candidates.ts";
import { axes, entryBits, type Hardware } from "../../../hw/array/description.ts";
import { eyerissEnergy } from "../../../hw/array/energy.ts";
import { type ExpectedCost, ExpectedLayer, type LayerDensities } from "../../../hw/array/expected.ts";
import { type LoopNest, loopNest } from "../../../hw/array/loop-nest.ts";
import type { Mapping } from "../../../hw/array/mapping.ts";
import { spreadOf } from "../../../hw/array/mapping.ts";
import { type Objective, objectives } from "../../../hw/array/objective.ts";
import { rankedCandidates } from "../../../hw/array/ranked-candidates.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { Dice, randomHardware, randomLayer } from "./random-case.ts";

interface Estimated {
  readonly mapping: Mapping;
  readonly cost: ExpectedCost;
}

/** Every candidate in the order of enumeration, each estimated. */
function exhaustive(request: CandidateRequest, densities: LayerDensities): Estimated[] {
  const { nest, hardware } = request;
  const estimate = new ExpectedLayer(nest, hardware, densities);
  const tiles = new PixelTiles(request);
  return peBlocks(nest, hardware).flatMap((block) =>
    tiles.of(block).map((pixelsPerTile) => {
      const { mapping, spread } = candidateOf(block, pixelsPerTile);
      expect(spread).toEqual(spreadOf(nest, mapping, hardware));
      const cost = estimate.cost(mapping);
      expect(estimate.minCycles(block)).toBeLessThanOrEqual(cost.cycles);
      return { mapping, cost };
    }),
  );
}

function sortedBy(all: readonly Estimated[], key: (cost: ExpectedCost) => number): Mapping[] {
  return [...all].sort((a, b) => key(a.cost) - key(b.cost)).map(({ mapping }) => mapping);
}

function byEnergy(all: readonly Estimated[], hardware: Hardware, objective: Objective): Mapping[] {
  const fewest = Math.min(...all.map(({ cost }) => cost.cycles));
  const isBound = objective === "balanced" || objective === "cycles";
  const { dram, buffer } = eyerissEnergy.picojoules;
  const energyOf = ({ dramBits, bufferWords }: ExpectedCost) =>
    dramBits * (dram / entryBits(hardware, "activation")) + bufferWords * buffer;
  return sortedBy(
    all.filter(({ cost }) => !isBound || cost.cycles <= 1.05 * fewest),
    (cost) => (objective === "edp" ? energyOf(cost) * cost.cycles : energyOf(cost)),
  );
}

/** The machine with half of one axis or capacity, in turn. */
function halved(hardware: Hardware): Hardware[] {
  const { grid, spad, buffer } = hardware;
  return [
    ...axes
      .filter((axis) => grid[axis] > 1)
      .map((axis) => ({ ...hardware, grid: { ...grid, [axis]: Math.floor(grid[axis] / 2) } })),
    { ...hardware, spad: { ...spad, weightAddresses: Math.floor(spad.weightAddresses / 2) } },
    ...(spad.psumEntries > 1
      ? [{ ...hardware, spad: { ...spad, psumEntries: Math.floor(spad.psumEntries / 2) } }]
      : []),
    { ...hardware, buffer: { ...buffer, psumBytes: Math.floor(buffer.psumBytes / 2) } },
  ];
}

function expectAsExhaustive(nest: LoopNest, hardware: Hardware, densities: LayerDensities, objective: Objective): void {
  const request = { nest, hardware, inputDensity: densities.input, tiles: "all" } as const;
  const all = exhaustive(request, densities);
  const ranked = rankedCandidates(nest, hardware, densities, objective, eyerissEnergy);
  expect([...ranked.byCycles]).toEqual(sortedBy(all, ({ cycles }) => cycles));
  expect(ranked.byEnergy).toEqual(byEnergy(all, hardware, objective));
  expect(ranked.count).toBe(all.length);
  const ofSmaller = halved(hardware).flatMap((smaller) =>
    sortedBy(exhaustive({ ...request, hardware: smaller, tiles: "fewest" }, densities), ({ cycles }) => cycles).slice(
      0,
      1,
    ),
  );
  expect(ranked.ofSmaller()).toEqual(ofSmaller);
}

describe("the ranking that estimates only what it must", () => {
  it("is that of all candidates, for random layers on random arrays", () => {
    for (let seed = 1; seed <= 40; seed++) {
      const dice = new Dice(seed);
      const layer = randomLayer(dice);
      const hardware = dice.chance(0.2) ? eyerissV2 : randomHardware(dice);
      const densities = { input: dice.unit(), weight: dice.chance(0.2) ? 1 : dice.unit(), output: dice.unit() };
      expectAsExhaustive(loopNest(layer, hardware), hardware, densities, dice.pick(objectives));
    }
  });
});
