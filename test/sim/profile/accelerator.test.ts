/** Is hardware the same whether a user names it, keeps it in a file or writes its keys into the scenario? */
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadAccelerator } from "../../../sim/profile/accelerator.ts";
import { folderWith } from "../../workloads/temporary-folder.ts";

test("a preset, a file and keys", async () => {
  const folder = folderWith({ "mine.yaml": "name: mine\nclock: 100 MHz\n" });
  const fromFile = await loadAccelerator(join(folder, "mine.yaml"));
  expect(await loadAccelerator({ name: "mine", preset: "eyeriss-v2", clock: 100e6 })).toEqual(fromFile);
  expect(await loadAccelerator({ preset: "eyeriss-v2-48" })).toEqual(await loadAccelerator("eyeriss-v2-48"));
});

test.each([
  ["eyeris-v2", 'unknown hardware "eyeris-v2" (did you mean "eyeriss-v2"?)'],
  [{ gird: {} }, 'hardware: unknown key "gird" (did you mean "grid"?)'],
  [{ preset: "eyeris-v2" }, 'hardware: no preset "eyeris-v2" (did you mean "eyeriss-v2"?)'],
  [{ grid: { peRows: 0 } }, "hardware: grid.peRows must be a positive integer, is 0"],
])("refuses %j in one line", async (choice, message) => {
  await expect(loadAccelerator(choice)).rejects.toMatchObject({ name: "ConfigError", message });
});
