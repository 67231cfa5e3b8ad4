/** Progress of work that takes a while, on stderr; nothing at all when stderr is no terminal. */
import { SingleBar } from "cli-progress";

/** Work that is over sooner has no bar. */
const patienceMs = 2000;

export type OnDone = (done: number, total: number) => void;

/**
 * Shows a bar with the time left and the rate while `work` runs, once two seconds have passed, or as soon as more than that is to be
 * expected.
 *
 * @param what is counted: layers, runs.
 */
export async function withProgress<T>(what: string, work: (onDone: OnDone) => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work(() => {});
  const bar = new PatientBar(what);
  try {
    return await work((done, total) => bar.update(done, total));
  } finally {
    bar.stop();
  }
}

class PatientBar {
  private readonly bar: SingleBar;
  private readonly timer = setTimeout(() => this.show(), patienceMs);
  private readonly createdMs = performance.now();
  /** Of the batch of work that is counted now. */
  private beganMs = this.createdMs;
  private expectedMs = 0;
  private done = 0;
  private total = 0;
  private isShown = false;

  constructor(what: string) {
    this.bar = new SingleBar({
      format: (_, { progress, value, total }) => `${what} ${barOf(progress)} ${value}/${total}${this.pace()}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
    });
  }

  update(done: number, total: number): void {
    const nowMs = performance.now();
    if (done === 0) this.beganMs = nowMs;
    this.expectedMs = done === 0 ? 0 : ((nowMs - this.beganMs) / done) * total;
    this.done = done;
    this.total = total;
    const isLong = Math.max(this.expectedMs, nowMs - this.createdMs) > patienceMs;
    if (this.isShown) this.bar.setTotal(total);
    if (this.isShown) this.bar.update(done);
    else if (isLong) this.show();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.bar.stop();
  }

  private show(): void {
    if (this.isShown || this.total === 0) return;
    this.isShown = true;
    this.bar.start(this.total, this.done);
  }

  private pace(): string {
    if (this.done === 0) return "";
    const leftMs = this.expectedMs - (performance.now() - this.beganMs);
    return `  ${durationText(Math.max(leftMs, 0) / 1000)} left (${rateText((this.total / this.expectedMs) * 1000)})`;
  }
}

const barLength = 30;

function barOf(progress: number): string {
  const full = Math.round(progress * barLength);
  return "█".repeat(full) + "░".repeat(barLength - full);
}

/** `25/s`, `0.33/s`: to two digits. */
function rateText(perSecond: number): string {
  return `${Number(perSecond.toPrecision(2))}/s`;
}

/** `40 s`, `3 min 05 s`, `2 h 07 min` */
export function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  if (hours > 0) return `${hours} h ${two(minutes)} min`;
  return minutes > 0 ? `${minutes} min ${two(whole % 60)} s` : `${whole} s`;
}
