/**
 * The PE array on a waveform, while `stepped` runs a layer, and a monitor on its write-back. What is shown in a cycle is
 * what is done in it: a PE in `walk` walks in this cycle, a count is the one with which the cycle begins.
 */
import { type Hardware, peCount } from "../array/description.ts";
import { Phase } from "../array/pe-array.ts";
import type { ArrayObserver, ArrayState } from "../array/stepped.ts";
import type { WriteBackObserver } from "../array/write-back.ts";
import { channelRuns, layerMonitor, Monitor } from "../monitor/monitor.ts";
import type { Changes } from "./changes.ts";
import { bitsFor, type VcdHeader } from "./vcd-header.ts";

/** PEs that are shown. */
const shownPes = 256;

export type ArraySignals = ReturnType<typeof declareArray>;

/** Declares the signals of any layer on the array in the scope `array`. */
export function declareArray(header: VcdHeader, hardware: Hardware) {
  const count = peCount(hardware);
  const shown = Math.min(count, shownPes);
  const phases = Object.entries(Phase).map(([name, code]) => `${code} ${name}`);
  return header.scope("array", () => {
    header.comment(
      `Array ${hardware.name}. pe_k, the phase of a PE: ${phases.join(", ")}; idle also while others work on the same pass. ` +
        `k counts the PEs that the layer's mapping uses, pixels innermost, then kernel rows, channels, filters, groups; ` +
        `the first ${shown} of ${count} are shown.`,
    );
    return {
      busyPes: header.wire("busy_pes", bitsFor(count)),
      passes: header.wire("passes_begun", 32),
      effectualMacs: header.wire("effectual_macs", 48),
      dma: header.scope("dma", () => ({
        waitCycles: header.wire("latency_cycles_left", 24),
        loadBits: header.wire("load_bits_left", 48),
        storeBits: header.wire("store_bits_left", 48),
      })),
      ports: header.scope("buffer_ports", () => ({
        activations: header.wire("activations_left", 32),
        psums: header.wire("psums_left", 32),
      })),
      outputs: header.scope("write_back", () => header.wire("outputs", 32)),
      monitor: header.scope("monitor", () => ({
        nonZeros: header.wire("non_zeros", layerMonitor.counterBits),
        saturated: header.wire("saturated", 32),
        stallCycles: header.wire("stall_cycles", 32),
      })),
      pes: header.scope("pes", () =>
        Array.from({ length: shown }, (_, pe) => header.wire(`pe_${String(pe).padStart(3, "0")}`, 3)),
      ),
    };
  });
}

/** Observes one layer; cycles count from its beginning. */
export class ArrayProbe implements ArrayObserver, WriteBackObserver {
  private readonly signals: ArraySignals;
  private readonly changes: Changes;
  private readonly monitor = new Monitor(layerMonitor);
  /** The monitor's counters may differ from what is shown. */
  private isCounting = true;

  constructor(signals: ArraySignals, changes: Changes) {
    this.signals = signals;
    this.changes = changes;
  }

  layerBegins({ nest, passes }: ArrayState): void {
    this.monitor.beginLayer(nest.groups * nest.filters, channelRuns(nest, passes));
  }

  written(atCycle: number, bits: Uint8Array, first: number, end: number): void {
    this.monitor.written(atCycle, bits, first, end);
    this.isCounting = true;
  }

  cycleBegins({ counters, pes, ports, dma, writeBack }: ArrayState): void {
    const { changes, signals } = this;
    changes.at(counters.cycles);
    changes.set(signals.busyPes, pes.busyCount);
    changes.set(signals.passes, counters.passes);
    changes.set(signals.effectualMacs, pes.effectualMacs);
    changes.set(signals.dma.waitCycles, dma.waitCycles);
    changes.set(signals.dma.loadBits, dma.loadBits);
    changes.set(signals.dma.storeBits, dma.storeBits);
    changes.set(signals.ports.activations, ports.activationsLeft);
    changes.set(signals.ports.psums, ports.psumsLeft);
    changes.set(signals.outputs, writeBack.outputs);
    if (this.isCounting) this.showMonitor();
    const shown = Math.min(pes.count, signals.pes.length);
    for (let pe = 0; pe < shown; pe++) changes.set(signals.pes[pe], pes.phase[pe]);
  }

  private showMonitor(): void {
    const { changes, monitor } = this;
    const { nonZeros, saturated } = monitor.reading();
    changes.set(this.signals.monitor.nonZeros, nonZeros[0]);
    changes.set(this.signals.monitor.saturated, saturated);
    changes.set(this.signals.monitor.stallCycles, monitor.stallCycles);
    this.isCounting = false;
  }
}
