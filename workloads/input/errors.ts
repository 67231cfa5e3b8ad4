/**
 * The user's mistakes, as one line of text: the thing, the rule, the value. Everything else that is thrown is a fault
 * of ours and keeps its stack trace.
 */
import { distance } from "fastest-levenshtein";

/** A mistake in what the user gave us. The command line prints the message alone and exits with status 2. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * The suggestion that ends an error about an unknown name: ` (did you mean "dysta"?)`, or the list of valid names when
 * none is near enough to be a typing slip.
 */
export function didYouMean(name: string, validNames: readonly string[]): string {
  const ranked = validNames
    .map((valid) => ({ valid, edits: distance(name.toLowerCase(), valid.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const nearest = ranked[0];
  if (nearest !== undefined && nearest.edits <= Math.max(2, Math.floor(name.length / 3))) {
    return ` (did you mean "${nearest.valid}"?)`;
  }
  const completed = name.length > 2 ? validNames.find((valid) => valid.startsWith(name)) : undefined;
  if (completed !== undefined) return ` (did you mean "${completed}"?)`;
  return validNames.length === 0 ? "" : ` (known: ${validNames.join(", ")})`;
}
