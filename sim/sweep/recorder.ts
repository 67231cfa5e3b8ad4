/** Keeps outcomes a few hundred at a time, one transaction after the other. */
import type { PointOutcome, ResultStore } from "./sweep.ts";

/** Outcomes that wait at most, and for how long. */
const mostWaiting = 500;
const mostWaitingMs = 500;

export class Recorder {
  /** Outcomes that are kept, the failed ones among them. */
  done = 0;
  failed = 0;
  private readonly store: Pick<ResultStore, "append">;
  private readonly onKept: (done: number) => void;
  private waiting: PointOutcome[] = [];
  private lastMs = performance.now();
  private writing: Promise<void> = Promise.resolve();

  /** @param onKept called with the number of outcomes that are kept, after each transaction. */
  constructor(store: Pick<ResultStore, "append">, onKept: (done: number) => void) {
    this.store = store;
    this.onKept = onKept;
  }

  /** Resolves when so much is kept that more can come. @throws what the store does. */
  async add(outcomes: readonly PointOutcome[]): Promise<void> {
    this.waiting.push(...outcomes);
    if (this.waiting.length >= mostWaiting || performance.now() - this.lastMs > mostWaitingMs) await this.flush();
  }

  /** Keeps what waits. */
  async flush(): Promise<void> {
    const outcomes = this.waiting;
    this.waiting = [];
    this.lastMs = performance.now();
    this.writing = this.writing.then(() => this.write(outcomes));
    await this.writing;
  }

  private async write(outcomes: readonly PointOutcome[]): Promise<void> {
    if (outcomes.length === 0) return;
    await this.store.append(outcomes);
    this.done += outcomes.length;
    this.failed += outcomes.filter((outcome) => "error" in outcome).length;
    this.onKept(this.done);
  }
}
