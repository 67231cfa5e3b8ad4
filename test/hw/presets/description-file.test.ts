import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { dramBitsPerCycle, peCount, psumBufferEntries, sramBytes } from "../../../hw/array/description.ts";
import { hardwareFrom, hardwareJsonSchema, loadHardware } from "../../../hw/presets/description-file.ts";
import { eyerissV2, scaledGrids } from "../../../hw/presets/eyeriss-v2.ts";
import { hardwarePreset } from "../../../hw/presets/presets.ts";

const folder = mkdtempSync(join(tmpdir(), "dysta-hardware-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("the preset eyeriss-v2", () => {
  it("is the published array: 192 PEs, 128 bytes per cycle, 16 × 12 kB of buffer", () => {
    expect(peCount(eyerissV2)).toBe(192);
    expect(dramBitsPerCycle(eyerissV2)).toBe(128 * 8);
    expect(psumBufferEntries(eyerissV2)).toBe(16 * 4 * 768);
    expect(eyerissV2.buffer.activationBytes + eyerissV2.buffer.psumBytes).toBe(12 * 1024);
    expect(sramBytes(eyerissV2)).toBe(192 * (192 * 1.5 + 16 * 1.5 + 32 * 2.5) + 16 * 12 * 1024);
  });

  it("comes in eight sizes from 12 to 3072 PEs, all with the same DRAM", () => {
    const arrays = scaledGrids.map(([rows, columns]) => hardwarePreset(`eyeriss-v2-${rows * columns * 12}`));
    expect(arrays.map(peCount)).toEqual([12, 48, 96, 192, 384, 768, 1536, 3072]);
    expect(new Set(arrays.map(dramBitsPerCycle)).size).toBe(1);
  });
});

describe("a hardware file", () => {
  it("is a preset with what it says changed, and nothing else", async () => {
    const text = "preset: eyeriss-v2\nclock: 400 MHz\ngrid: { clusterRows: 4 }\nbuffer: { activations: 1.5 KiB }\n";
    const { name, ...hardware } = await loadHardware(file("mine.yaml", text));
    const { name: _, ...expected } = {
      ...eyerissV2,
      clockHz: 400e6,
      grid: { ...eyerissV2.grid, clusterRows: 4 },
      buffer: { ...eyerissV2.buffer, activationBytes: 1536 },
    };
    expect(name).toBe("mine");
    expect(hardware).toEqual(expected);
  });

  it("switches every mechanism off alone", async () => {
    const off = {
      skipActivations: false,
      skipWeights: false,
      skipDepthwise: false,
      emptyColumnBubble: false,
      psumsDrainedPerCycle: "unlimited",
      pipelineFillCycles: 0,
      weightsLoadedPerCycle: "unlimited",
      barrier: "layer",
      compressOutputs: false,
      outputsPassPorts: false,
      zeroRunBits: "unlimited",
      layerOverlap: true,
    };
    for (const [mechanism, value] of Object.entries(off)) {
      const hardware = await hardwareFrom({ mechanisms: { [mechanism]: value } }, "test", "test");
      const neutral = value === "unlimited" ? Infinity : value;
      expect(hardware).toEqual({
        ...eyerissV2,
        name: "test",
        mechanisms: { ...eyerissV2.mechanisms, [mechanism]: neutral },
      });
    }
  });

  it("has a monitor of 128 lanes at the channel where one is named, and what the file says of it", async () => {
    const monitorOf = async (monitor: object) => (await hardwareFrom({ monitor }, "test", "test")).monitor;
    expect(await monitorOf({})).toEqual({ lanes: 128, bufferOutputs: 0, tap: "channel", channelGroups: 1 });
    expect(await monitorOf({ lanes: "unlimited", tap: "ports" })).toMatchObject({ lanes: Infinity, tap: "ports" });
    expect(await monitorOf({ lanes: "none" })).toBeNull();
    expect((await hardwareFrom({ monitor: { lanes: 8 } }, "test")).name).toBe(
      "eyeriss-v2 (monitor.lanes 8, monitor.bufferOutputs 0, monitor.tap channel, monitor.channelGroups 1)",
    );
  });

  it("tells the nearest preset when it is none", async () => {
    const message = 'hardware "eyeris-v2": no such preset (did you mean "eyeriss-v2"?)';
    await expect(loadHardware("eyeris-v2")).rejects.toThrow(message);
  });

  it.each([
    [{ clok: "200 MHz" }, 'test: unknown key "clok" (did you mean "clock"?)'],
    [{ spad: { psumEntry: 3 } }, 'test: unknown key "psumEntry" in spad (did you mean "psumEntries"?)'],
    [{ preset: "single-p" }, 'test: no preset "single-p" (did you mean "single-pe"?)'],
    [{ clock: "200 kB" }, 'test: clock must be a frequency such as 200 MHz, 1 GHz, or a number in Hz; is "200 kB"'],
    [{ dram: { bandwidth: "25.6 GHz" } }, /^test: dram\.bandwidth must be a bandwidth .*; is "25\.6 GHz"$/],
    [{ clock: -1 }, "test: clock must be more than 0, is -1"],
    [{ macsPerPe: 0 }, "test: macsPerPe must be a positive integer, is 0"],
    [{ mechanisms: { barrier: "tiles" } }, /^test: mechanisms\.barrier must be one of window, tile, layer, is "tiles"/],
    [{ axisRules: { peRows: ["filter"] } }, /^test: axisRules\.peRows\[0\] must be one of groups, filters/],
    [{ mechanisms: { zeroRunBits: -1 } }, /^test: mechanisms\.zeroRunBits must be .* from 0 up.*, is -1/],
    [{ monitor: { lanes: 0 } }, 'test: monitor.lanes must be a whole number, 1 or more, "unlimited" or "none", is 0'],
    [{ monitor: { lanes: "many" } }, /^test: monitor\.lanes must be .* or "none", is "many"/],
    [{ monitor: { lines: 8 } }, 'test: unknown key "lines" in monitor (did you mean "lanes"?)'],
    [{ monitor: { tap: "port" } }, /^test: monitor\.tap must be one of ports, channel, is "port"/],
    [
      { monitor: { bufferOutputs: 70000 } },
      "test: monitor.bufferOutputs must be at most 65535, what the monitor's port can count, is 70000",
    ],
    [
      { monitor: { lanes: 40000, bufferOutputs: 40000 } },
      "test: monitor: lanes and bufferOutputs together must be at most 65535, what the monitor's port can count, are 80000",
    ],
    [{ dram: { bandwidth: 1 } }, "test: dram.bandwidth must be at least one bit per cycle of the clock"],
  ])("refuses %j in one line", async (data, message) => {
    const error = await hardwareFrom(data, "test", "test").catch((caught: Error) => caught);
    expect(error).toMatchObject({ name: "ConfigError" });
    const text = (error as Error).message;
    if (typeof message === "string") expect(text).toBe(message);
    else expect(text).toMatch(message);
  });

  it.each([
    [{}, "eyeriss-v2"],
    [{ preset: "single-pe", macsPerPe: 1, name: "one" }, "one"],
    [{ clock: "0.2 GHz", grid: { clusterRows: 8 } }, "eyeriss-v2"],
    [
      { grid: { peColumns: 2, clusterRows: 4 }, clock: "0.4 GHz" },
      "eyeriss-v2 (clock 400 MHz, grid.clusterRows 4, grid.peColumns 2)",
    ],
    [
      { buffer: { activations: "1.5 KiB", psums: "unlimited" }, dram: { bandwidth: "64 MB/s" } },
      "eyeriss-v2 (buffer.activations 1536 B, buffer.psums unlimited, dram.bandwidth 0.064 GB/s)",
    ],
    [
      { preset: "single-pe", axisRules: { peRows: ["filters", "pixels"] }, ports: { psumsPerCycle: 2 } },
      "single-pe (axisRules.peRows filters+pixels, ports.psumsPerCycle 2)",
    ],
  ])("without a name %j is called after the preset and what differs", async (keys, name) => {
    expect((await hardwareFrom(keys, "test")).name).toBe(name);
  });

  it("has a JSON Schema that knows its keys", () => {
    expect(Object.keys((hardwareJsonSchema() as { properties: object }).properties)).toContain("mechanisms");
  });
});
