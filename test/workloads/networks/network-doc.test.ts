/** The example of docs/networks.md is a network that runs. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadAccelerator } from "../../../sim/profile/accelerator.ts";
import { profileLayer } from "../../../sim/profile/profile-layer.ts";
import { readNetworkFile } from "../../../workloads/networks/network-file.ts";

test("the network in docs/networks.md runs as it stands", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/networks.md"), "utf8");
  const [, example] = /```yaml\n(# mynet\/network\.yaml\n[\s\S]*?)```/.exec(page) ?? [];
  const folder = mkdtempSync(join(tmpdir(), "dysta-doc-"));
  writeFileSync(join(folder, "network.yaml"), example);
  const { name, layers, readers } = readNetworkFile(folder);
  expect({ name, readers, layers: layers.length }).toEqual({ name: "mynet", readers: [1, 2, -1], layers: 3 });
  const accelerator = await loadAccelerator("eyeriss-v2", "counted");
  const target = { kind: "network", name: folder, seed: 1 } as const;
  const cycles = layers.map((_, layer) => profileLayer({ accelerator, target, layer, samples: 1 }).samples[0].cycles);
  expect(Math.min(...cycles)).toBeGreaterThan(0);
});
