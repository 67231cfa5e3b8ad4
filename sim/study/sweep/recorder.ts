/** Keeps outcomes a few hundred at a time, or what there is every half second, one transaction after the other. */
import type { PointOutcome, ResultStore } from "./sweep.ts";

/** Outcomes that wait at most, and for how long. */
const maxWaiting = 500;
const maxWaitingMs = 500;

export class Recorder {
  /** Outcomes that are kept, the failed ones among them. */
  done = 0;
  failed = 0;
  private readonly store: Pick<ResultStore, "append">;
  private readonly onKept: (done: number) => void;
  private waiting: PointOutcome[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  /** @param onKept called with the number of outcomes that are kept, after each transaction. */
  constructor(store: Pick<ResultStore, "append">, onKept: (done: number) => void) {
    this.store = store;
    this.onKept = onKept;
  }

  /**
   * Resolves when so much is kept that more can come.
   *
   * @throws what the store threw, now or when it kept earlier ones.
   */
  async add(outcomes: readonly PointOutcome[]): Promise<void> {
    this.waiting = this.waiting.concat(outcomes);
    this.timer ??= setTimeout(() => this.begin(), maxWaitingMs);
    if (this.waiting.length >= maxWaiting) this.begin();
    await this.writing;
  }

  /** Keeps what waits. @throws as `add`. */
  async flush(): Promise<void> {
    this.begin();
    await this.writing;
  }

  private begin(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const outcomes = this.waiting;
    this.waiting = [];
    this.writing = this.writing.then(() => this.write(outcomes));
    // Whoever adds or flushes next is told.
    this.writing.catch(() => {});
  }

  private async write(outcomes: readonly PointOutcome[]): Promise<void> {
    if (outcomes.length === 0) return;
    await this.store.append(outcomes);
    this.done += outcomes.length;
    this.failed += outcomes.filter((outcome) => "error" in outcome).length;
    this.onKept(this.done);
  }
}
