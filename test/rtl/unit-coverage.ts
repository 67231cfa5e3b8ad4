/** Which situations the stimuli of a scheduling unit have brought about. */
import type { SteppedSchedulingUnit } from "../../hw/scheduling-unit/stepped.ts";
import { type Command, commands } from "../../hw/scheduling-unit/words.ts";
import type { PinInputs } from "./unit-stimulus.ts";

/** Of the units under test: small, so that they wrap. */
export const rangeCountBits = 5;

const requestWords: Partial<Record<Command, string>> = {
  [commands.tag]: "tag",
  [commands.deadline]: "deadline",
  [commands.score]: "score",
};

export class UnitCoverage {
  readonly reached = new Set<string>();
  /** [requests, position] of every retirement. */
  readonly retired = new Set<string>();
  private isHalfARequestThere = false;

  /** Looks at a cycle before it happens. */
  see(model: SteppedSchedulingUnit, pins: PinInputs): void {
    if (pins.isReset) {
      this.reached.add(`reset in ${model.state}`);
      this.isHalfARequestThere = false;
      return;
    }
    if (model.isDispatch) this.seeScores(model);
    this.seeLayerEnd(model, pins);
    this.seeWord(model, pins);
    if (model.state === "retire" && this.isHalfARequestThere) this.reached.add("half a request moves up");
  }

  private seeScores({ requests, rangeCounts, running }: SteppedSchedulingUnit): void {
    const { reached } = this;
    const scores = [...requests.score.subarray(0, requests.count)];
    const least = Math.min(...scores.filter((score) => !Number.isNaN(score)));
    if (Number.isFinite(least) && scores.filter((score) => score === least).length > 1) reached.add("tie");
    if (scores.includes(Infinity)) reached.add("infinite score");
    if (scores.includes(-Infinity)) reached.add("score of -infinity");
    if (scores.some(Number.isNaN)) reached.add("score that is no number");
    if (scores.length > 1 && !scores.some((score) => score < Infinity)) reached.add("no score below infinity");
    if (scores.length > 1 && running === requests.count - 1) reached.add("the last one is dispatched");
    if (rangeCounts.timeSaturations >= 2 ** rangeCountBits) reached.add("more saturated times than are counted");
    if (rangeCounts.countSaturations >= 2 ** rangeCountBits) reached.add("more saturated counts than are counted");
    if (rangeCounts.nonFiniteScores >= 2 ** rangeCountBits)
      reached.add("more scores beyond the format than are counted");
  }

  private seeLayerEnd({ state, requests, running, tables }: SteppedSchedulingUnit, pins: PinInputs): void {
    if (!pins.isLayerDone) return;
    this.reached.add(`layer ends in ${state}`);
    if (state !== "execute") return;
    if (pins.isLastLayer) this.retired.add(`${requests.count} ${running}`);
    const entry = requests.row[running] * tables.layersPerRow + requests.layer[running];
    if (!pins.isLastLayer && tables.reciprocalDensity[entry] === 0) this.reached.add("empty layer");
  }

  private seeWord(model: SteppedSchedulingUnit, pins: PinInputs): void {
    const { state, requests, running } = model;
    const word = requestWords[pins.command];
    if (word === undefined) return;
    if (!model.isPortReady) {
      if (requests.isFull && (state === "idle" || state === "execute")) this.reached.add("a full unit holds the host");
      return;
    }
    this.isHalfARequestThere = pins.command !== commands.score;
    if (state === "idle" && requests.count > 0 && pins.isAcceleratorReady) this.reached.add(`${word} as idle ends`);
    if (state !== "execute" || !pins.isLayerDone) return;
    if (!pins.isLastLayer) this.reached.add(`${word} as a layer ends`);
    // The entry that the word goes to is the one that is read for the retirement.
    else if (running === requests.count - 1) this.reached.add(`${word} as the last request ends`);
  }
}
