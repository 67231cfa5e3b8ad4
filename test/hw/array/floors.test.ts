/** Floors against a count of every element, and as laws: nothing that runs is faster. */
import { describe, expect, it } from "vitest";
import { channelBits, dramBitsPerCycle } from "../../../hw/array/description.ts";
import { layerFloors } from "../../../hw/array/floors.ts";
import { runLayer } from "../../../hw/array/run-layer.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { singlePe } from "../../../hw/presets/single-pe.ts";
import { type Layer, makeLayer, outputHeight, outputWidth } from "../../../workloads/layers/layer.ts";
import { denseMask, type LayerMasks, toBytes } from "../../../workloads/masks/bit-mask.ts";
import { randomCase } from "./random-case.ts";

/** Non-zero inputs of which some output takes a product, tap by tap, from the definition of a convolution. */
function readInputs(layer: Layer, masks: LayerMasks): number {
  const bits = toBytes(masks.input);
  const seen = new Set<number>();
  for (let y = 0; y < outputHeight(layer); y++) {
    for (let x = 0; x < outputWidth(layer); x++) {
      for (let r = 0; r < layer.kernel[0]; r++) {
        for (let s = 0; s < layer.kernel[1]; s++) {
          const row = y * layer.stride[0] + r * layer.dilation[0] - layer.padding[0];
          const column = x * layer.stride[1] + s * layer.dilation[1] - layer.padding[2];
          if (row >= 0 && row < layer.inputHeight && column >= 0 && column < layer.inputWidth) {
            seen.add(row * layer.inputWidth + column);
          }
        }
      }
    }
  }
  const plane = layer.inputHeight * layer.inputWidth;
  return bits.reduce((sum, bit, at) => sum + (bit === 1 && seen.has(at % plane) ? 1 : 0), 0);
}

const seeds = Array.from({ length: 300 }, (_, k) => 70_001 + k);

describe("floors", () => {
  it("are no more than the cycles of any legal mapping, on any array", () => {
    for (const seed of seeds) {
      const { layer, masks, hardware, mapping } = randomCase(seed);
      const { cycles, floors } = runLayer(layer, masks, hardware, mapping, { fidelity: "counted" });
      for (const [name, floor] of Object.entries(floors)) {
        expect(floor, `seed ${seed}: ${name}`).toBeLessThanOrEqual(cycles);
      }
    }
  });

  it("count the elements of the tensors, each once", () => {
    for (const seed of seeds) {
      const { layer, masks, hardware, mapping } = randomCase(seed);
      const { counters, floors } = runLayer(layer, masks, hardware, mapping, { fidelity: "counted" });
      const weights = toBytes(masks.weight).reduce((sum, bit) => sum + bit, 0);
      const bits =
        readInputs(layer, masks) * channelBits(hardware, "activation") +
        (hardware.mechanisms.compressWeights ? weights : toBytes(masks.weight).length) *
          channelBits(hardware, "weight") +
        counters.dramOutputBits;
      expect(floors.dram, `seed ${seed}`).toBe(Math.ceil(bits / dramBitsPerCycle(hardware)));
      const { ports, grid, mechanisms } = hardware;
      const clusters = grid.clusterRows * grid.clusterColumns;
      const outputs = layer.outputChannels * outputHeight(layer) * outputWidth(layer);
      expect(floors.ports).toBe(
        Math.max(
          Math.ceil(readInputs(layer, masks) / (clusters * ports.activationsPerCycle)),
          Math.ceil(outputs / (clusters * ports.psumsPerCycle)),
        ),
      );
      const held = mechanisms.skipWeights ? weights : toBytes(masks.weight).length;
      const pes = clusters * grid.peRows * grid.peColumns;
      expect(floors.spadLoad).toBe(Math.ceil(held / (pes * mechanisms.weightsLoadedPerCycle)));
    }
  });

  it("do not depend on the mapping", () => {
    const layer = makeLayer({
      name: "l",
      kind: "conv",
      inputChannels: 4,
      outputChannels: 6,
      inputHeight: 6,
      inputWidth: 6,
      kernel: [3, 3],
    });
    const masks = { input: denseMask([4, 6, 6]), weight: denseMask([6, 4, 3, 3]), output: denseMask([6, 4, 4]) };
    const axes = {
      clusterRows: "filters",
      clusterColumns: "filters",
      peRows: "channels",
      peColumns: "pixels",
    } as const;
    const floorsWith = (filtersPerPe: number, channelsPerPe: number) =>
      runLayer(
        layer,
        masks,
        eyerissV2,
        { axes, filtersPerPe, channelsPerPe, kernelRowsPerPe: 1, pixelsPerTile: 16 },
        { fidelity: "counted" },
      );
    const [small, large] = [floorsWith(1, 1), floorsWith(3, 4)];
    expect(small.cycles).not.toBe(large.cycles);
    expect(small.floors).toEqual(large.floors);
  });

  it("are the cycles themselves on one PE without overheads", () => {
    const layer = makeLayer({
      name: "l",
      kind: "pointwise",
      inputChannels: 3,
      outputChannels: 5,
      inputHeight: 4,
      inputWidth: 4,
    });
    const masks = { input: denseMask([3, 4, 4]), weight: denseMask([5, 3, 1, 1]), output: denseMask([5, 4, 4]) };
    const axes = {
      clusterRows: "filters",
      clusterColumns: "filters",
      peRows: "channels",
      peColumns: "pixels",
    } as const;
    const mapping = { axes, filtersPerPe: 5, channelsPerPe: 3, kernelRowsPerPe: 1, pixelsPerTile: 16 };
    const { cycles, floors } = runLayer(layer, masks, singlePe, mapping, { fidelity: "counted" });
    expect([cycles, floors.macs]).toEqual([3 * 5 * 16, 3 * 5 * 16]);
    expect(floors).toMatchObject({ dram: 0, ports: 0, spadLoad: 0 });
  });

  it("leave out what a stride steps over", () => {
    const layer = makeLayer({
      name: "l",
      kind: "pointwise",
      inputChannels: 1,
      outputChannels: 1,
      inputHeight: 4,
      inputWidth: 4,
      stride: [2, 2],
    });
    const masks = { input: denseMask([1, 4, 4]), weight: denseMask([1, 1, 1, 1]), output: denseMask([1, 2, 2]) };
    const counters = { effectualMacs: 4, dramOutputBits: 0, outputs: 4 } as Parameters<typeof layerFloors>[2];
    const oneByte = { ...eyerissV2, dram: { ...eyerissV2.dram, bytesPerSecond: eyerissV2.clockHz } };
    // 4 activations and 1 weight of 12 bits each.
    expect(layerFloors(layer, masks, counters, oneByte).dram).toBe(Math.ceil((5 * 12) / 8));
  });
});
