/** A random host and accelerator around a scheduling unit: the inputs of one cycle after the other, within the protocol. */

import { type SchedulingUnit, tagBits } from "../../hw/scheduling-unit/description.ts";
import { type NumberFormat, numberFormat } from "../../hw/scheduling-unit/number-format.ts";
import type { SteppedSchedulingUnit } from "../../hw/scheduling-unit/stepped.ts";
import { type Command, commands } from "../../hw/scheduling-unit/words.ts";
import { nonZeroBits } from "../../hw/synthesis/scheduling-unit.ts";
import type { Dice } from "../hw/array/random-case.ts";

/** A word as the unit's pins have it: numbers are patterns of the format. */
export interface PinWord {
  readonly command: Command;
  readonly data: number;
}

/** What stands on the pins in one cycle; `data` as a pattern. */
export interface PinInputs extends PinWord {
  readonly isReset: boolean;
  readonly clockTicks: number;
  readonly isAcceleratorReady: boolean;
  readonly isLayerDone: boolean;
  readonly isLastLayer: boolean;
  readonly nonZeros: number;
}

/** How the surroundings behave for a while. */
interface Mood {
  /** Chance of a cycle in which the host has nothing to say. */
  readonly silence: number;
  readonly maxLayerCycles: number;
  /** Chance that a layer is the request's last. */
  readonly finishing: number;
  readonly readiness: number;
  readonly clock: "steps" | "jumps" | "random";
  /** Chance that a table entry is overwritten between two requests. */
  readonly reloading: number;
  /** Chance of a pattern that no sensible host would send. */
  readonly oddity: number;
  /** Chance of a layer with as many non-zeros as the monitor can count, or nearly so. */
  readonly fullness: number;
  /** Chance of a layer's end that nobody waits for. */
  readonly strayEnds: number;
}

const layerTables = [commands.remaining, commands.density, commands.shape] as const;

export interface StimulusOptions {
  /** Now and then, once the tables are loaded. */
  readonly mayReset: boolean;
  /** Nothing runs before the unit has been full, however large it is. */
  readonly fillsFirst: boolean;
}

export class UnitStimulus {
  private readonly unit: SchedulingUnit;
  private readonly dice: Dice;
  private readonly format: NumberFormat;
  private readonly mayReset: boolean;
  /** The accelerator waits for it. */
  private isFilling: boolean;
  private mood: Mood;
  private words: PinWord[] = [];
  private clockTicks = 0;
  private layerEndsAt = -1;
  private cycle = 0;
  private areTablesLoaded = false;

  constructor(unit: SchedulingUnit, dice: Dice, { mayReset, fillsFirst }: StimulusOptions) {
    this.unit = unit;
    this.dice = dice;
    this.format = numberFormat(unit.format);
    this.mayReset = mayReset;
    this.isFilling = fillsFirst;
    this.mood = this.nextMood();
    this.loadTables();
  }

  /** What comes in this cycle, for a unit that is as `model` is. */
  next(model: SteppedSchedulingUnit): PinInputs {
    const { dice } = this;
    if (dice.chance(0.002)) this.mood = this.nextMood();
    this.advanceClock();
    if (model.requests.isFull) this.isFilling = false;
    const isReset = this.cycle === 0 || (this.mayReset && this.areTablesLoaded && dice.chance(0.0005));
    if (model.isDispatch) this.layerEndsAt = this.cycle + dice.integer(0, this.mood.maxLayerCycles);
    const isLayerDone = this.cycle === this.layerEndsAt || dice.chance(this.mood.strayEnds);
    const word = this.nextWord(model);
    const inputs: PinInputs = {
      ...(isReset ? { command: commands.none, data: word.data } : word),
      isReset,
      clockTicks: this.clockTicks,
      isAcceleratorReady: !this.isFilling && dice.chance(this.mood.readiness),
      isLayerDone,
      isLastLayer: isLayerDone ? this.mustBeLast(model) || dice.chance(this.mood.finishing) : dice.chance(0.5),
      nonZeros: this.count(),
    };
    if (isReset && this.areTablesLoaded) this.beginAgain();
    else if (model.isPortReady && inputs.command !== commands.none) this.words.shift();
    this.cycle += 1;
    return inputs;
  }

  private nextMood(): Mood {
    const { dice } = this;
    return {
      silence: dice.pick([0, 0.2, 0.9, 0.99]),
      maxLayerCycles: dice.pick([0, 3, 40, 200]),
      finishing: dice.pick([0, 0.2, 0.7, 1]),
      readiness: dice.pick([0.05, 0.7, 1]),
      clock: dice.pick(["steps", "steps", "jumps", "random"] as const),
      reloading: dice.pick([0, 0.3]),
      oddity: dice.pick([0, 0, 0.05, 0.3]),
      fullness: dice.pick([0.05, 0.05, 0.9]),
      strayEnds: dice.pick([0, 0, 0, 0.02]),
    };
  }

  /** After a reset: the tables are still there, half a request is not. */
  private beginAgain(): void {
    this.words = [];
    this.layerEndsAt = -1;
  }

  private advanceClock(): void {
    const { dice, mood, unit } = this;
    const most = 2 ** unit.timeBits - 1;
    if (mood.clock === "random") this.clockTicks = this.time(most);
    else if (mood.clock === "jumps" && dice.chance(0.05)) this.clockTicks += 2 ** dice.integer(0, unit.timeBits);
    else this.clockTicks += 1;
    if (this.clockTicks > most) this.clockTicks = this.time(most);
  }

  /** From 0 to `most`, with any number of leading zeros. */
  private time(most: number): number {
    const { dice } = this;
    const bits = dice.integer(0, this.unit.timeBits);
    const low = Math.floor(dice.unit() * 2 ** 26) * 2 ** 26 + Math.floor(dice.unit() * 2 ** 26);
    return dice.chance(0.02) ? most : low % Math.min(2 ** bits, most + 1);
  }

  private count(): number {
    const { dice } = this;
    const most = 2 ** nonZeroBits - 1;
    if (dice.chance(this.mood.fullness)) return most - (dice.chance(0.5) ? 0 : dice.integer(0, 2 ** 22));
    if (dice.chance(0.3)) return 2 ** dice.integer(0, nonZeroBits - 1);
    return Math.floor(dice.unit() * 2 ** dice.integer(0, nonZeroBits));
  }

  /** A layer is the last at the latest where the table row ends. */
  private mustBeLast({ state, running, requests }: SteppedSchedulingUnit): boolean {
    const isRunningKnown =
      state === "execute" || (this.unit.rescoring === "overlapped" && (state === "coefficient" || state === "scoring"));
    const last = this.unit.layersPerRow - 1;
    return isRunningKnown ? requests.layer[running] >= last : requests.layer.some((layer) => layer >= last);
  }

  private nextWord({ isPortReady }: SteppedSchedulingUnit): PinWord {
    const { dice } = this;
    const isTableWord = this.words.length > 0 && this.words[0].command >= commands.address;
    if (dice.chance(isTableWord || this.isFilling ? 0.05 : this.mood.silence))
      return { command: commands.none, data: this.anyData() };
    // What stands before a shut port is not taken, whatever it is.
    if (!isPortReady && dice.chance(0.3)) return { command: dice.integer(0, 8) as Command, data: this.anyData() };
    if (this.words.length === 0) {
      this.areTablesLoaded = true;
      this.say();
    }
    return this.words[0];
  }

  private say(): void {
    const { dice, unit } = this;
    if (dice.chance(this.mood.reloading)) this.loadEntry();
    const tag = Math.floor(dice.unit() * 2 ** tagBits);
    const rowAndTag = dice.integer(0, unit.tableRows - 1) * 2 ** tagBits + tag;
    const triple: PinWord[] = [
      { command: commands.tag, data: rowAndTag },
      { command: commands.deadline, data: this.deadline() },
      { command: commands.score, data: this.pattern("score") },
    ];
    // A host may think again before the third word, and may speak of tables in between.
    if (dice.chance(0.05)) triple.splice(1, 0, { command: commands.tag, data: dice.integer(0, 2 ** tagBits - 1) });
    this.words.push(triple[0]);
    if (dice.chance(this.mood.reloading)) this.loadEntry();
    this.words.push(...triple.slice(1));
  }

  private deadline(): number {
    const { dice } = this;
    const most = 2 ** this.unit.timeBits - 1;
    if (dice.chance(0.3)) return this.time(most);
    const near = dice.integer(0, Math.min(most, 2 ** 14));
    const distance = dice.chance(0.3) ? near : 2 ** dice.integer(0, this.unit.timeBits - 1) - dice.integer(0, 2);
    return Math.min(most, Math.max(0, this.clockTicks + (dice.chance(0.4) ? -distance : distance)));
  }

  private loadTables(): void {
    const { tableRows, layersPerRow } = this.unit;
    for (let address = 0; address < tableRows * layersPerRow; address++) this.loadLayer(address, layerTables);
    for (let row = 0; row < tableRows; row++) this.loadIsolated(row);
  }

  private loadEntry(): void {
    const { dice, unit } = this;
    if (dice.chance(0.2)) this.loadIsolated(dice.integer(0, unit.tableRows - 1));
    else this.loadLayer(dice.integer(0, unit.tableRows * unit.layersPerRow - 1), [dice.pick(layerTables)]);
  }

  private loadLayer(address: number, tables: readonly (typeof layerTables)[number][]): void {
    this.words.push({ command: commands.address, data: address });
    for (const command of tables) {
      const kind = command === commands.remaining ? "remaining" : command === commands.density ? "density" : "shape";
      this.words.push({ command, data: this.pattern(kind) });
    }
  }

  private loadIsolated(row: number): void {
    this.words.push({ command: commands.address, data: row });
    this.words.push({ command: commands.isolated, data: this.pattern("isolated") });
  }

  /** A pattern of the format: of an exponent that suits the kind, now and then any at all, or one of the special ones. */
  private pattern(kind: "score" | "remaining" | "density" | "shape" | "isolated"): number {
    const { dice, format } = this;
    const exponentBits = format.bits - 1 - format.fractionBits;
    const top = 2 ** exponentBits - 1;
    const fraction = dice.chance(0.3) ? 0 : Math.floor(dice.unit() * 2 ** format.fractionBits);
    const put = (sign: number, exponent: number, low: number) =>
      (sign * 2 ** exponentBits + exponent) * 2 ** format.fractionBits + low;
    if (dice.chance(this.mood.oddity)) {
      return put(dice.integer(0, 1), dice.pick([0, 0, 1, top - 1, top]), dice.chance(0.5) ? 0 : fraction);
    }
    if (dice.chance(this.mood.oddity)) return put(dice.integer(0, 1), dice.integer(0, top), fraction);
    const bias = (top - 1) / 2;
    const spread = (low: number, high: number) => put(0, bias + dice.integer(low, high), fraction);
    switch (kind) {
      case "score":
        if (dice.chance(0.1)) return put(dice.integer(0, 1), 0, dice.chance(0.5) ? 0 : fraction);
        return put(dice.integer(0, 1), bias + dice.integer(-3, 3), dice.chance(0.5) ? 0 : fraction);
      case "remaining":
        // From so small that the time to the deadline decides.
        return spread(-13, 4);
      case "density":
        return dice.chance(0.15) ? put(dice.integer(0, 1), 0, dice.chance(0.5) ? 0 : fraction) : spread(0, 3);
      case "shape":
        return spread(-8, 0);
      case "isolated":
        return spread(-2, 8);
    }
  }

  private anyData(): number {
    return Math.floor(this.dice.unit() * 2 ** 32);
  }
}
