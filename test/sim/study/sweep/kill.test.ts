/** Does a store keep what it has said it keeps, and nothing twice, when its process is killed? (More kills: second suite.) */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { readStore } from "../../../../sim/study/sweep/store.ts";
import { scratchFolder } from "../../cli/dysta.ts";
import { appending, appendUntilKilled, keptAfterKills } from "./kill.ts";
import { exportOf } from "./results.ts";

describe("a store whose process is killed", () => {
  it("ends with the export of an undisturbed one, while opening, appending and exporting", async () => {
    const undisturbed = join(scratchFolder(), "results");
    await appendUntilKilled(undisturbed);
    const path = join(scratchFolder(), "results");
    await keptAfterKills(path, [
      { lines: 1, afterMs: 250 },
      { lines: 24, afterMs: 3 },
      { lines: 40, afterMs: 1 },
    ]);
    expect(exportOf(path)).toEqual(exportOf(undisturbed));
  });
});

describe("a store that another process has open", () => {
  it("is told in one line, with the process", async () => {
    const path = join(scratchFolder(), "results");
    const child = spawn(process.execPath, [appending, path], { stdio: "ignore" });
    while (!existsSync(join(path, "results.duckdb"))) await wait(20);
    await wait(100);
    await expect(readStore(path, `report ${path}`)).rejects.toThrow(
      `report ${path}: is in use by another process (${child.pid})`,
    );
    child.kill("SIGKILL");
    await once(child, "close");
    (await readStore(path, `report ${path}`)).database.close();
  });
});
