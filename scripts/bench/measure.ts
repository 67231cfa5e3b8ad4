/** Medians of repeated runs, and the machine they were taken on. */
import { cpus } from "node:os";

interface Timing {
  /** CPU seconds of this process (user + system): median, least and largest of the runs. */
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Runs `action` `warmups` times uncounted, then `runs` times, measuring CPU time. */
export function measureCpu(action: () => void, { runs = 9, warmups = 3 } = {}): Timing {
  for (let k = 0; k < warmups; k++) action();
  const seconds = Array.from({ length: runs }, () => {
    const before = process.cpuUsage();
    action();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  }).sort((a, b) => a - b);
  return { median: seconds[Math.floor(runs / 2)], least: seconds[0], most: seconds[runs - 1] };
}

/** One line on the machine, to stand above the figures. */
export function machine(): string {
  return `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}`;
}

/** Prints a line of a benchmark's result. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
