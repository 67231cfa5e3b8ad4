/**
 * The scheduling unit on a waveform. Inputs stand in the cycle in which the unit sees them; its registers, and what is
 * combined of them, change at the beginning of the cycle after. Of the request memory the first entries are shown.
 */

import { type SchedulingUnit, tagBits } from "../scheduling-unit/description.ts";
import { numberFormat, toBits } from "../scheduling-unit/number-format.ts";
import type { RequestMemory } from "../scheduling-unit/request-memory.ts";
import { type SteppedSchedulingUnit, states, type UnitInputs } from "../scheduling-unit/stepped.ts";
import { commands } from "../scheduling-unit/words.ts";
import { type Changes, type Signal, setNamed } from "./changes.ts";
import { bitsFor, type VcdHeader } from "./vcd-header.ts";

/** Entries of the request memory that are shown. */
const shownEntries = 16;
const tableRowBits = 8;

/** A value in the unit's number format: as a number, and as the bits that the hardware holds. */
interface NumberSignal {
  readonly value: Signal;
  readonly bits: Signal;
}

interface EntrySignals {
  readonly valid: Signal;
  readonly tag: Signal;
  readonly row: Signal;
  readonly layer: Signal;
  readonly coefficient: NumberSignal;
  readonly score: NumberSignal;
}

export type UnitSignals = ReturnType<typeof declareUnit>;

/** Declares the unit's signals in the scope `unit`. */
export function declareUnit(header: VcdHeader, unit: SchedulingUnit) {
  const positionBits = bitsFor(unit.fifoDepth - 1);
  const number = (name: string): NumberSignal => ({
    value: header.real(name),
    bits: header.pattern(`${name}_${unit.format}`, unit.format),
  });
  // Viewers show names without their scopes.
  const entry = (position: string): EntrySignals => ({
    valid: header.wire(`valid_${position}`, 1),
    tag: header.wire(`tag_${position}`, tagBits),
    row: header.wire(`row_${position}`, tableRowBits),
    layer: header.wire(`layer_${position}`, bitsFor(unit.layersPerRow)),
    coefficient: number(`coefficient_${position}`),
    score: number(`score_${position}`),
  });
  return header.scope("unit", () => {
    header.comment(
      `Scheduling unit ${unit.format}, depth ${unit.fifoDepth}, ${unit.variant}, rescoring ${unit.rescoring}. ` +
        `Scores are seconds; their bits hold units of 2^-${unit.scoreShiftBits} s. An entry is a request, in order of admission; ` +
        `the first ${Math.min(unit.fifoDepth, shownEntries)} of ${unit.fifoDepth} are shown, and those not valid hold old values.`,
    );
    return {
      state: header.named("state", states),
      stateCycle: header.wire("state_cycle", 24),
      dispatch: header.wire("dispatch", 1),
      dispatchTag: header.wire("dispatch_tag", tagBits),
      running: header.wire("running_position", positionBits),
      port: header.scope("port", () => ({
        command: header.named("command", Object.keys(commands)),
        data: header.wire("data", Math.max(unit.timeBits, tagBits + tableRowBits, numberFormat(unit.format).bits)),
        ready: header.wire("ready", 1),
      })),
      layerEnd: header.scope("layer_end", () => ({
        done: header.wire("layer_done", 1),
        isLast: header.wire("is_last_layer", 1),
        nonZeros: header.real("layer_non_zeros"),
      })),
      fifo: header.scope("fifo", () => ({
        level: header.wire("level", bitsFor(unit.fifoDepth)),
        full: header.wire("full", 1),
      })),
      select: header.scope("select", () => ({
        best: header.wire("best_position", positionBits),
        least: number("least"),
      })),
      range: header.scope("range", () => ({
        times: header.wire("time_saturations", 32),
        counts: header.wire("count_saturations", 32),
        scores: header.wire("non_finite_scores", 32),
      })),
      entries: Array.from({ length: Math.min(unit.fifoDepth, shownEntries) }, (_, position) => {
        const name = String(position).padStart(2, "0");
        return header.scope(`entry_${name}`, () => entry(name));
      }),
    };
  });
}

export class UnitProbe {
  private readonly signals: UnitSignals;
  private readonly changes: Changes;
  private readonly description: SchedulingUnit;
  private readonly secondsPerScore: number;
  /** The cycle after the last one observed. */
  private nextCycle = 0;
  /** A word stands on the port and has not been taken. */
  private isWordHeld = false;
  private wasReady = true;

  constructor(signals: UnitSignals, unit: SchedulingUnit, changes: Changes) {
    this.signals = signals;
    this.changes = changes;
    this.description = unit;
    this.secondsPerScore = 2 ** -unit.scoreShiftBits;
    changes.set(signals.port.ready, 1);
    this.number(signals.select.least, Number.POSITIVE_INFINITY, this.secondsPerScore);
  }

  /** A `CycleObserver`: cycle `inputs.clockTicks` has been stepped. */
  observe(unit: SteppedSchedulingUnit, inputs: UnitInputs): void {
    const { changes } = this;
    const cycle = inputs.clockTicks;
    if (cycle > this.nextCycle) this.passOver();
    changes.at(cycle);
    this.inputs(inputs);
    changes.at(cycle + 1);
    this.registers(unit);
    this.entries(unit.requests);
    this.nextCycle = cycle + 1;
  }

  /** After the last observed cycle: a word that was taken is gone, a dispatch over. (Layer ends are always followed by work.) */
  passOver(): void {
    const { changes, signals, nextCycle } = this;
    changes.at(nextCycle);
    if (!this.isWordHeld) this.word(commands.none, 0);
    changes.at(nextCycle + 1);
    changes.set(signals.dispatch, 0);
  }

  private inputs({ command, data, isLayerDone, isLastLayer, nonZeros }: UnitInputs): void {
    const { changes, signals } = this;
    const isScore = command === commands.score;
    this.word(command, isScore ? toBits(numberFormat(this.description.format), data) : data);
    changes.set(signals.layerEnd.done, isLayerDone ? 1 : 0);
    changes.set(signals.layerEnd.isLast, isLastLayer ? 1 : 0);
    if (isLayerDone) changes.set(signals.layerEnd.nonZeros, nonZeros);
    this.isWordHeld = command !== commands.none && !this.wasReady;
  }

  private word(command: number, data: number | bigint): void {
    const { changes, signals } = this;
    setNamed(changes, signals.port.command, command);
    changes.set(signals.port.data, data);
  }

  private registers(unit: SteppedSchedulingUnit): void {
    const { changes, signals } = this;
    const { fifo, range, select } = signals;
    const { state, requests, rangeCounts } = unit;
    const isWorking = state !== "idle" && state !== "execute";
    setNamed(changes, signals.state, states.indexOf(state));
    changes.set(signals.stateCycle, isWorking ? unit.stateCycle : 0);
    changes.set(signals.dispatch, unit.isDispatch ? 1 : 0);
    changes.set(signals.dispatchTag, unit.dispatchTag);
    changes.set(signals.running, unit.running);
    changes.set(signals.port.ready, unit.isPortReady ? 1 : 0);
    changes.set(fifo.level, requests.count);
    changes.set(fifo.full, requests.isFull ? 1 : 0);
    changes.set(select.best, unit.best);
    this.number(select.least, unit.least, this.secondsPerScore);
    changes.set(range.times, rangeCounts.timeSaturations);
    changes.set(range.counts, rangeCounts.countSaturations);
    changes.set(range.scores, rangeCounts.nonFiniteScores);
    this.wasReady = unit.isPortReady;
  }

  private entries(requests: RequestMemory): void {
    const { changes, signals } = this;
    for (const [position, entry] of signals.entries.entries()) {
      changes.set(entry.valid, position < requests.count ? 1 : 0);
      changes.set(entry.tag, requests.tag[position]);
      changes.set(entry.row, requests.row[position]);
      changes.set(entry.layer, requests.layer[position]);
      this.number(entry.coefficient, requests.coefficient[position], 1);
      this.number(entry.score, requests.score[position], this.secondsPerScore);
    }
  }

  /** @param unitOfValue what 1 stands for. */
  private number(signal: NumberSignal, value: number, unitOfValue: number): void {
    this.changes.set(signal.value, value * unitOfValue);
    this.changes.set(signal.bits, value);
  }
}
