import {
  type KeptLayer,
  type PointOutcome,
  pointStates,
  type ResultStore,
  type Sweep,
} from "../../../../sim/study/sweep/sweep.ts";

/** Results in memory, with the rules of those on disk. */
export class MemoryStore implements ResultStore {
  readonly states: Uint8Array;
  readonly layers: KeptLayer[] = [];
  private readonly outcomes = new Map<number, PointOutcome>();

  constructor({ pointCount }: Pick<Sweep, "pointCount">) {
    this.states = new Uint8Array(pointCount);
  }

  async append(outcomes: readonly PointOutcome[]): Promise<void> {
    for (const outcome of outcomes) {
      if (this.outcomes.has(outcome.point)) throw new Error(`point ${outcome.point} twice`);
      this.outcomes.set(outcome.point, outcome);
      this.states[outcome.point] = "error" in outcome ? pointStates.failed : pointStates.done;
    }
  }

  async addLayers(rows: readonly KeptLayer[]): Promise<void> {
    this.layers.push(...rows);
  }

  /** By point. */
  inOrder(): PointOutcome[] {
    return [...this.outcomes.values()].sort((a, b) => a.point - b.point);
  }
}
