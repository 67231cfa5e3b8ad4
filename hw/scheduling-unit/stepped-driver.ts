/**
 * The stepped unit in the loop: every cycle in which something can change is stepped, the quiet ones of idle and execute
 * are passed over. Cycle = tick. Picks, admissions and times are those of `counted-loop.ts`.
 */
import type { SchedulingUnit } from "./description.ts";
import { quietInputs, SteppedSchedulingUnit, type UnitInputs } from "./stepped.ts";
import type { Tables } from "./tables.ts";
import type { Dispatched, Host, LayerEnd, UnitDriver } from "./unit-driver.ts";
import { commands, requestWords, type Word } from "./words.ts";

/** Sees the unit after each stepped cycle; the model runs the same without it. */
type CycleObserver = (unit: SteppedSchedulingUnit, inputs: UnitInputs) => void;

export class SteppedDriver implements UnitDriver {
  private readonly description: SchedulingUnit;
  private readonly unit: SteppedSchedulingUnit;
  private readonly rows: number;
  private readonly host: Host;
  private readonly observe: CycleObserver | undefined;
  private cycle = 0;
  private tag = 0;
  private words: readonly Word[] | undefined;
  private word = 0;
  private firstWordTicks = 0;

  /**
   * @param tables are in the unit from the beginning.
   * @throws ConfigError for a unit that cannot work.
   */
  constructor(unit: SchedulingUnit, tables: Tables, host: Host, observe?: CycleObserver) {
    this.description = unit;
    this.unit = new SteppedSchedulingUnit(unit);
    this.unit.tables.load(tables);
    this.rows = tables.rows;
    this.host = host;
    this.observe = observe;
  }

  get rangeCounts() {
    return this.unit.rangeCounts;
  }

  next(end: LayerEnd | undefined): Dispatched {
    const { unit } = this;
    let forTicks = end?.atTicks ?? 0;
    let busyCycles = 1;
    do {
      this.passOver(end);
      const { state } = unit;
      if (state !== "idle" && state !== "execute") busyCycles += 1;
      this.step(end);
      if (state === "idle" && unit.state !== "idle") forTicks = this.cycle - 1;
    } while (!unit.isDispatch);
    return {
      tag: unit.dispatchTag,
      position: unit.running,
      queueLength: unit.requests.count,
      decidedForTicks: forTicks,
      startTicks: this.cycle,
      exposedCycles: this.cycle - forTicks,
      busyCycles,
    };
  }

  /** Steps on until the unit has retired its last request and is idle. @param end of the last layer. */
  finish(end: LayerEnd): void {
    while (this.unit.state !== "idle") {
      this.passOver(end);
      this.step(end);
    }
  }

  /** Goes to the next cycle in which an idle or executing unit has anything to do. */
  private passOver(end: LayerEnd | undefined): void {
    const { unit } = this;
    if (unit.state !== "idle" && unit.state !== "execute") return;
    if (unit.state === "idle" && unit.requests.count > 0) return;
    const word = this.nextWordTicks();
    const layerEnd = unit.state === "execute" && end !== undefined ? end.atTicks : Number.POSITIVE_INFINITY;
    const next = Math.min(word, layerEnd);
    if (next === Number.POSITIVE_INFINITY) throw new Error("the unit waits for nothing");
    // A layer that ended during the rescoring was latched before: then nothing is passed over.
    if (layerEnd >= this.cycle) this.cycle = Math.max(this.cycle, next);
  }

  /** When a word comes onto the port, or one that is there can be taken. */
  private nextWordTicks(): number {
    if (this.words !== undefined) return this.unit.isPortReady ? this.cycle : Number.POSITIVE_INFINITY;
    return this.host.request(this.tag)?.arrivalTicks ?? Number.POSITIVE_INFINITY;
  }

  private step(end: LayerEnd | undefined): void {
    const inputs = { ...quietInputs(this.cycle), isAcceleratorReady: true };
    this.placeWord(inputs);
    if (end !== undefined && end.atTicks === this.cycle) {
      inputs.isLayerDone = true;
      inputs.isLastLayer = end.isLastLayer;
      inputs.nonZeros = end.nonZeros;
    }
    const isWordTaken = this.unit.isPortReady && inputs.command !== commands.none;
    this.unit.tick(inputs);
    this.observe?.(this.unit, inputs);
    if (isWordTaken) this.wordTaken();
    this.cycle += 1;
  }

  private placeWord(inputs: UnitInputs): void {
    this.words ??= this.wordsOfNext();
    if (this.words !== undefined) Object.assign(inputs, this.words[this.word]);
  }

  private wordsOfNext(): readonly Word[] | undefined {
    const request = this.host.request(this.tag);
    if (request === undefined || request.arrivalTicks > this.cycle) return undefined;
    return requestWords(this.description, this.rows, request);
  }

  private wordTaken(): void {
    if (this.word === 0) this.firstWordTicks = this.cycle;
    this.word += 1;
    if (this.word !== this.words?.length) return;
    this.host.admitted(this.tag, this.firstWordTicks);
    this.words = undefined;
    this.word = 0;
    this.tag += 1;
  }
}
