/** Lines for the user that are no mistakes: whoever runs a command subscribes and shows them. */
import { channel } from "node:diagnostics_channel";

const notices = channel("dysta:notice");

/** Tells the user something, in one line. */
export function notice(line: string): void {
  notices.publish(line);
}

/** Calls `show` with every notice until the returned function is called. */
export function onNotice(show: (line: string) => void): () => void {
  const listener = (line: unknown) => show(String(line));
  notices.subscribe(listener);
  return () => notices.unsubscribe(listener);
}
