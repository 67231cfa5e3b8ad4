/** `npm run networks`: writes the built-in networks as network files, from published shapes and `workloads/measured/`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packagePath } from "../../workloads/input/package-root.ts";
import { builtInFiles } from "./built-in.ts";
import { builtInNetworks } from "./networks.ts";

const folder = packagePath("workloads", "networks", "built-in");
for (const network of builtInNetworks()) {
  mkdirSync(join(folder, network.name), { recursive: true });
  for (const [name, text] of Object.entries(builtInFiles(network)))
    writeFileSync(join(folder, network.name, name), text);
}
