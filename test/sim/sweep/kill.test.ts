/** Does a store keep what it has said it keeps, and nothing twice, when its process is killed? (More kills: second suite.) */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../cli/dysta.ts";
import { appendUntilKilled, keptAfterKills } from "./kill.ts";
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
