/** The stepped unit between a host with a queue of requests and an accelerator that only waits: cycle = tick. */

import type { SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
import { quietInputs, SteppedSchedulingUnit } from "../../../hw/scheduling-unit/stepped.ts";
import { tablesOf } from "../../../hw/scheduling-unit/tables.ts";
import { commands, requestWords, type Word } from "../../../hw/scheduling-unit/words.ts";
import type { Dice } from "../array/random-case.ts";
import type { Arrival, TrueNetwork } from "./random-unit.ts";

/** Told what happens at the unit's ports, in the order in which it happens. */
export interface Observer {
  admitted?(request: Arrival, atTicks: number): void;
  /** The idle unit begins a decision in this cycle. */
  woken?(inCycle: number): void;
  /** The unit takes up a layer's end, `atTicks`, in this cycle. */
  layerEnded?(nonZeros: number, isLast: boolean, atTicks: number, inCycle: number): void;
  /** The cycle that decides is `inCycle`; the dispatch is visible after it. */
  dispatched?(tag: number, inCycle: number, scores: Float64Array): void;
  /** The unit waits for the layer from the next cycle on. */
  waiting?(inCycle: number): void;
}

export interface Outcome {
  /** Tags in order of completion. */
  readonly finished: number[];
  readonly dispatched: number[];
  readonly cycles: number;
  /** Cycles in which a word stood before a full unit. */
  readonly heldCycles: number;
  readonly longestQueue: number;
}

/** The unit with its tables loaded directly. */
export function loadedUnit(unit: SchedulingUnit, networks: readonly TrueNetwork[]): SteppedSchedulingUnit {
  const stepped = new SteppedSchedulingUnit(unit);
  stepped.tables.load(tablesOf(unit, networks));
  return stepped;
}

export function coSimulate(
  unit: SchedulingUnit,
  networks: readonly TrueNetwork[],
  arrivals: readonly Arrival[],
  dice: Dice,
  observer: Observer = {},
): Outcome {
  const stepped = loadedUnit(unit, networks);
  const words: { word: Word; request: Arrival }[] = arrivals.flatMap((request) =>
    requestWords(unit, networks.length, request).map((word) => ({ word, request })),
  );
  const layersDone = new Map<number, number>();
  const outcome = { finished: [] as number[], dispatched: [] as number[], cycles: 0, heldCycles: 0, longestQueue: 0 };
  let sent = 0;
  let firstWordTicks = 0;
  let layerEndsAt = -1;
  let runningTag = -1;
  let pendingEnd: { nonZeros: number; isLast: boolean; atTicks: number } | undefined;
  const limit = 50_000_000;
  let cycle = 0;
  for (; outcome.finished.length < arrivals.length && cycle < limit; cycle++) {
    const inputs = { ...quietInputs(cycle), isAcceleratorReady: true };
    const next = sent < words.length && words[sent].request.atTicks <= cycle ? words[sent] : undefined;
    if (next !== undefined) {
      inputs.command = next.word.command;
      inputs.data = next.word.data;
    }
    if (cycle === layerEndsAt) {
      const request = arrivals[runningTag];
      const network = networks[request.row];
      const layer = layersDone.get(runningTag) ?? 0;
      layersDone.set(runningTag, layer + 1);
      inputs.isLayerDone = true;
      inputs.isLastLayer = layer + 1 === network.layerCycles.length;
      inputs.nonZeros = dice.integer(0, network.outputs[layer]);
      pendingEnd = { nonZeros: inputs.nonZeros, isLast: inputs.isLastLayer, atTicks: cycle };
      if (inputs.isLastLayer) outcome.finished.push(runningTag);
    }
    const before = stepped.state;
    const isTaken = next !== undefined && stepped.isPortReady;
    if (next !== undefined && stepped.requests.isFull) outcome.heldCycles += 1;
    stepped.tick(inputs);
    if (isTaken) {
      sent += 1;
      if (next.word.command === commands.tag) firstWordTicks = cycle;
      if (next.word.command === commands.score) observer.admitted?.(next.request, firstWordTicks);
    }
    if (before === "idle" && stepped.state !== "idle") observer.woken?.(cycle);
    if (before === "execute" && pendingEnd !== undefined) {
      observer.layerEnded?.(pendingEnd.nonZeros, pendingEnd.isLast, pendingEnd.atTicks, cycle);
      pendingEnd = undefined;
    }
    if (stepped.isDispatch) {
      runningTag = stepped.dispatchTag;
      layerEndsAt = cycle + networks[arrivals[runningTag].row].layerCycles[layersDone.get(runningTag) ?? 0];
      outcome.dispatched.push(runningTag);
      observer.dispatched?.(runningTag, cycle, stepped.requests.score.subarray(0, stepped.requests.count));
    }
    if (before !== "execute" && stepped.state === "execute") observer.waiting?.(cycle);
    outcome.longestQueue = Math.max(outcome.longestQueue, stepped.requests.count);
  }
  outcome.cycles = cycle;
  return outcome;
}
