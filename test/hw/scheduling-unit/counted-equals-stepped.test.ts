/** Does the counted unit make the stepped one's decisions, with the same scores, in the same cycles? */
import { describe, expect, it } from "vitest";
import { CountedSchedulingUnit, type Decision } from "../../../hw/scheduling-unit/counted.ts";
import { tablesOf } from "../../../hw/scheduling-unit/tables.ts";
import { Dice } from "../array/random-case.ts";
import { coSimulate, type Observer } from "./co-simulation.ts";
import { randomArrivals, randomNetworks, randomUnit } from "./random-unit.ts";

/** Runs beside the stepped unit and predicts each of its cycles and picks. */
class Prediction implements Observer {
  decisions = 0;
  readonly counted: CountedSchedulingUnit;
  private decision: Decision | undefined;
  private dispatchCycle = 0;
  private waitingCycle = 0;
  private readonly what: string;

  constructor(counted: CountedSchedulingUnit, what: string) {
    this.counted = counted;
    this.what = what;
  }

  admitted(request: Parameters<CountedSchedulingUnit["admit"]>[0], atTicks: number): void {
    expect(this.counted.admit(request, atTicks), this.what).toBe(true);
  }

  woken(inCycle: number): void {
    this.decide(inCycle, inCycle);
  }

  layerEnded(nonZeros: number, isLast: boolean, atTicks: number, inCycle: number): void {
    const retireCycles = this.counted.layerDone(nonZeros, isLast, atTicks);
    if (this.counted.requests.count > 0) this.decide(atTicks, inCycle + retireCycles);
  }

  dispatched(tag: number, inCycle: number, scores: Float64Array): void {
    const { requests } = this.counted;
    expect(requests.count, this.what).toBe(scores.length);
    expect(
      scores.findIndex((score, position) => !Object.is(score, requests.score[position])),
      this.what,
    ).toBe(-1);
    expect([tag, inCycle], this.what).toEqual([this.decision?.tag, this.dispatchCycle]);
    this.decisions += 1;
    this.waitingCycle = inCycle + this.counted.dispatched(inCycle);
  }

  waiting(inCycle: number): void {
    expect(inCycle, this.what).toBe(this.waitingCycle);
  }

  private decide(atTicks: number, inCycle: number): void {
    this.decision = this.counted.decide(atTicks);
    this.dispatchCycle = inCycle + this.decision.cycles;
  }
}

describe("counted equals stepped", () => {
  const held: number[] = [];
  const depths = [1, 2, 3, 5, 8, 64];

  it("in picks, scores and cycles, on 400 random runs, with every request done exactly once", () => {
    let decisions = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const dice = new Dice(seed);
      const unit = randomUnit(dice, dice.pick(depths));
      const networks = randomNetworks(dice, dice.pick([20, 300]));
      const arrivals = randomArrivals(dice, dice.integer(1, 80), networks, dice.pick([10, 400]));
      const counted = new CountedSchedulingUnit(unit, tablesOf(unit, networks));
      const prediction = new Prediction(counted, `seed ${seed}, ${unit.format}, ${unit.rescoring}`);
      const outcome = coSimulate(unit, networks, arrivals, dice, prediction);
      expect(outcome.finished.toSorted((a, b) => a - b)).toEqual(arrivals.map(({ tag }) => tag));
      expect(outcome.longestQueue).toBeLessThanOrEqual(unit.fifoDepth);
      decisions += prediction.decisions;
      held.push(outcome.heldCycles);
    }
    expect(decisions).toBeGreaterThan(20_000);
  });

  it("also where the host had to wait", () => {
    expect(held.filter((cycles) => cycles > 0).length).toBeGreaterThan(50);
    expect(held.filter((cycles) => cycles === 0).length).toBeGreaterThan(20);
  });
});

describe("the counted unit", () => {
  it("holds the host while it is full", () => {
    const dice = new Dice(1);
    const unit = randomUnit(dice, 2);
    const networks = randomNetworks(dice, 50);
    const counted = new CountedSchedulingUnit(unit, tablesOf(unit, networks));
    const admit = (tag: number) => counted.admit({ tag, row: 0, deadlineTicks: 1e6, initialScore: 0.1 }, 0);
    expect([0, 1, 2].map(admit)).toEqual([true, true, false]);
    counted.decide(10);
    expect(counted.layerDone(0, true, 20)).toBe(2);
    expect([2, 3].map(admit)).toEqual([true, false]);
  });

  it("refuses a request of a model that has no row", () => {
    const unit = randomUnit(new Dice(1), 2);
    const networks = randomNetworks(new Dice(1), 50);
    const counted = new CountedSchedulingUnit(unit, tablesOf(unit, networks));
    const request = { tag: 0, row: networks.length, deadlineTicks: 1e6, initialScore: 0.1 };
    expect(() => counted.admit(request, 0)).toThrow("scheduling unit: request 0: the model id must be from 0 to");
  });
});
