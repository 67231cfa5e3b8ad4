import { SingleBar } from "cli-progress";

/** A progress bar on stderr; nothing at all when stderr is no terminal. */
export function progressBar(what: string): { update(done: number, total: number): void; stop(): void } {
  const bar = new SingleBar({
    format: `${what} [{bar}] {value}/{total} | {eta_formatted} left`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: true,
  });
  let started = false;
  return {
    update(done, total) {
      if (!process.stderr.isTTY) return;
      if (!started) bar.start(total, 0);
      started = true;
      bar.update(done);
    },
    stop() {
      bar.stop();
    },
  };
}
