/** How a command ends: exit statuses, and the one line that a mistake gets. */
import { ConfigError } from "../../workloads/input/errors.ts";
import { takeDamagedCount } from "../results/cache.ts";

export const exitStatus = {
  done: 0,
  /** A check failed, or a fault of ours. */
  failed: 1,
  /** The user's mistake. */
  mistake: 2,
  interrupted: 130,
} as const;

/** A mistake in the words of the command line. */
export class UsageError extends ConfigError {}

/** Prints what went wrong to stderr and returns the exit status: one line for a mistake of the user's, else the stack. */
export function report(error: unknown, { debug = false } = {}): number {
  if (error instanceof ConfigError) {
    process.stderr.write(`dysta: ${debug ? error.stack : oneLine(error.message)}\n`);
    return exitStatus.mistake;
  }
  const refusal = systemRefusal(error);
  if (refusal !== undefined && !debug) {
    process.stderr.write(`dysta: ${refusal}: ${oneLine((error as Error).message)}\n`);
    return exitStatus.mistake;
  }
  const text = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`dysta: a fault of ours, please report it\n${text}\n`);
  return exitStatus.failed;
}

/** What a system that has no more of something says, by the code of the error. */
const refusals: Readonly<Record<string, string>> = {
  EMFILE: "too many open files for this system; raise the limit (ulimit -n) or use fewer --workers",
  ENFILE: "too many open files for this system; raise the limit or use fewer --workers",
  // Node says so too where it has no file left to look for the package with.
  ERR_MODULE_NOT_FOUND:
    "a part of the program cannot be loaded; install it anew, or raise the limit of open files (ulimit -n)",
  ENOMEM: "the system has no more memory; use fewer --workers",
  EAGAIN: "the system has no more threads or processes; use fewer --workers",
  ERR_WORKER_INIT_FAILED: "a worker thread cannot be started (open files, memory or threads); use fewer --workers",
  ERR_WORKER_OUT_OF_MEMORY: "a worker thread has no more memory; use fewer --workers, or smaller networks",
  ENOSPC: "the disk is full",
  EDQUOT: "the quota of the disk is used up",
  EIO: "the disk cannot be read or written",
};

function systemRefusal(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code !== undefined && Object.hasOwn(refusals, code) ? refusals[code] : undefined;
}

/** Says how many entries of the cache were computed anew, if any were. */
export function reportDamagedEntries(): void {
  const count = takeDamagedCount();
  if (count === 0) return;
  const what = count === 1 ? "1 entry was" : `${count} entries were`;
  process.stderr.write(`dysta: cache: ${what} damaged and computed anew\n`);
}

/** Characters of a message at most: names and values in it come from files and can be of any length. */
const longestMessage = 1000;

/** A message as one line that a terminal shows as it is: what controls a terminal is written out. */
export function oneLine(message: string): string {
  const line = message.replaceAll(/\s*\n\s*/g, "; ").replaceAll(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
  if (line.length <= longestMessage) return line;
  const [start, end] = [line.slice(0, longestMessage - 200), line.slice(-200)];
  return `${start} … ${end}`;
}
