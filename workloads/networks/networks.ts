/** The networks that users can name. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, didYouMean } from "../input/errors.ts";
import { packagePath } from "../input/package-root.ts";
import type { Network } from "./network.ts";
import { isNetworkPath, readNetworkFile } from "./network-file.ts";
import { isTransformer, transformer, transformers } from "./transformer.ts";

/** Network folders like a user's own; `scripts/networks/` writes them. */
const folder = packagePath("workloads", "networks", "built-in");

const fileNames: readonly string[] = readdirSync(folder).sort();

export const networkNames: readonly string[] = [...fileNames, ...Object.keys(transformers)];

/**
 * The built-in network of this name, or the one whose file or folder it is; of a transformer also
 * with its length and masks (`bert-base:512:measured`).
 *
 * @throws ConfigError for an unknown name, with the nearest known one, and for a network file that cannot be read
 */
export function networkOf(name: string): Network {
  if (isTransformer(name)) return transformer(name);
  if (fileNames.includes(name)) return builtIn(name);
  if (isNetworkPath(name)) return readNetworkFile(name);
  throw new ConfigError(`unknown network "${name}"${didYouMean(name, networkNames)}`);
}

/** Its files are part of the program, by whose hash kept results are known, so it needs no fingerprint of its own. */
function builtIn(name: string): Network {
  const { fingerprint: _, ...network } = readNetworkFile(join(folder, name));
  return network;
}
