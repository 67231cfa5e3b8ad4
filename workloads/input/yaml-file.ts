import { parseDocument } from "yaml";
import { ConfigError } from "./errors.ts";
import { readTextFile } from "./text-file.ts";

/**
 * What a YAML (or JSON) file holds, unchecked.
 *
 * @param what begins every message, e.g. `layer file mine.yaml`
 * @throws ConfigError, one line, if the file cannot be read or parsed
 */
export function readYamlFile(path: string, what: string): unknown {
  const file = readTextFile(path);
  if ("complaint" in file) throw new ConfigError(`${what}: ${file.complaint}`);
  try {
    const document = parseDocument(file.text);
    const [fault] = [...document.errors, ...document.warnings];
    if (fault !== undefined) throw notYaml(what, fault.message);
    return structuredTree(document.toJS());
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (error instanceof RangeError) throw notYaml(what, "is nested too deeply");
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
