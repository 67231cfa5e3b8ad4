/** The monitor that is meant where a user names one without saying all of it. */
import { ConfigError } from "../../workloads/input/errors.ts";
import { type MonitorKeys, maxMonitorWords } from "../../workloads/scenarios/monitor-keys.ts";
import type { OutputMonitor } from "../array/description.ts";

/** A lane for every byte of Eyeriss v2's channel, and for every partial sum of its ports. */
const namedMonitor: OutputMonitor = { lanes: 128, bufferOutputs: 0, tap: "channel", channelGroups: 1 };

/**
 * A monitor with the given keys over those it has; null for `lanes: none`.
 *
 * @param base null: there is none yet.
 * @param where begins the message.
 * @throws ConfigError for more outputs than the monitor's port can count.
 */
export function monitorFrom(base: OutputMonitor | null, keys: MonitorKeys, where: string): OutputMonitor | null {
  const { lanes, ...rest } = keys;
  if (lanes === "none") return null;
  const own = base ?? namedMonitor;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const monitor = { ...own, ...given, lanes: lanes === "unlimited" ? Infinity : (lanes ?? own.lanes) };
  const words = monitor.lanes === Infinity ? monitor.bufferOutputs : monitor.lanes + monitor.bufferOutputs;
  if (words <= maxMonitorWords) return monitor;
  throw new ConfigError(
    `${where}: lanes and bufferOutputs together must be at most ${maxMonitorWords}, what the monitor's port can count, are ${words}`,
  );
}
