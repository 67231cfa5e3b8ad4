/** Words of the command line before yargs sees them: options given twice, old names, names of other commands' options. */
import type { Options } from "yargs";
import { didYouMean } from "../../workloads/input/errors.ts";
import { notice } from "../../workloads/input/notices.ts";
import { UsageError } from "./exit.ts";

export const logLevels = ["silent", "error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];

/** With this word first, the words after it are those that a shell wants completed; the name is that of yargs. */
export const completionWord = "--get-yargs-completions";

/** Options of each command by the command's name. */
type OptionsOfCommands = Readonly<Record<string, Readonly<Record<string, Options>>>>;

/** Options that every command has. */
const commonOptions = ["log-level", "help", "version"];

/** New names of options by command and old name. The old ones are read for one version more, with a notice. */
const renamedOptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  profile: { rate: "sparsity" },
  explore: { "rate-of-zeros": "sparsity" },
  overhead: { depth: "fifo-depth" },
};

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

/** An option that takes a list separated by commas. It may be given several times: `--fault a,b --fault c`. */
export function listOption(describe: string) {
  return { type: "string", requiresArg: true, coerce: joined, describe } as const;
}

function joined(texts: string | readonly string[] | undefined): string | undefined {
  return texts === undefined ? undefined : [texts].flat().join(",");
}

/** The names in a list separated by commas. */
export function namesIn(list: string | undefined): string[] | undefined {
  return list?.split(",").map((name) => name.trim());
}

/**
 * The words of a command line with every option under its current name.
 *
 * @throws UsageError for words that the parser would drop or misread without saying so: `--`, a value of a flag, an option
 *   that is given twice.
 */
export function settledWords(words: readonly string[], optionsOf: OptionsOfCommands): string[] {
  // What is not finished has no rules yet.
  if (words[0] === completionWord) return [...words];
  if (words.includes("--")) throw new UsageError('"--" has no meaning here: leave it out');
  const command = commandIn(words, optionsOf) ?? "";
  const options = optionsOf[command] ?? {};
  const current = words.map((word) => underCurrentName(word, command));
  for (const word of current) requireNoValueOfFlag(word, options);
  requireOnce(current, options);
  return current;
}

function commandIn(words: readonly string[], optionsOf: OptionsOfCommands): string | undefined {
  return words.find((word) => Object.hasOwn(optionsOf, word));
}

/** The name of the option that a word begins, in lower case with hyphens; of `--no-cache` it is `cache`. */
function optionIn(word: string): string | undefined {
  const [, name] = /^--(?:no-)?([^=]+)/.exec(word) ?? [];
  return name?.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function underCurrentName(word: string, command: string): string {
  const old = optionIn(word);
  const names = renamedOptions[command] ?? {};
  if (old === undefined || !Object.hasOwn(names, old)) return word;
  notice(`--${old} is now --${names[old]} in dysta ${command}; the old name is read in this version only`);
  return word.replace(/^--[^=]+/, `--${names[old]}`);
}

function requireNoValueOfFlag(word: string, options: Readonly<Record<string, Options>>): void {
  const name = optionIn(word);
  if (name === undefined || options[name]?.type !== "boolean" || !/=(?!true$|false$)/.test(word)) return;
  throw new UsageError(`--${name} takes no value, has ${word}`);
}

function requireOnce(words: readonly string[], options: Readonly<Record<string, Options>>): void {
  const seen = new Set<string>();
  for (const word of words) {
    const name = optionIn(word);
    if (name === undefined || options[name]?.coerce === joined) continue;
    if (seen.has(name)) throw new UsageError(`--${name} is given twice; it takes one value`);
    seen.add(name);
  }
}

/** The level of `--log-level` in the words, which the parser has not seen yet. */
export function logLevelIn(words: readonly string[]): string {
  const at = words.findIndex((word) => /^--log-?level(=|$)/i.test(word));
  if (at < 0) return "warn";
  return words[at].includes("=") ? words[at].slice(words[at].indexOf("=") + 1) : (words[at + 1] ?? "");
}

/** The parser's complaint about `words`, with the nearest valid word, or the commands that have the option. */
export function parserComplaint(message: string, words: readonly string[], optionsOf: OptionsOfCommands): UsageError {
  const [, word] = /^Unknown (?:argument|command)s?: ([^,\s]+)/.exec(message) ?? [];
  if (word === undefined) return new UsageError(inOurWords(message));
  const isOption = words.some((text) => text.startsWith(`--${word}`) || text.startsWith(`-${word}`));
  const command = commandIn(words, optionsOf);
  if (!isOption && command === undefined) {
    return new UsageError(`unknown command "${word}"${didYouMean(word, Object.keys(optionsOf))}`);
  }
  if (!isOption) return new UsageError(`dysta ${command}: unknown word "${word}" (see dysta ${command} --help)`);
  const others = Object.keys(optionsOf).filter((name) => Object.hasOwn(optionsOf[name], word));
  if (command !== undefined && others.length > 0) {
    return new UsageError(
      `--${word} is an option of dysta ${new Intl.ListFormat("en").format(others)}, not of dysta ${command}`,
    );
  }
  const known = [...commonOptions, ...Object.keys(optionsOf[command ?? ""] ?? {})].map((name) => `--${name}`);
  return new UsageError(`unknown option "--${word}"${didYouMean(`--${word}`, known)}`);
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
