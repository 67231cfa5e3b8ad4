/** Does a result folder stay whole and honest, whatever befalls its making? */
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ResultsFolder } from "../../../sim/results/folder.ts";
import { scratchFolder } from "../cli/dysta.ts";

const stateOf = (path: string) => JSON.parse(readFileSync(join(path, "provenance.json"), "utf8"));

/** A folder that holds a finished result. */
function finished(): string {
  const path = join(scratchFolder(), "results");
  const folder = new ResultsFolder(path);
  folder.writeText("config.yaml", "old\n");
  folder.writeText("summary.json", "old\n");
  folder.writeJson("provenance.json", { state: "complete" });
  return path;
}

describe("a result folder", () => {
  it("says that the run is under way until it is told more", () => {
    const path = join(scratchFolder(), "a", "b");
    const folder = new ResultsFolder(path);
    expect(stateOf(path)).toEqual({ state: "running" });
    folder.markUnfinished({ state: "interrupted" });
    expect(stateOf(path)).toEqual({ state: "interrupted" });
  });

  it("keeps an older result until there is something to put in its place, then nothing of it", () => {
    const path = finished();
    writeFileSync(join(path, "notes.txt"), "the user's\n");
    writeFileSync(join(path, "results.csv.partial"), "of a run that was killed");
    const folder = new ResultsFolder(path);
    folder.markUnfinished({ state: "interrupted" });
    expect([folder.isAsItWas, stateOf(path)]).toEqual([true, { state: "complete" }]);
    folder.writeText("config.yaml", "new\n");
    expect([folder.isAsItWas, stateOf(path)]).toEqual([false, { state: "running" }]);
    expect(readdirSync(path).sort()).toEqual(["config.yaml", "notes.txt", "provenance.json"]);
    expect(readFileSync(join(path, "config.yaml"), "utf8")).toBe("new\n");
  });

  it.skipIf(!existsSync("/dev/full"))("on a full disk says which file it is, and has whole files only", () => {
    const path = finished();
    const folder = new ResultsFolder(path);
    folder.writeText("summary.json", "new\n");
    symlinkSync("/dev/full", join(path, "results.csv.partial"));
    const rows = Array.from({ length: 100_000 }, (_, row) => [row]);
    expect(() => folder.writeCsv("results.csv", ["row"], rows)).toThrow(
      `--out ${path}: results.csv cannot be written: ENOSPC`,
    );
    expect(readdirSync(path).sort()).toEqual(["provenance.json", "summary.json"]);
    folder.markUnfinished({ state: "failed", failure: "full" });
    expect(stateOf(path)).toEqual({ state: "failed", failure: "full" });
    symlinkSync("/dev/full", join(path, "provenance.json.partial"));
    folder.markUnfinished({ state: "interrupted" });
    expect(stateOf(path)).toEqual({ state: "failed", failure: "full" });
  });

  it("writes every row of a large file once and in order", () => {
    const path = finished();
    const rows = Array.from({ length: 50_000 }, (_, row) => [row, `"${row}"`]);
    new ResultsFolder(path).writeCsv("results.csv", ["row", "text"], rows);
    const lines = readFileSync(join(path, "results.csv"), "utf8").split("\n");
    expect(lines).toEqual(["row,text", ...rows.map(([row]) => `${row},"""${row}"""`), ""]);
  });
});
