/** The scheduling unit's netlist beside the stepped model: all small units, and every situation that they must meet. */
import { describe, expect, it } from "vitest";
import { netlistsAgree, selectionIsRight } from "../rtl/scheduling-unit-suite.ts";
import { allSmallUnits } from "../rtl/unit-netlist.ts";

const coverages = netlistsAgree({ units: allSmallUnits, cyclesPerUnit: 192_000 });
selectionIsRight("sharedOverlapped");

describe("the stimuli", () => {
  it("reach every situation", () => {
    const reached = new Set(Object.values(coverages).flatMap((coverage) => [...coverage.reached]));
    expect([...reached].sort()).toEqual([
      "a full unit holds the host",
      "deadline as a layer ends",
      "deadline as idle ends",
      "deadline as the last request ends",
      "empty layer",
      "half a request moves up",
      "infinite score",
      "layer ends in coefficient",
      "layer ends in execute",
      "layer ends in idle",
      "layer ends in retire",
      "layer ends in scoring",
      "layer ends in select",
      "more saturated counts than are counted",
      "more saturated times than are counted",
      "more scores beyond the format than are counted",
      "no score below infinity",
      "reset in coefficient",
      "reset in execute",
      "reset in idle",
      "reset in retire",
      "reset in scoring",
      "reset in select",
      "score as a layer ends",
      "score as idle ends",
      "score as the last request ends",
      "score of -infinity",
      "score that is no number",
      "tag as a layer ends",
      "tag as idle ends",
      "tag as the last request ends",
      "the last one is dispatched",
      "tie",
    ]);
  });

  it("retire at every position of every number of requests", () => {
    expect(coverages.shared?.retired.size).toBe((8 * 9) / 2);
  });
});
