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
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) throw notYaml(what, fault.message);
  try {
    return structuredTree(document.toJS());
  } catch (error) {
    throw notYaml(what, (error as Error).message);
  }
}

/** The same tree; throws if an alias makes it contain itself. */
function structuredTree(tree: unknown): unknown {
  JSON.stringify(tree);
  return tree;
}

function notYaml(what: string, message: string): ConfigError {
  const [firstLine] = message.split("\n");
  const isMulti = firstLine.includes("multiple documents");
  return new ConfigError(
    `${what}: is not YAML: ${isMulti ? "has more than one document" : firstLine.replace(/:$/, "")}`,
  );
}
