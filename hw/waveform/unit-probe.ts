/**
 * The scheduling unit on a waveform. Inputs stand in the cycle in which the unit sees them; its registers, and what is
 * combined of them, change at the beginning of the cycle after. Of the request memory the first entries are shown.
 */

import { type SchedulingUnit, tagBits, unitsPerSecond } from "../scheduling-unit/description.ts";
import { numberFormat, productFormat, toBits } from "../scheduling-unit/number-format.ts";
import type { RequestMemory } from "../scheduling-unit/request-memory.ts";
import { type SteppedSchedulingUnit, states, type UnitInputs } from "../scheduling-unit/stepped.ts";
import type { Tables } from "../scheduling-unit/tables.ts";
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
  readonly network: Signal;
  readonly layer: Signal;
  readonly deadline: Signal;
  /** Of Dysta's entries. */
  readonly lastRun: Signal | undefined;
  readonly coefficient: NumberSignal;
  readonly remaining: NumberSignal;
  /** Of the entries of `swp`. */
  readonly isolated: NumberSignal | undefined;
  readonly score: NumberSignal;
}

export type UnitSignals = ReturnType<typeof declareUnit>;

/** How a score is made of what else is shown. */
const formulas = {
  dysta:
    "score = remaining + eta * (slack + penalty), slack = (deadline - now) - remaining (with clamp_slack at least 0), " +
    "penalty = (now - last_run) * per_isolated of the row * 1 / level; differences of ticks become numbers in units of " +
    "2^time_shift_bits ticks, and are multiplied by quantum",
  swp: "score = remaining * (isolated - c * urgency), urgency = max(0, isolated - slack / 8) if slack >= 0 and else 0, c = 1/2, 1/4 from level 8, 1/8 from 32",
  swp_plus:
    "score = remaining * weight, weight = isolated - c * max(0, isolated - slack / 8) if slack >= 0 and else 5/4 * isolated, c = 1/2, 1/4 from level 8, 1/8 from 32",
} as const;

/**
 * Declares the unit's signals in the scope `unit`.
 *
 * @param rows names of the networks, by row of the tables.
 */
export function declareUnit(header: VcdHeader, unit: SchedulingUnit, rows: readonly string[]) {
  const positionBits = bitsFor(unit.fifoDepth - 1);
  const isSwp = unit.policy !== "dysta";
  const format = numberFormat(unit.format);
  const number = (name: string): NumberSignal => ({
    value: header.real(name),
    bits: header.pattern(`${name}_${unit.format}`, format),
  });
  const score = (name: string): NumberSignal =>
    isSwp
      ? { value: header.real(name), bits: header.pattern(`${name}_product`, productFormat(unit.format)) }
      : number(name);
  // Viewers show names without their scopes.
  const entry = (position: string): EntrySignals => ({
    valid: header.wire(`valid_${position}`, 1),
    tag: header.wire(`tag_${position}`, tagBits),
    row: header.wire(`row_${position}`, tableRowBits),
    network: header.ascii(`row_${position}_text`, rows),
    layer: header.wire(`layer_${position}`, bitsFor(unit.layersPerRow)),
    deadline: header.wire(`deadline_${position}`, unit.timeBits),
    lastRun: isSwp ? undefined : header.wire(`last_run_${position}`, unit.timeBits),
    coefficient: number(isSwp ? `deviations_${position}` : `coefficient_${position}`),
    remaining: number(`remaining_${position}`),
    isolated: isSwp ? number(`isolated_${position}`) : undefined,
    score: score(`score_${position}`),
  });
  return header.scope("unit", () => {
    header.comment(
      `Scheduling unit of ${unit.policy}, ${unit.format}, depth ${unit.fifoDepth}, ${unit.variant}, rescoring ${unit.rescoring}. ` +
        `Times and scores are seconds (scores of swp square seconds); their bits hold units of ${1 / unitsPerSecond(unit)} s. ` +
        `Deadline, last run and now are ticks of ${unit.secondsPerTick} s. An entry is a request, in order of admission; ` +
        `the first ${Math.min(unit.fifoDepth, shownEntries)} of ${unit.fifoDepth} are shown, and those not valid hold old values.`,
    );
    header.comment(`At a dispatch, rounded after every operation: ${formulas[unit.policy]}.`);
    return {
      state: header.named("state", states),
      stateCycle: header.wire("state_cycle", 24),
      now: header.wire("now", unit.timeBits),
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
        least: score("least"),
      })),
      range: header.scope("range", () => ({
        times: header.wire("time_saturations", 32),
        counts: header.wire("count_saturations", 32),
        scores: header.wire("non_finite_scores", 32),
      })),
      constants: header.scope("constants", () => ({
        eta: number("eta"),
        quantum: number("quantum"),
        timeShiftBits: header.wire("time_shift_bits", 6),
        clampSlack: header.wire("clamp_slack", 1),
        // Of Dysta's rows 1 / isolated latency, of those of swp the elasticity.
        rows: rows.map((_, row) => number(`${isSwp ? "elasticity" : "per_isolated"}_${String(row).padStart(2, "0")}`)),
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
  private readonly secondsPerUnit: number;
  private readonly scoreFactor: number;
  /** The cycle after the last one observed. */
  private nextCycle = 0;
  /** A word stands on the port and has not been taken. */
  private isWordHeld = false;
  private wasReady = true;

  constructor(signals: UnitSignals, unit: SchedulingUnit, changes: Changes) {
    this.signals = signals;
    this.changes = changes;
    this.description = unit;
    this.secondsPerUnit = 1 / unitsPerSecond(unit);
    this.scoreFactor = unit.policy === "dysta" ? this.secondsPerUnit : this.secondsPerUnit ** 2;
    changes.set(signals.port.ready, 1);
    this.number(signals.select.least, Number.POSITIVE_INFINITY, this.scoreFactor);
    this.constants();
  }

  /** The tables that the unit begins with. */
  showTables({ reciprocalIsolatedSeconds }: Tables): void {
    for (const [row, signal] of this.signals.constants.rows.entries()) {
      this.number(signal, reciprocalIsolatedSeconds[row], 1);
    }
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

  private constants(): void {
    const { changes, signals, description } = this;
    const { eta, quantum, timeShiftBits, clampSlack } = signals.constants;
    const { round } = numberFormat(description.format);
    const ticks = 2 ** description.timeShiftBits;
    this.number(eta, round(description.eta), 1);
    this.number(quantum, round(description.secondsPerTick * ticks * unitsPerSecond(description)), this.secondsPerUnit);
    changes.set(timeShiftBits, description.timeShiftBits);
    changes.set(clampSlack, description.clampSlack ? 1 : 0);
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
    changes.set(signals.now, unit.nowTicks);
    changes.set(signals.dispatch, unit.isDispatch ? 1 : 0);
    changes.set(signals.dispatchTag, unit.dispatchTag);
    changes.set(signals.running, unit.running);
    changes.set(signals.port.ready, unit.isPortReady ? 1 : 0);
    changes.set(fifo.level, requests.count);
    changes.set(fifo.full, requests.isFull ? 1 : 0);
    changes.set(select.best, unit.best);
    this.number(select.least, unit.least, this.scoreFactor);
    changes.set(range.times, rangeCounts.timeSaturations);
    changes.set(range.counts, rangeCounts.countSaturations);
    changes.set(range.scores, rangeCounts.nonFiniteScores);
    this.wasReady = unit.isPortReady;
  }

  private entries(requests: RequestMemory): void {
    const { changes, signals, secondsPerUnit } = this;
    for (const [position, entry] of signals.entries.entries()) {
      changes.set(entry.valid, position < requests.count ? 1 : 0);
      changes.set(entry.tag, requests.tag[position]);
      changes.set(entry.row, requests.row[position]);
      changes.set(entry.network, requests.row[position]);
      changes.set(entry.layer, requests.layer[position]);
      changes.set(entry.deadline, requests.deadlineTicks[position]);
      if (entry.lastRun !== undefined) changes.set(entry.lastRun, requests.lastRunTicks[position]);
      this.number(entry.coefficient, requests.coefficient[position], 1);
      this.number(entry.remaining, requests.remaining[position], secondsPerUnit);
      if (entry.isolated !== undefined) this.number(entry.isolated, requests.isolated[position], secondsPerUnit);
      this.number(entry.score, requests.score[position], this.scoreFactor);
    }
  }

  /** @param unitOfValue what 1 stands for. */
  private number(signal: NumberSignal, value: number, unitOfValue: number): void {
    this.changes.set(signal.value, value * unitOfValue);
    this.changes.set(signal.bits, value);
  }
}
