/** A hardware file that a scenario names, as the keys that it holds. */
import { basename } from "node:path";
import { readYamlFile } from "../input/yaml-file.ts";
import { isHardwareFile } from "./scenario.ts";

/**
 * What a hardware file says, in place of its path; anything else as it is.
 *
 * @throws ConfigError if the file cannot be read or parsed.
 */
export function withoutHardwareFile(choice: unknown): unknown {
  if (typeof choice !== "string" || !isHardwareFile(choice)) return choice;
  const data = readYamlFile(choice, `hardware file ${choice}`);
  if (typeof data !== "object" || data === null || Array.isArray(data)) return data;
  return { name: basename(choice).replace(/\.[^.]*$/, ""), ...data };
}
