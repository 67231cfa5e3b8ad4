/**
 * Does the netlist of monitor and scheduling unit together do in every cycle what the models and the run's loop do? The
 * tests of `test/rtl/dysta-top.test.ts` (short) and `test/second-suite/rtl-dysta-top.test.ts` (long).
 */
import { describe, expect, it } from "vitest";
import { layerMonitor, type MonitorDescription } from "../../hw/monitor/monitor.ts";
import { dystaTopDesign } from "../../hw/synthesis/top.ts";
import { predictorParameters } from "../../sched/artifact/predictor.ts";
import { Dysta } from "../../sched/dysta.ts";
import { simulate } from "../../sim/core/engine.ts";
import { HardwareDispatcher } from "../../sim/core/hardware-dispatcher.ts";
import { unitTables } from "../../sim/core/unit-setup.ts";
import { TopRecorder } from "../../sim/study/rtl/top-vectors.ts";
import { recorded } from "../../sim/study/rtl/unit-vectors.ts";
import { rowBits, type VectorPort } from "../../sim/study/rtl/vectors.ts";
import { corrected } from "../../workloads/semantics/faults.ts";
import { handMadeWorkload } from "../sim/hand-made.ts";
import { streamCount } from "./bit-slices.ts";
import { gateNetlist } from "./gates.ts";
import { NetlistSimulation, randomPowerUp } from "./netlist.ts";
import { TopStream, topPorts } from "./top-twin.ts";
import { firstMismatch } from "./twin.ts";
import { rangeCountBits } from "./unit-coverage.ts";
import { type SmallUnit, smallUnits } from "./unit-netlist.ts";

const monitor: MonitorDescription = { ...layerMonitor, lanes: 4, wordBits: 3, bufferOutputs: 3 };

export function topsAgree(units: readonly SmallUnit[]): void {
  describe.each(units)("the netlist of the top with the unit %s", (name) => {
    it("agrees in 32000 random cycles", async () => {
      const unit = smallUnits[name];
      const netlist = await gateNetlist(dystaTopDesign(unit, monitor, rangeCountBits), { isFast: true });
      const simulation = new NetlistSimulation(netlist, randomPowerUp(1));
      const streams = Array.from({ length: streamCount }, (_, seed) => new TopStream(unit, monitor, seed));
      expect(firstMismatch(simulation, topPorts(unit, monitor), streams, 1000)).toBeUndefined();
      const sum = (count: (stream: TopStream) => number) => streams.reduce((total, stream) => total + count(stream), 0);
      expect(sum(({ dispatches }) => dispatches)).toBeGreaterThan(200);
      expect(sum(({ waits }) => waits)).toBeGreaterThan(50);
    });
  });
}

/** Values of the ports of a part of a row. */
function valuesOf(ports: readonly VectorPort[], digits: string): bigint[] {
  let bits = BigInt(`0x${digits}`);
  return ports.map(({ width }) => {
    const value = bits & ((1n << BigInt(width)) - 1n);
    bits >>= BigInt(width);
    return value;
  });
}

function write(simulation: NetlistSimulation, { name, width }: VectorPort, value: bigint): void {
  for (let at = 0; at < width; at += 32) {
    simulation.write(name, Number((value >> BigInt(at)) & 0xffffffffn) | 0, at);
  }
}

function read(simulation: NetlistSimulation, { name, width }: VectorPort): bigint {
  let value = 0n;
  for (let at = 0; at < width; at += 32) value |= BigInt(simulation.read(name, at)[0]) << BigInt(at);
  return value;
}

export function vectorsAreRight(): void {
  describe("the vectors of a run", () => {
    it("are what the netlist does: the write-back goes in, the run's dispatches come out", async () => {
      const unit = { ...smallUnits.shared, timeShiftBits: 0, eta: 0.01, secondsPerTick: 1e-3, scoreShiftBits: 0 };
      const networks = [
        { model: "a", layers: [[90, 40, 70]], densities: [[0.5, 0.25, 0.75]] },
        { model: "b", layers: [[60, 80]], densities: [[1, 0.125]] },
      ];
      const requests = [0, 0.01, 0.05, 0.2, 0.21, 0.4].map((arrival, i) => ({
        arrival: arrival * 1000,
        network: i % 2,
      }));
      const workload = handMadeWorkload({ networks, requests, timeUnit: "cycles" });
      const alpha = workload.profiles.map(() => 1);
      const tables = unitTables(unit, workload, { alpha, elasticity: [] });
      const recorder = new TopRecorder(unit, monitor, workload, 5000);
      const dispatcher = new HardwareDispatcher(
        workload,
        new Dysta("dysta", { eta: unit.eta, clampSlack: unit.clampSlack }),
        (host) => recorder.driver(tables, host),
        { ...unit, beta: 0.01 },
      );
      const predictor = predictorParameters({ predictor: "last-one", lastN: 3 }, corrected);
      simulate(workload, recorded(dispatcher, recorder), { predictor, alpha, preemptionCost: 0 });

      const { inputs, outputs, rows } = recorder.writer.vectors();
      const simulation = new NetlistSimulation(
        await gateNetlist(dystaTopDesign(unit, monitor), { isFast: true }),
        randomPowerUp(2),
      );
      const digits = rowBits(outputs) / 4;
      let dispatches = 0;
      rows.forEach((row, cycle) => {
        const compared = valuesOf(outputs, row.slice(0, digits));
        const expected = valuesOf(outputs, row.slice(digits, 2 * digits));
        valuesOf(inputs, row.slice(2 * digits)).forEach((value, i) => void write(simulation, inputs[i], value));
        outputs.forEach((port, i) => {
          if (compared[i] === 0n) return;
          expect(read(simulation, port), `cycle ${cycle}: ${port.name}`).toBe(expected[i]);
        });
        if (compared[1] !== 0n) dispatches += Number(expected[1]);
        simulation.clock();
      });
      // Six requests of three or two layers; the pulse of the last dispatch comes in the cycle after the recording.
      expect(dispatches).toBe(14);
    });
  });
}
