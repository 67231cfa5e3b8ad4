/** The scheduling unit's netlist beside the stepped model, in a short form: three units of eight, and few cycles. */
import { describe, expect, it } from "vitest";
import { optFp16 } from "../../hw/scheduling-unit/description.ts";
import { schedulingUnitDesign } from "../../hw/synthesis/scheduling-unit.ts";
import { netlistsAgree, selectionIsRight } from "./scheduling-unit-suite.ts";

netlistsAgree({ units: ["shared", "separateOverlapped"], cyclesPerUnit: 16_000 });
netlistsAgree({ units: ["swpPlus"], cyclesPerUnit: 16_000 });
selectionIsRight("separateOverlapped");

describe("the RTL", () => {
  it("is not there for fp64", () => {
    expect(() => schedulingUnitDesign({ ...optFp16, name: "mine", format: "fp64" })).toThrow(
      "scheduling unit mine: fp64 is a reference, without RTL",
    );
  });
});
