import { ConfigError } from "../../workloads/input/errors.ts";

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
  const text = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`dysta: a fault of ours, please report it\n${text}\n`);
  return exitStatus.failed;
}

/** A message in one line. */
export function oneLine(message: string): string {
  return message.replaceAll(/\s*\n\s*/g, "; ");
}
