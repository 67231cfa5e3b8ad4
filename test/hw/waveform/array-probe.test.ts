/** Does the waveform of the array, read back, say what the array did? */
import { describe, expect, it } from "vitest";
import { peCount } from "../../../hw/array/description.ts";
import { loopNest } from "../../../hw/array/loop-nest.ts";
import { defaultMapping } from "../../../hw/array/mapping.ts";
import { passList } from "../../../hw/array/pass-list.ts";
import { Phase } from "../../../hw/array/pe-array.ts";
import { type LayerResult, runLayer } from "../../../hw/array/run-layer.ts";
import type { ArrayState } from "../../../hw/array/stepped.ts";
import { channelRuns, layerMonitor, Monitor } from "../../../hw/monitor/monitor.ts";
import { hardwarePreset } from "../../../hw/presets/presets.ts";
import { ArrayProbe, declareArray } from "../../../hw/waveform/array-probe.ts";
import { type Changes, Shifted } from "../../../hw/waveform/changes.ts";
import { Recording } from "../../../hw/waveform/recording.ts";
import { VcdWriter } from "../../../hw/waveform/vcd-writer.ts";
import { makeLayer, outputShape } from "../../../workloads/layers/layer.ts";
import { popcount } from "../../../workloads/masks/bit-mask.ts";
import { readVcd, timeAt, type VcdFile, valueAt } from "../../models/vcd-reader.ts";
import { Dice, type RandomCase, randomCase, randomMasks } from "../array/random-case.ts";

/** A cycle is 10 units of time. */
const units = 10;
const at = (file: VcdFile, path: string, cycle: number) => valueAt(file, `dysta.array.${path}`, cycle * units);
const pe = (index: number) => `pes.pe_${String(index).padStart(3, "0")}`;

/** Lets `draw` draw one or more layers of a case. */
function drawn({ hardware }: RandomCase, draw: (probe: (changes?: Changes) => ArrayProbe, onto: Changes) => number) {
  let text = "";
  const vcd = new VcdWriter(
    { producer: "test", secondsPerCycle: 1e-9, limitBytes: 1e9 },
    (header) => declareArray(header, hardware),
    (piece) => (text += piece),
  );
  vcd.at(draw((changes = vcd) => new ArrayProbe(vcd.signals, changes), vcd));
  vcd.finish();
  return text;
}

interface Seen {
  readonly cycle: number;
  readonly phases: readonly number[];
  readonly busyPes: number;
  readonly passes: number;
  readonly outputs: number;
  readonly loadBits: number;
  readonly storeBits: number;
  readonly waitCycles: number;
  readonly activationsLeft: number;
  readonly psumsLeft: number;
}

function step({ layer, masks, hardware, mapping }: RandomCase, probe: ArrayProbe, seen: Seen[] = []) {
  const look = ({ counters, pes, writeBack, dma, ports }: ArrayState) => {
    const { cycles: cycle, passes } = counters;
    const { loadBits, storeBits, waitCycles } = dma;
    const { activationsLeft, psumsLeft } = ports;
    const { outputs } = writeBack;
    const memory = { outputs, loadBits, storeBits, waitCycles, activationsLeft, psumsLeft };
    seen.push({ cycle, phases: [...pes.phase], busyPes: pes.busyCount, passes, ...memory });
  };
  return runLayer(layer, masks, hardware, mapping, {
    fidelity: "stepped",
    observer: probe,
    arrayObserver: {
      layerBegins: (array) => probe.layerBegins(array),
      cycleBegins: (array) => {
        probe.cycleBegins(array);
        look(array);
      },
    },
  });
}

/** The layer's waveform, what the array was in each cycle, and what the layer's result says. */
function drawnLayer(each: RandomCase) {
  const seen: Seen[] = [];
  const results: LayerResult[] = [];
  const text = drawn(each, (probe) => {
    results.push(step(each, probe(), seen));
    return results[0].cycles;
  });
  return { file: readVcd(text), seen, result: results[0] };
}

/** Of the monitor, listening alone. */
function monitorStalls({ layer, masks, hardware, mapping }: RandomCase): number {
  const nest = loopNest(layer, hardware);
  const monitor = new Monitor(layerMonitor);
  monitor.beginLayer(outputShape(layer)[0], channelRuns(nest, passList(nest, masks, mapping, hardware)));
  runLayer(layer, masks, hardware, mapping, { fidelity: "stepped", observer: monitor });
  return monitor.stallCycles;
}

/** Signals by what is seen. */
const shown = {
  busyPes: "busy_pes",
  passes: "passes_begun",
  outputs: "write_back.outputs",
  loadBits: "dma.load_bits_left",
  storeBits: "dma.store_bits_left",
  waitCycles: "dma.latency_cycles_left",
  activationsLeft: "buffer_ports.activations_left",
  psumsLeft: "buffer_ports.psums_left",
} as const;

describe("the waveform of random layers", () => {
  it("has the state of every cycle", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const { file, seen, result } = drawnLayer(randomCase(seed));
      expect(seen.map(({ cycle }) => cycle)).toEqual(Array.from({ length: result.cycles + 1 }, (_, cycle) => cycle));
      for (const each of seen) {
        const { cycle, phases } = each;
        const paths = [...phases.keys()].map(pe).concat(Object.values(shown));
        const expected = [...phases, ...Object.keys(shown).map((name) => each[name as keyof typeof shown])];
        const read = paths.map((path) => at(file, path, cycle));
        expect(read, `seed ${seed}, cycle ${cycle}`).toEqual(expected);
      }
    }
  });

  it("adds up to the counters, which are those of a layer that nobody watches", () => {
    let stalled = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const each = randomCase(seed);
      const { layer, masks, hardware, mapping } = each;
      const { file, result } = drawnLayer(each);
      expect(result).toEqual(runLayer(layer, masks, hardware, mapping, { fidelity: "stepped" }));
      const { cycles, counters } = result;
      const end = cycles * units;
      const walked = Array.from({ length: peCount(hardware) }, (_, index) =>
        timeAt(file, `dysta.array.${pe(index)}`, Phase.walk, end),
      );
      expect(walked.reduce((sum, time) => sum + time, 0)).toBe(counters.walkPeCycles * units);
      expect({
        effectualMacs: at(file, "effectual_macs", cycles),
        outputs: at(file, "write_back.outputs", cycles),
        nonZeros: at(file, "monitor.non_zeros", cycles),
        stallCycles: at(file, "monitor.stall_cycles", cycles),
        busyPes: at(file, "busy_pes", cycles),
      }).toEqual({
        effectualMacs: counters.effectualMacs,
        outputs: counters.outputs,
        nonZeros: popcount(masks.output),
        stallCycles: monitorStalls(each),
        busyPes: 0,
      });
      stalled += monitorStalls(each) > 0 ? 1 : 0;
    }
    expect(stalled).toBeGreaterThan(0);
  });
});

describe("of a large array", () => {
  it("the first 256 PEs are shown", () => {
    const layer = makeLayer({
      name: "wide",
      kind: "pointwise",
      inputChannels: 64,
      outputChannels: 64,
      inputHeight: 8,
      inputWidth: 8,
    });
    const masks = randomMasks(new Dice(1), layer);
    const hardware = hardwarePreset("eyeriss-v2-768");
    const seen: Seen[] = [];
    const each = { layer, masks, hardware, mapping: defaultMapping(loopNest(layer, hardware), hardware) };
    const file = readVcd(drawn(each, (probe) => step(each, probe(), seen).cycles));
    expect(seen[0].phases.length).toBeGreaterThan(256);
    expect(file.signals.has(`dysta.array.${pe(255)}`)).toBe(true);
    expect(file.signals.has(`dysta.array.${pe(256)}`)).toBe(false);
    for (const { cycle, phases } of seen) expect(at(file, pe(255), cycle)).toBe(phases[255]);
    expect(file.comments.join()).toContain("the first 256 of 768 are shown");
  });
});

describe("a recording", () => {
  it("played twice, piece by piece, is the layer drawn twice", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const each = randomCase(seed);
      const gapCycles = 7;
      const direct = drawn(each, (probe, vcd) => {
        const { cycles } = step(each, probe());
        step(each, probe(new Shifted(vcd, cycles + gapCycles)));
        return 2 * cycles + gapCycles;
      });
      const played = drawn(each, (probe, vcd) => {
        const recording = new Recording(1e6);
        const { cycles } = step(each, probe(recording));
        for (const offset of [0, cycles + gapCycles]) {
          recording.rewind();
          for (let cycle = 0; cycle <= cycles + 12; cycle += 13) {
            recording.play(new Shifted(vcd, offset), Math.min(cycle, cycles));
            vcd.at(offset + Math.min(cycle, cycles));
          }
        }
        return 2 * cycles + gapCycles;
      });
      expect(played).toBe(direct);
    }
  });

  it("keeps changes only", () => {
    const recording = new Recording(2);
    const played: [number, number][] = [];
    for (const [cycle, value] of [5, 5, 5, 6, 7].entries()) {
      recording.at(cycle);
      recording.set(0, value);
    }
    let now = 0;
    recording.play({ at: (cycle) => (now = cycle), set: (_, value) => played.push([now, Number(value)]) }, 9);
    expect(played).toEqual([
      [0, 5],
      [3, 6],
    ]);
  });

  it("that is full drops what comes later", () => {
    const each = randomCase(1);
    const full = drawn(each, (probe, vcd) => {
      const recording = new Recording(100);
      const { cycles } = step(each, probe(recording));
      recording.play(vcd, cycles);
      return cycles;
    });
    const whole = drawn(each, (probe) => step(each, probe()).cycles);
    const [part, all] = [readVcd(full).signals, readVcd(whole).signals];
    for (const [path, { times, values }] of part) {
      if (path === "dysta.clock") continue;
      expect(all.get(path)?.times.slice(0, times.length), path).toEqual(times);
      expect(all.get(path)?.values.slice(0, values.length), path).toEqual(values);
    }
    expect(full.length).toBeLessThan(whole.length);
  });
});
