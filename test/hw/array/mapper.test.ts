import { describe, expect, it } from "vitest";
import { countLayer } from "../../../hw/array/counted.ts";
import type { Hardware } from "../../../hw/array/description.ts";
import { eyerissEnergy } from "../../../hw/array/energy.ts";
import { layerSums, WeightSums } from "../../../hw/array/layer-sums.ts";
import { loopNest } from "../../../hw/array/loop-nest.ts";
import {
  chooseMapping,
  defaultDepth,
  type MappingChoice,
  type MappingRequest,
  mappingKey,
  mappingRequest,
} from "../../../hw/array/mapper.ts";
import { defaultMapping, describeMapping, violations } from "../../../hw/array/mapping.ts";
import { objectiveNamed, objectives } from "../../../hw/array/objective.ts";
import { runLayer } from "../../../hw/array/run-layer.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { hardwarePreset } from "../../../hw/presets/presets.ts";
import { singlePe } from "../../../hw/presets/single-pe.ts";
import { type LayerCase, networkCases } from "../../../scripts/network-masks.ts";
import { makeLayer } from "../../../workloads/layers/layer.ts";
import { denseMask, density, maskOf } from "../../../workloads/masks/bit-mask.ts";
import { Dice, randomHardware, randomLayer, randomMapping, randomMasks } from "./random-case.ts";

const cases = networkCases("sparse-mobilenet-0.5", 1);

function requestFor(each: LayerCase, hardware: Hardware, depth = defaultDepth(hardware)): MappingRequest {
  const { layer, inputDensity, outputDensity } = each;
  return { layer, weight: each.masks(0).weight, hardware, inputDensity, outputDensity, depth };
}

describe("the objective", () => {
  // layer2.0.conv3 of ResNet-50, where the fewest cycles cost twice the energy.
  const sizes = { inputChannels: 128, outputChannels: 512, inputHeight: 28, inputWidth: 28 };
  const layer = makeLayer({ name: "layer2.0.conv3", kind: "pointwise", ...sizes });
  const dice = new Dice(11);
  const weight = maskOf(
    Uint8Array.from({ length: 512 * 128 }, () => (dice.chance(0.35) ? 1 : 0)),
    [512, 128, 1, 1],
  );
  const request = { layer, weight, hardware: eyerissV2, inputDensity: 0.45, outputDensity: 0.5, depth: 24 };
  const chosen = Object.fromEntries(
    objectives.map((objective) => [objective, chooseMapping({ ...request, objective })]),
  ) as Record<(typeof objectives)[number], MappingChoice>;

  it("cycles takes the fewest cycles, energy the least energy, edp the least product", () => {
    const { cycles, energy, edp } = chosen;
    const product = ({ energyPj, counters }: MappingChoice) => energyPj * counters.cycles;
    for (const other of Object.values(chosen)) {
      expect(cycles.counters.cycles).toBeLessThanOrEqual(other.counters.cycles);
      expect(energy.energyPj).toBeLessThanOrEqual(other.energyPj);
      expect(product(edp)).toBeLessThanOrEqual(product(other));
    }
  });

  it("balanced is the default: the least energy within 1 % of the fewest cycles", () => {
    const { balanced, cycles } = chosen;
    expect(chooseMapping(request).mapping).toEqual(balanced.mapping);
    expect(balanced.counters.cycles).toBeLessThanOrEqual(1.01 * cycles.counters.cycles);
    expect(balanced.energyPj).toBeLessThanOrEqual(cycles.energyPj);
  });

  it("that is none is refused, with the nearest name", () => {
    expect(() => objectiveNamed("energie")).toThrow('unknown mapping objective "energie" (did you mean "energy"?)');
  });
});

describe("one row and one column of pixels", () => {
  const channels = { inputChannels: 32, outputChannels: 32 };
  const dice = new Dice(3);
  const weight = maskOf(
    Uint8Array.from({ length: 32 * 32 }, () => (dice.chance(0.3) ? 1 : 0)),
    [32, 32, 1, 1],
  );
  const bits = Uint8Array.from({ length: 32 * 7000 }, () => (dice.chance(0.5) ? 1 : 0));

  it("of a pointwise layer cost the same, and little more than the compulsory traffic", () => {
    const results = [
      [1, 7000],
      [7000, 1],
    ].map(([inputHeight, inputWidth]) => {
      const layer = makeLayer({ name: "line", kind: "pointwise", ...channels, inputHeight, inputWidth });
      const mask = maskOf(bits, [32, inputHeight, inputWidth]);
      const masks = { input: mask, weight, output: mask };
      const { mapping } = chooseMapping(mappingRequest(layer, weight, eyerissV2, { input: 0.5, output: 0.5 }));
      return runLayer(layer, masks, eyerissV2, mapping, { fidelity: "counted" });
    });
    const [row, column] = results;
    expect(Math.max(row.cycles, column.cycles)).toBeLessThanOrEqual(1.1 * Math.min(row.cycles, column.cycles));
    const compulsoryBytes = 1.5 * (2 * density(maskOf(bits, [bits.length])) * bits.length + 32 * 32 * density(weight));
    for (const { bytes } of results) {
      const dramBytes = bytes.dramActivations + bytes.dramWeights + bytes.dramOutputs;
      expect(dramBytes).toBeGreaterThanOrEqual(compulsoryBytes);
      expect(dramBytes).toBeLessThanOrEqual(1.1 * compulsoryBytes);
    }
  });
});

describe("the chosen mapping", () => {
  it("is legal, or there is none, for random layers on random arrays", () => {
    for (let seed = 1; seed <= 150; seed++) {
      const dice = new Dice(seed);
      const layer = randomLayer(dice);
      const masks = randomMasks(dice, layer);
      const hardware = randomHardware(dice);
      const densities = { inputDensity: density(masks.input), outputDensity: density(masks.output) };
      const request = { layer, weight: masks.weight, hardware, ...densities, depth: 6 };
      const nest = loopNest(layer, hardware);
      const weights = new WeightSums(nest, masks.weight, hardware);
      const other = randomMapping(dice, layer, masks, hardware);
      if (other === undefined) continue;
      const { mapping } = chooseMapping(request);
      const largest = weights.largestBlock(mapping.filtersPerPe, mapping.channelsPerPe, mapping.kernelRowsPerPe);
      expect(violations(nest, mapping, hardware, largest)).toEqual([]);
    }
  });

  it("is the same every time, and does not depend on the layer's name", () => {
    const request = requestFor(cases[12], eyerissV2, 4);
    const renamed = { ...request, layer: { ...request.layer, name: "another" } };
    expect(chooseMapping(renamed)).toEqual(chooseMapping(request));
    expect(mappingKey(renamed)).toBe(mappingKey(request));
  });

  it("has a key for everything it depends on", () => {
    const request = requestFor(cases[12], eyerissV2, 4);
    const others: MappingRequest[] = [
      { ...request, inputDensity: 0.1 },
      { ...request, weight: denseMask(request.weight.shape) },
      { ...request, depth: 5 },
      { ...request, hardware: hardwarePreset("eyeriss-v2-384") },
      { ...request, layer: { ...request.layer, stride: [2, 2] } },
      { ...request, objective: "energy" },
      { ...request, energy: { ...eyerissEnergy, source: "another" } },
      { ...request, largest: request },
      { ...request, largest: { ...request, weight: denseMask(request.weight.shape) } },
      { ...request, largest: { ...request, layer: { ...request.layer, inputHeight: 99 } } },
    ];
    expect(new Set([request, ...others].map(mappingKey)).size).toBe(11);
  });

  it("is legal at the largest size too, where the best at its own is not", () => {
    const scores = (tokens: number) => {
      const sizes = { inputHeight: tokens, inputChannels: 4 * 64, outputChannels: 4 * tokens, groups: 4 };
      return {
        layer: makeLayer({ name: "scores", kind: "matmul", ...sizes }),
        weight: denseMask([4 * tokens, 64, 1, 1]),
      };
    };
    const filters = ["filters"] as const;
    const axisRules = {
      clusterRows: filters,
      clusterColumns: filters,
      peRows: filters,
      peColumns: ["pixels"] as const,
    };
    const hardware = { ...eyerissV2, axisRules, buffer: { ...eyerissV2.buffer, psumBytes: 265 } };
    const request = { ...scores(39), hardware, inputDensity: 1, outputDensity: 1, depth: 4 };
    const largest = scores(128);
    const violated = (chosen: MappingRequest) => {
      const { mapping } = chooseMapping(chosen);
      const nest = loopNest(largest.layer, hardware);
      const { filtersPerPe, channelsPerPe, kernelRowsPerPe } = mapping;
      const weights = new WeightSums(nest, largest.weight, hardware);
      const fullest = weights.largestBlock(filtersPerPe, channelsPerPe, kernelRowsPerPe);
      return violations(nest, mapping, hardware, fullest).length;
    };
    expect(violated(request)).toBeGreaterThan(0);
    expect(violated({ ...request, largest })).toBe(0);
  });

  it("comes with the next best and what they lost by", () => {
    const choice = chooseMapping(requestFor(cases[12], eyerissV2));
    const { counters, runnersUp, candidateCount } = choice;
    expect(describeMapping(loopNest(cases[12].layer, eyerissV2), choice.mapping, eyerissV2)).toMatch(
      /^clusterRows=\w+ .* filters × \d+ channels × 1 rows per PE, \d+ of 64 pixels per tile; \d+ of 192 PEs/,
    );
    expect(candidateCount).toBeGreaterThan(1000);
    expect(runnersUp.length).toBe(5);
    for (const other of runnersUp) {
      const isWorse = other.counters.cycles > 1.01 * counters.cycles || other.energyPj >= choice.energyPj;
      expect(isWorse).toBe(true);
      expect(other.lostBy).toMatch(
        /^((\+\d+\.\d % cycles: .+ \(\+\d+\)|-?\d+\.\d % cycles); [+-]?\d+\.\d % energy|the same cycles and energy, ranked later)$/,
      );
    }
  });

  it("beats the default mapping and 80 random legal ones on the samples of every pointwise layer", () => {
    const dice = new Dice(5);
    for (const each of cases.filter(({ layer }) => ["L07", "L13", "L21", "L27"].includes(layer.name))) {
      const { layer } = each;
      const masks = each.masks(0);
      const nest = loopNest(layer, eyerissV2);
      const sums = layerSums(nest, masks, eyerissV2);
      const { mapping } = chooseMapping(requestFor(each, eyerissV2));
      const chosen = countLayer(sums, mapping, eyerissV2).cycles;
      expect(chosen).toBeLessThanOrEqual(countLayer(sums, defaultMapping(nest, eyerissV2), eyerissV2).cycles);
      for (let i = 0; i < 80; i++) {
        const other = randomMapping(dice, layer, masks, eyerissV2);
        if (other === undefined) continue;
        expect(countLayer(sums, other, eyerissV2).cycles).toBeGreaterThan(0.98 * chosen);
      }
    }
  });

  it("cuts kernel rows that the SPads of a PE do not hold; stepped and counted agree on it", () => {
    const wide = (kernel: readonly [number, number], stride: readonly [number, number], inputWidth: number) =>
      makeLayer({
        name: `${kernel.join("x")}`,
        kind: "conv",
        inputChannels: 3,
        outputChannels: 8,
        inputHeight: kernel[0] + 4 * stride[0],
        inputWidth,
        kernel,
        stride,
      });
    // The patch embedding of ViT-B/32, a large convolution at stride 1, a convolution over time.
    for (const layer of [wide([32, 32], [32, 32], 96), wide([11, 11], [1, 1], 20), wide([1, 17], [1, 1], 40)]) {
      const masks = randomMasks(new Dice(2), layer);
      const densities = { input: density(masks.input), output: density(masks.output) };
      const { mapping } = chooseMapping(mappingRequest(layer, masks.weight, eyerissV2, densities));
      const counted = runLayer(layer, masks, eyerissV2, mapping, { fidelity: "counted" });
      const stepped = runLayer(layer, masks, eyerissV2, mapping, { fidelity: "stepped" });
      expect(counted.counters, layer.name).toEqual(stepped.counters);
      // Cutting changes no product: one PE without limits multiplies the same pairs.
      const whole = chooseMapping({ ...mappingRequest(layer, masks.weight, singlePe, densities), depth: 1 });
      expect(runLayer(layer, masks, singlePe, whole.mapping, { fidelity: "counted" }).effectualMacs).toBe(
        counted.effectualMacs,
      );
      expect(describeMapping(loopNest(layer, eyerissV2), mapping, eyerissV2)).toContain("kernel taps");
    }
  });

  it("does not exist where not even one weight fits; the message says by how much", () => {
    const layer = makeLayer({ name: "point", kind: "fc", inputChannels: 2, outputChannels: 2 });
    const hardware = { ...eyerissV2, buffer: { ...eyerissV2.buffer, psumBytes: 1 } };
    const weight = denseMask([2, 2, 1, 1]);
    const request = { layer, weight, hardware, inputDensity: 0.5, outputDensity: 0.5, depth: 4 };
    expect(() => chooseMapping(request)).toThrow(
      'layer "point" has no legal mapping on eyeriss-v2: 2 partial sums in the global buffer needed, 0 there (2 too few)',
    );
  });
});
