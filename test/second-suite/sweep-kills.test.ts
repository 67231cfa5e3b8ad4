/** Does a sweep's store end as an undisturbed one after 20 kills at random moments, and keep what it has on a full disk? */
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, it } from "vitest";
import { exportResults } from "../../sim/study/sweep/export.ts";
import { wholeSweep } from "../../sim/study/sweep/shard.ts";
import { openStore } from "../../sim/study/sweep/store.ts";
import { scratchFolder } from "../sim/cli/dysta.ts";
import { appendUntilKilled, keptAfterKills } from "../sim/study/sweep/kill.ts";
import { exportOf, outcomeOf, smallSweep } from "../sim/study/sweep/results.ts";

const seed = 20;

describe("a store", () => {
  it("that is killed 20 times has the export of one that is not", async () => {
    const undisturbed = join(scratchFolder(), "results");
    await appendUntilKilled(undisturbed);
    const random = xoroshiro128plus(seed);
    const path = join(scratchFolder(), "results");
    const kills = Array.from({ length: 20 }, (_, k) => ({
      lines: k === 0 ? 1 : uniformInt(random, 1, 14),
      afterMs: uniformInt(random, 0, 80),
    }));
    await keptAfterKills(path, kills);
    expect(exportOf(path)).toEqual(exportOf(undisturbed));
  });
});

/** A file system of 4 MB, if we may make one. */
const small = scratchFolder();
const hasSmallDisk = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", small]).status === 0;
if (!hasSmallDisk) process.stdout.write("full disk: skipped, a file system cannot be mounted here\n");

describe.skipIf(!hasSmallDisk)("on a full disk", () => {
  it("says so in one line, keeps what was appended, and goes on when there is room", async () => {
    try {
      const path = join(small, "results");
      const ballast = join(small, "ballast");
      const sweep = await smallSweep({ slo: Array.from({ length: 2000 }, (_, k) => k + 1) });
      const options = { shard: wholeSweep, program: { version: "1.0.0", code: "abc" } };
      const store = await openStore(path, sweep, options);
      writeFileSync(ballast, Buffer.alloc(2_500_000));
      let kept = 0;
      const fill = async () => {
        for (; kept < sweep.pointCount; kept += 500) {
          await store.append(Array.from({ length: 500 }, (_, k) => outcomeOf(kept + k)));
        }
      };
      await expect(fill()).rejects.toThrow(
        `--out ${path}: ${path}/results.duckdb.wal cannot be written: No space left on device`,
      );
      store.close();
      await expect(openStore(path, sweep, options)).rejects.toThrow(`--out ${path}: cannot be written: ENOSPC`);
      rmSync(ballast);
      const again = await openStore(path, sweep, options);
      const { done, failed } = again.counts;
      expect(kept).toBeGreaterThan(0);
      expect(done + failed).toBe(kept);
      expect(() => writeFileSync(ballast, Buffer.alloc(4_000_000))).toThrow("ENOSPC");
      await expect(exportResults(again)).rejects.toThrow(/^--out \S+: points\.csv cannot be written: ENOSPC$/);
      expect(readdirSync(path).filter((name) => name.startsWith("points"))).toEqual([]);
      rmSync(ballast);
      await again.append([outcomeOf(kept)]);
      expect(again.counts.done + again.counts.failed).toBe(kept + 1);
      again.close();
    } finally {
      spawnSync("umount", [small]);
    }
  });
});
