import { didYouMean } from "../../workloads/input/errors.ts";
import { UsageError } from "./exit.ts";

export const logLevels = ["silent", "error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];

/** An option that takes a number; its text is checked here, its range by the command. */
export function numberOption<Name extends string>(name: Name, describe: string) {
  const coerce = (text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    if (text.trim() === "" || Number.isNaN(Number(text))) {
      throw new UsageError(`--${name} must be a number, is ${text === "" ? "empty" : text}`);
    }
    return Number(text);
  };
  return { type: "string", requiresArg: true, coerce, describe } as const;
}

/** An option that must be a whole number, 1 or more, where it is given. */
export function requirePositiveInteger(option: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return value;
  throw new UsageError(`${option} must be a whole number, 1 or more, is ${value}`);
}

/** Refuses words that the parser would drop or misread without a word. */
export function requireKnownWords(words: readonly string[]): void {
  if (words.includes("--")) throw new UsageError('"--" has no meaning here: leave it out');
  const flag = words.find((word) => /^--(json|explain-mapping|timeline-layers)=(?!true$|false$)/.test(word));
  if (flag !== undefined) throw new UsageError(`${flag.split("=", 1)[0]} takes no value, has ${flag}`);
}

/** The parser's complaint with the nearest valid word. */
export function parserComplaint(message: string, commands: readonly string[], options: readonly string[]): UsageError {
  const [, word] = /^Unknown (?:argument|command)s?: ([^,\s]+)/.exec(message) ?? [];
  if (word === undefined) return new UsageError(inOurWords(message));
  const isOption = process.argv.some((text) => text.startsWith(`--${word}`) || text.startsWith(`-${word}`));
  if (!isOption) return new UsageError(`unknown command "${word}"${didYouMean(word, commands)}`);
  return new UsageError(
    `unknown option "--${word}"${didYouMean(
      `--${word}`,
      options.map((name) => `--${name}`),
    )}`,
  );
}

function inOurWords(message: string): string {
  const choice = /Argument: ([^,]+), Given: "([^"]*)", Choices: (.+)/.exec(message);
  if (choice !== null) {
    const [, name, given, choices] = choice;
    const known = choices.split(", ").map((text) => text.replaceAll('"', ""));
    return `${name} must be one of ${known.join(", ")}, is "${given}"${didYouMean(given, known)}`;
  }
  if (message.startsWith("Not enough non-option")) return "a word is missing after the command (see --help)";
  return message.replaceAll(/\s*\n\s*/g, "; ");
}
