/** YAML files that come with the program, one folder a kind, each known by its name there without its ending. */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, isAbsolute, resolve } from "node:path";
import { ConfigError, didYouMean } from "./errors.ts";
import { packagePath } from "./package-root.ts";
import { readYamlFile } from "./yaml-file.ts";

interface YamlFile {
  /** Absolute. */
  readonly path: string;
  /** Its relative paths begin here. */
  readonly folder: string;
  readonly data: unknown;
}

export class BuiltInFiles {
  /** What messages call one: `scenario`, `sweep`. */
  private readonly kind: string;
  private readonly folder: string;

  /** @param folder under `workloads/`. */
  constructor(kind: string, folder: string) {
    this.kind = kind;
    this.folder = packagePath("workloads", folder);
  }

  /** In the order of the alphabet. */
  names(): string[] {
    const files = readdirSync(this.folder).filter((name) => name.endsWith(".yaml"));
    return files.sort().map((file) => basename(file, ".yaml"));
  }

  /**
   * The file that a user names: a built-in one, else a path.
   *
   * @param folder where a relative path begins.
   * @throws ConfigError for a name that is neither built in nor a file, and for what is not YAML.
   */
  read(nameOrPath: string, folder = process.cwd()): YamlFile {
    const isBuiltIn = this.names().includes(nameOrPath);
    const path = isBuiltIn ? resolve(this.folder, `${nameOrPath}.yaml`) : resolve(folder, nameOrPath);
    const looksLikePath = isAbsolute(nameOrPath) || /[/\\]|\.ya?ml$/.test(nameOrPath);
    if (!looksLikePath && !existsSync(path)) {
      throw new ConfigError(`unknown ${this.kind} "${nameOrPath}"${didYouMean(nameOrPath, this.names())}`);
    }
    return { path, folder: dirname(path), data: readYamlFile(path, `${this.kind} ${nameOrPath}`) };
  }
}
