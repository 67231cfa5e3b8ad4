import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { ConfigError } from "./errors.ts";

/**
 * What a YAML (or JSON) file holds, unchecked.
 *
 * @param what begins every message, e.g. `layer file mine.yaml`
 * @throws ConfigError, one line, if the file cannot be read or parsed
 */
export function readYamlFile(path: string, what: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`${what}: ${code === "ENOENT" ? "no such file" : `cannot be read (${code})`}`);
  }
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault === undefined) return document.toJS();
  const [firstLine] = fault.message.split("\n");
  throw new ConfigError(`${what}: is not YAML: ${firstLine.replace(/:$/, "")}`);
}
