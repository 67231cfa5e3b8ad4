/**
 * Does the synthesised monitor (hw/rtl/monitor.sv) do in every cycle what the TypeScript one does? The tests of
 * `test/rtl/monitor.test.ts` (short) and `test/second-suite/rtl-monitor.test.ts` (long).
 */
import { beforeAll, describe, expect, it } from "vitest";
import { countedReading, layerMonitor } from "../../hw/monitor/monitor.ts";
import { rtlDesign } from "../../hw/synthesis/designs.ts";
import { Dice, randomCase } from "../hw/array/random-case.ts";
import { streamCount } from "./bit-slices.ts";
import { gateNetlist, type Netlist } from "./gates.ts";
import { LayerStream } from "./layer-stream.ts";
import {
  type MonitorConfiguration,
  MonitorStream,
  monitorParameters,
  monitorPorts,
  smallMonitor,
} from "./monitor-twin.ts";
import { randomMutants, survivors } from "./mutants.ts";
import { NetlistSimulation, randomPowerUp } from "./netlist.ts";
import { firstMismatch, record, replay } from "./twin.ts";

const netlistOf = (configuration: MonitorConfiguration) =>
  gateNetlist(rtlDesign("monitor", ["monitor.sv"], monitorParameters(configuration)));

const streamsOf = (configuration: MonitorConfiguration) =>
  Array.from({ length: streamCount }, (_, seed) => new MonitorStream(configuration, seed));

const fullSize: MonitorConfiguration = { ...layerMonitor, offeredBits: 16, statusBits: 32 };

export interface SmallMonitorSize {
  /** Over all streams. */
  readonly cycles: number;
  readonly mutants: number;
  readonly mutantCycles: number;
}

export function smallMonitorAgrees({ cycles, mutants, mutantCycles }: SmallMonitorSize): void {
  describe("the small monitor's netlist", () => {
    let netlist: Netlist;
    beforeAll(async () => {
      netlist = await netlistOf(smallMonitor);
    });

    it(`agrees in ${cycles} random cycles`, () => {
      const simulation = new NetlistSimulation(netlist, randomPowerUp(1));
      const mismatch = firstMismatch(
        simulation,
        monitorPorts(smallMonitor),
        streamsOf(smallMonitor),
        cycles / streamCount,
      );
      expect(mismatch).toBeUndefined();
    });

    it("takes what fits, holds the rest and counts the stall", () => {
      const simulation = new NetlistSimulation(netlist, randomPowerUp(2));
      const cycle = (offered: number, beginLayer = 0) => {
        simulation.write("begin_layer", beginLayer);
        simulation.write("offered", offered);
        simulation.write("words", 0o1111111);
        simulation.write("groups", 0);
        const answer = ["accepted", "is_held", "is_draining"].map((port) => simulation.value(port, 0));
        simulation.clock();
        return [...answer, simulation.value("stall_cycles", 0), simulation.read("non_zeros", 0, 4)[0]];
      };
      cycle(9, 1);
      // Four lanes and a buffer of three: 9 offered are 7 taken, 4 counted and 3 kept; the other 2 and so on.
      expect(cycle(9)).toEqual([7, 1, 0, 1, 4]);
      expect(cycle(2)).toEqual([2, 0, 1, 1, 8]);
      expect(cycle(0)).toEqual([0, 0, 1, 1, 9]);
      expect(cycle(0)).toEqual([0, 0, 0, 1, 9]);
      cycle(7);
      expect(simulation.read("non_zeros", 0, 4)[0]).toBe(13);
      cycle(0);
      expect([simulation.read("non_zeros", 0, 4)[0], simulation.value("saturated", 0)]).toEqual([15, 1]);
      expect(cycle(31, 1)).toEqual([0, 0, 0, 0, 0]);
    });

    it(`is told from every one of ${mutants} mutants`, async () => {
      const recording = record(monitorPorts(smallMonitor), streamsOf(smallMonitor), mutantCycles);
      const drawn = randomMutants(netlist, new Dice(7), mutants);
      expect(replay(new NetlistSimulation(netlist, randomPowerUp(1)), recording)).toBeUndefined();
      expect(await survivors(netlist, drawn, recording)).toEqual([]);
    });
  });
}

/** @param cycles of each stream. */
export function leanMonitorsAgree(cycles: number): void {
  describe("a monitor to which zeros are promised", () => {
    it.each<[string, Partial<MonitorConfiguration>]>([
      ["a buffer and groups", {}],
      ["neither", { bufferOutputs: 0, channelGroups: 1 }],
    ])("agrees: %s", async (_, changes) => {
      const configuration = { ...smallMonitor, ...changes, zerosPromised: true };
      const simulation = new NetlistSimulation(await netlistOf(configuration), randomPowerUp(3));
      expect(firstMismatch(simulation, monitorPorts(configuration), streamsOf(configuration), cycles)).toBeUndefined();
    });
  });
}

export function otherMonitorsAgree(): void {
  describe("monitors of other sizes", () => {
    it.each<[string, Partial<MonitorConfiguration>]>([
      [
        "one counter, no buffer, one bit",
        { channelGroups: 1, bufferOutputs: 0, wordBits: 1, lanes: 3, counterBits: 2 },
      ],
      ["one lane, a long buffer", { channelGroups: 2, bufferOutputs: 9, lanes: 1, counterBits: 5 }],
      ["counters narrower than a cycle's outputs", { lanes: 9, counterBits: 2, statusBits: 3 }],
    ])("agree: %s", async (_, changes) => {
      const configuration = { ...smallMonitor, ...changes };
      const simulation = new NetlistSimulation(await netlistOf(configuration), randomPowerUp(3));
      expect(firstMismatch(simulation, monitorPorts(configuration), streamsOf(configuration), 3000)).toBeUndefined();
    });

    it("read 32 layers as the masks have it, and stall as the stream has it", async () => {
      const configuration = {
        ...smallMonitor,
        wordBits: 8,
        counterBits: 5,
        bufferOutputs: 5,
        offeredBits: 16,
        statusBits: 16,
      };
      const simulation = new NetlistSimulation(await netlistOf(configuration), randomPowerUp(4));
      const layers = Array.from({ length: streamCount }, (_, i) => randomCase(i + 1));
      const streams = layers.map((layer, i) => new LayerStream(configuration, layer, i));
      while (streams.some(({ isDone }) => !isDone)) {
        replay(simulation, record(monitorPorts(configuration), streams, 200));
      }
      layers.forEach(({ masks }, stream) => {
        const { nonZeros, saturated } = countedReading(configuration, masks.output);
        const counters = [0, 5, 10].map((lowBit) => simulation.read("non_zeros", lowBit, 5)[stream]);
        expect([...counters, simulation.value("saturated", stream)]).toEqual([...nonZeros, saturated]);
        expect(simulation.value("stall_cycles", stream)).toBe(streams[stream].model.stallCycles);
      });
      expect(streams.filter(({ model }) => model.stallCycles > 0).length).toBeGreaterThan(3);
    });
  });
}

export function fullMonitorAgrees(): void {
  describe("the monitor for Eyeriss v2's write-back", () => {
    let simulation: NetlistSimulation;
    beforeAll(async () => {
      simulation = new NetlistSimulation(await netlistOf(fullSize), randomPowerUp(5));
    });

    it("agrees in 32,000 random cycles of 128 lanes", () => {
      expect(firstMismatch(simulation, monitorPorts(fullSize), streamsOf(fullSize), 1000)).toBeUndefined();
    });

    it("counts to 2^24 - 1, and what comes after", () => {
      simulation.write("begin_layer", 1);
      simulation.clock();
      simulation.write("begin_layer", 0);
      simulation.write("offered", 128);
      simulation.writeSlices("words", new Int32Array(1024).fill(-1));
      for (let beat = 0; beat < 2 ** 24 / 128 - 1; beat++) simulation.clock();
      expect([simulation.value("non_zeros", 9), simulation.value("saturated", 9)]).toEqual([2 ** 24 - 128, 0]);
      simulation.clock();
      expect([simulation.value("non_zeros", 9), simulation.value("saturated", 9)]).toEqual([2 ** 24 - 1, 1]);
      simulation.clock();
      expect([simulation.value("non_zeros", 9), simulation.value("saturated", 9)]).toEqual([2 ** 24 - 1, 129]);
    });
  });
}
