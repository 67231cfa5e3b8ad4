/** Are attention arrays read as they are written, and mistakes in them named in one line? */
import { describe, expect, test } from "vitest";
import { attentionArrayFrom } from "../../../hw/attention/description-file.ts";
import { sanger, sangerRtl } from "../../../hw/attention/presets.ts";

test("what is not said is as in the preset, and the name says what differs", async () => {
  expect(await attentionArrayFrom({ preset: "sanger" }, "x")).toEqual(sanger);
  const changed = await attentionArrayFrom({ preset: "sanger-rtl", slots: 8, clock: "500 MHz" }, "x");
  expect(changed).toEqual({ ...sangerRtl, slots: 8, clockHz: 5e8, name: "sanger-rtl (clockHz 500000000, slots 8)" });
});

describe("mistakes", () => {
  test.each([
    [{ slots: 0 }, "file: slots must be a positive integer, is 0"],
    [{ slots: 65 }, "file: slots must be at most tileColumns (64), not 65"],
    [{ overlap: "some" }, 'file: overlap must be one of none, skew, heads, is "some"'],
    [{ preset: "sangar" }, 'file: no preset "sangar" (did you mean "sanger"?)'],
    [
      { splitting: "window" },
      "file: packing column-block fills passes from several tiles, which splitting window cannot; use tile or fractional",
    ],
    [{ dram: { bandwidth: 0 } }, "file: dram.bandwidth must be more than 0, is 0"],
  ])("%j", async (keys, message) => {
    await expect(attentionArrayFrom({ kind: "attention-array", ...keys }, "file")).rejects.toThrow(message);
  });
});
