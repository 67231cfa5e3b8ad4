/**
 * What Ctrl-C does, and a request to end (SIGTERM, SIGHUP): it ends the command at once, unless a command has results that
 * it would rather keep.
 */
import { exitStatus } from "./exit.ts";

/** Shows the cursor and wraps lines again, both of which a progress bar switches off. */
const restoreTerminal = "\u001b[?25h\u001b[?7h\n";

let keeper: AbortController | undefined;
let lastAct: (() => void) | undefined;

/** From now on the first Ctrl-C aborts this signal, and only the second ends the command. */
export function interruptSignal(): AbortSignal {
  keeper = new AbortController();
  return keeper.signal;
}

/** Done at once when Ctrl-C ends the command. */
export function beforeInterruptedExit(act: () => void): void {
  lastAct = act;
}

/** Handles SIGINT, SIGTERM and SIGHUP. */
export function interrupted(): void {
  if (keeper !== undefined && !keeper.signal.aborted) {
    keeper.abort();
    return;
  }
  process.stderr.write(`${process.stderr.isTTY ? restoreTerminal : ""}interrupted\n`);
  lastAct?.();
  process.exit(exitStatus.interrupted);
}
