import { type Logger, pino } from "pino";
import type { LogLevel } from "./arguments.ts";

/** JSON lines on stderr, written at once so that nothing is lost when a command fails. */
export function createLog(level: LogLevel): Logger {
  return pino({ level, base: null }, pino.destination({ fd: 2, sync: true }));
}
