/** Does the waveform of the scheduling unit, read back, say what the unit did? */
import { describe, expect, it } from "vitest";
import { type SchedulingUnit, unitsPerSecond } from "../../../hw/scheduling-unit/description.ts";
import { fromBits, numberFormat, productFormat, toBits } from "../../../hw/scheduling-unit/number-format.ts";
import type { State } from "../../../hw/scheduling-unit/stepped.ts";
import { SteppedDriver } from "../../../hw/scheduling-unit/stepped-driver.ts";
import { tablesOf } from "../../../hw/scheduling-unit/tables.ts";
import { commands, requestWords, type Word } from "../../../hw/scheduling-unit/words.ts";
import { declareUnit, UnitProbe } from "../../../hw/waveform/unit-probe.ts";
import { VcdWriter } from "../../../hw/waveform/vcd-writer.ts";
import { bitsAt, readVcd, risesOf, textAt, type VcdFile, valueAt } from "../../models/vcd-reader.ts";
import { type LoopCase, randomLoopCase, runLoop } from "../scheduling-unit/random-driver.ts";

/** What the unit was after a cycle. */
interface Seen {
  readonly cycle: number;
  readonly state: State;
  readonly count: number;
  readonly tags: readonly number[];
  readonly scores: readonly number[];
  readonly layers: readonly number[];
  readonly coefficients: readonly number[];
  readonly rows: readonly number[];
  /** Position and score of the selection, and the counts of what is out of range. */
  readonly selected: readonly number[];
  readonly range: readonly number[];
}

/** A cycle is 10 units of time. */
const units = 10;

function drawn(each: LoopCase) {
  const { unit, networks } = each;
  let text = "";
  const vcd = new VcdWriter(
    { producer: "test", secondsPerCycle: 1e-9, limitBytes: 1e9 },
    (header) =>
      declareUnit(
        header,
        unit,
        networks.map(({ name }) => name),
      ),
    (piece) => (text += piece),
  );
  const probe = new UnitProbe(vcd.signals, unit, vcd);
  const tables = tablesOf(unit, networks);
  probe.showTables(tables);
  const seen: Seen[] = [];
  let loop: SteppedDriver | undefined;
  const outcome = runLoop(each, (host) => {
    loop = new SteppedDriver(unit, tables, host, (stepped, inputs) => {
      probe.observe(stepped, inputs);
      const { state, requests, rangeCounts, best, least } = stepped;
      const first = (column: Iterable<number>) => [...column].slice(0, Math.min(requests.count, 16));
      seen.push({
        cycle: inputs.clockTicks,
        state,
        count: requests.count,
        tags: first(requests.tag),
        scores: first(requests.score),
        layers: first(requests.layer),
        coefficients: first(requests.coefficient),
        rows: first(requests.row),
        selected: [best, least],
        range: [rangeCounts.timeSaturations, rangeCounts.countSaturations, rangeCounts.nonFiniteScores],
      });
    });
    return loop;
  });
  loop?.finish(outcome.lastEnd);
  probe.passOver();
  vcd.finish();
  return { file: readVcd(text), outcome, seen };
}

const at = (file: VcdFile, path: string, cycle: number) => valueAt(file, `dysta.unit.${path}`, cycle * units);
const entry = (position: number, name: string) => {
  const number = String(position).padStart(2, "0");
  return `entry_${number}.${name}_${number}`;
};

/** What a score of the unit is held in: its format, and of `swp` one more bit of exponent. */
function scoreFormat({ policy, format }: SchedulingUnit) {
  return policy === "dysta" ? numberFormat(format) : productFormat(format);
}

/** The score that the file's other signals make at a time, rounded after every operation. */
function recomputedScore(file: VcdFile, unit: SchedulingUnit, position: number, cycle: number): number {
  const format = numberFormat(unit.format);
  const { round, largest } = format;
  const pattern = (path: string) =>
    fromBits(format, BigInt(`0b${bitsAt(file, `dysta.unit.${path}_${unit.format}`, cycle * units)}`));
  const now = at(file, "now", cycle);
  const quantumTicks = 2 ** at(file, "constants.time_shift_bits", cycle);
  const inUnits = (ticks: number) => Math.max(-largest, Math.min(largest, round(ticks / quantumTicks)));
  const level = at(file, "fifo.level", cycle);
  const untilDeadline = inUnits(at(file, entry(position, "deadline"), cycle) - now);
  const remaining = pattern(entry(position, "remaining"));
  if (unit.policy === "dysta") {
    const row = String(at(file, entry(position, "row"), cycle)).padStart(2, "0");
    const quantum = pattern("constants.quantum");
    const difference = round(round(untilDeadline * quantum) - remaining);
    const slack = at(file, "constants.clamp_slack", cycle) === 1 ? Math.max(0, difference) : difference;
    const waited = round(inUnits(now - at(file, entry(position, "last_run"), cycle)) * quantum);
    const penalty = round(round(waited * pattern(`constants.per_isolated_${row}`)) * round(1 / level));
    return round(remaining + round(pattern("constants.eta") * round(slack + penalty)));
  }
  const isolated = pattern(entry(position, "isolated"));
  const slack = round(untilDeadline - remaining);
  const share = level < 8 ? 1 / 2 : level < 32 ? 1 / 4 : 1 / 8;
  const urgency = round(isolated - round(slack / 8));
  const bonus = urgency > 0 ? -round(urgency * share) : 0;
  const lost = unit.policy === "swp_plus" ? round(isolated / 4) : 0;
  return productFormat(unit.format).round(remaining * round(isolated + (slack < 0 ? lost : bonus)));
}

/** A run in which times, counts and scores leave the range of the format. */
function outOfRange(): LoopCase {
  const each = randomLoopCase(5, 8, 30);
  const shifts = { timeShiftBits: 8, scoreShiftBits: 6, countShiftBits: 6 };
  const nonZeros = each.nonZeros.map((counts) => counts.map((count) => (count % 3 === 0 ? count * 1e4 : count)));
  const networks = each.networks.map((network) => ({ ...network, outputs: network.layerCycles.map(() => 8) }));
  return { ...each, networks, nonZeros, unit: { ...each.unit, ...shifts, format: "fp16" } };
}

it("a run out of range shows how often that happens", () => {
  const { seen } = drawn(outOfRange());
  for (const count of seen.at(-1)?.range ?? [0]) expect(count).toBeGreaterThan(0);
});

const randomRuns = [1, 2, 3, 4, 6, 7].map((seed) => randomLoopCase(seed, [1, 3, 8, 64][seed % 4], 30));

it("scores of every unit are recomputed below", () => {
  const renewing = [...randomRuns, outOfRange()].filter(({ unit }) => unit.rescoring === "before-dispatch");
  expect([...new Set(renewing.map(({ unit }) => unit.policy))].sort()).toEqual(["dysta", "swp", "swp_plus"]);
});

describe.each([...randomRuns, outOfRange()].map((each, k) => [k, each] as const))("random run %i", (_, each) => {
  const { unit } = each;
  const { file, outcome, seen } = drawn(each);

  it("shows states and entries of every stepped cycle one cycle later", () => {
    const isDysta = unit.policy === "dysta";
    const scale = (1 / unitsPerSecond(unit)) ** (isDysta ? 1 : 2);
    const format = scoreFormat(unit);
    for (const { cycle, state, count, tags, rows, scores, layers, coefficients, selected, range } of seen) {
      const after = cycle + 1;
      const isOpen = (state === "idle" || state === "execute") && count < unit.fifoDepth;
      const ofEntries = (name: string) => [...tags.keys()].map((position) => at(file, entry(position, name), after));
      const pattern = (position: number) =>
        bitsAt(file, `dysta.unit.${entry(position, "score")}_${isDysta ? unit.format : "product"}`, after * units);
      const read = [
        textAt(file, "dysta.unit.state_text", after * units),
        ["fifo.level", "fifo.full", "port.ready"].map((path) => at(file, path, after)),
        ["select.best_position", "select.least"].map((path) => at(file, path, after)),
        ["time_saturations", "count_saturations", "non_finite_scores"].map((name) => at(file, `range.${name}`, after)),
        ["valid", "tag", "row", "layer", isDysta ? "coefficient" : "deviations", "score"].map(ofEntries),
        [...tags.keys()].map((position) => BigInt(`0b${pattern(position)}`)),
      ];
      expect(read, `cycle ${cycle}`).toEqual([
        state,
        [count, count === unit.fifoDepth ? 1 : 0, isOpen ? 1 : 0],
        [selected[0], selected[1] * scale],
        range,
        [tags.map(() => 1), tags, rows, layers, coefficients, scores.map((score) => score * scale)],
        scores.map((score) => toBits(format, score)),
      ]);
      if (count < Math.min(16, unit.fifoDepth)) expect(at(file, entry(count, "valid"), after)).toBe(0);
    }
  });

  it("has in it all that a score is made of, to the bit", () => {
    if (unit.rescoring === "overlapped") return;
    let compared = 0;
    for (const { startTicks: cycle } of outcome.dispatches) {
      const level = at(file, "fifo.level", cycle);
      for (let position = 0; position < Math.min(level, 16); position++) {
        const name = `dysta.unit.${entry(position, "score")}_${unit.policy === "dysta" ? unit.format : "product"}`;
        const score = recomputedScore(file, unit, position, cycle);
        expect(BigInt(`0b${bitsAt(file, name, cycle * units)}`), `cycle ${cycle}, entry ${position}`).toBe(
          toBits(scoreFormat(unit), score),
        );
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThanOrEqual(outcome.dispatches.length);
  });

  it("shows every dispatch as a pulse of one cycle with its tag, when the layer can begin", () => {
    const rises = risesOf(file, "dysta.unit.dispatch").map((time) => time / units);
    expect(rises).toEqual(outcome.dispatches.map(({ startTicks }) => startTicks));
    for (const { tag, startTicks, position } of outcome.dispatches) {
      expect(at(file, "dispatch_tag", startTicks)).toBe(tag);
      expect(at(file, "running_position", startTicks)).toBe(position);
      expect(at(file, "select.best_position", startTicks)).toBe(position);
      expect(at(file, "dispatch", startTicks + 1)).toBe(0);
    }
  });

  it("shows each layer's end as a pulse with its non-zeros, the last one's too", () => {
    const ends = risesOf(file, "dysta.unit.layer_end.layer_done").map((time) => time / units);
    expect(ends).toHaveLength(outcome.dispatches.length);
    expect(ends.at(-1)).toBe(outcome.lastEnd.atTicks);
    const layersDone = new Map<number, number>();
    for (const [k, { tag }] of outcome.dispatches.entries()) {
      const layer = layersDone.get(tag) ?? 0;
      layersDone.set(tag, layer + 1);
      expect(at(file, "layer_end.layer_non_zeros", ends[k])).toBe(each.nonZeros[tag][layer]);
      expect(at(file, "layer_end.layer_done", ends[k] + 1)).toBe(0);
    }
  });

  it("shows a level that is the words taken minus the requests finished, whenever a layer runs", () => {
    const taken: number[] = [];
    const finished: number[] = [];
    for (const { cycle } of seen) {
      const isTaken = at(file, "port.command", cycle) === commands.score && at(file, "port.ready", cycle) === 1;
      if (isTaken) taken.push(cycle);
      if (at(file, "layer_end.is_last_layer", cycle) === 1) finished.push(cycle);
    }
    expect(taken).toHaveLength(each.arrivals.length);
    expect(finished).toHaveLength(each.arrivals.length);
    const before = (cycles: readonly number[], cycle: number) => cycles.filter((each) => each < cycle).length;
    for (const { startTicks } of outcome.dispatches) {
      expect(at(file, "fifo.level", startTicks)).toBe(before(taken, startTicks) - before(finished, startTicks));
    }
    expect(at(file, "fifo.level", Number.POSITIVE_INFINITY)).toBe(0);
  });

  it("shows each word that is taken for one cycle, with what the host sends", () => {
    const isOpen = (cycle: number) => at(file, "port.ready", cycle) === 1;
    const times = ["command", "data", "ready"].flatMap((name) => file.signals.get(`dysta.unit.port.${name}`)?.times);
    const cycles = [...new Set(times)].map((time) => Number(time) / units).sort((a, b) => a - b);
    const words: Word[] = [];
    for (const [k, cycle] of cycles.entries()) {
      const command = at(file, "port.command", cycle);
      if (command === commands.none || !isOpen(cycle)) continue;
      expect(cycles[k + 1]).toBe(cycle + 1);
      const bits = BigInt(`0b${bitsAt(file, "dysta.unit.port.data", cycle * units)}`);
      const data = command === commands.score ? fromBits(numberFormat(unit.format), bits) : Number(bits);
      words.push({ command: command as Word["command"], data });
    }
    const { arrivals, networks } = each;
    expect(words).toEqual(arrivals.flatMap((request) => requestWords(unit, networks.length, request)));
  });

  it("begins idle and ready", () => {
    expect(textAt(file, "dysta.unit.state_text", 0)).toBe("idle");
    expect(at(file, "port.ready", 0)).toBe(1);
    expect(at(file, "fifo.level", 0)).toBe(0);
  });

  it("shows words from when they come, until they are taken", () => {
    const free = (cycle: number) => at(file, "port.command", cycle) === commands.none;
    for (const [tag, sinceTicks] of outcome.admissions) {
      const { atTicks } = each.arrivals[tag];
      expect(free(sinceTicks)).toBe(false);
      if (sinceTicks > atTicks) expect(free(atTicks)).toBe(false);
    }
    const last = outcome.dispatches.at(-1);
    expect(free((last?.startTicks ?? 0) + 1)).toBe(true);
  });

  it("has a clock pulse in every stepped cycle of a decision", () => {
    const pulses = new Set(risesOf(file, "dysta.clock").map((time) => time / units));
    const working = seen.filter(({ state }) => state !== "idle" && state !== "execute");
    expect(working.length).toBeGreaterThan(100);
    expect(working.filter(({ cycle }) => !pulses.has(cycle + 1))).toEqual([]);
  });
});
