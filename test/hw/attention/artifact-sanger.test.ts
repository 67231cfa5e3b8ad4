/** The artifact's closed formula on a mask of ours is the formula on the mask's density and balance, to the last bit. */
import { expect, test } from "vitest";
import { artifactSangerSeconds } from "../../../hw/artifact/sanger.ts";
import { maskFacts } from "../../../hw/attention/balance.ts";
import { sanger } from "../../../hw/attention/presets.ts";
import { maskOf } from "../../../workloads/masks/bit-mask.ts";
import { sangerLatencySeconds } from "../../../workloads/tables/sanger.ts";
import { Dice } from "../array/random-case.ts";

test.each([0.05, 0.2, 0.7, 1])("at density %d", (density) => {
  const dice = new Dice(7);
  const shape = [2, 96, 96];
  const bits = Uint8Array.from({ length: 2 * 96 * 96 }, () => (dice.chance(density) ? 1 : 0));
  const operation = {
    kind: "attention",
    heads: 2,
    rows: 96,
    columns: 96,
    depth: 64,
    kept: maskOf(bits, shape),
  } as const;
  const kept = bits.reduce((sum, bit) => sum + bit, 0);
  let segments = 0;
  for (let row = 0; row < 192; row++) {
    for (const [first, end] of [
      [0, 64],
      [64, 96],
    ]) {
      segments += Math.ceil(bits.subarray(row * 96 + first, row * 96 + end).reduce((sum, bit) => sum + bit, 0) / 32);
    }
  }
  const expected = sangerLatencySeconds(kept / bits.length, kept / (segments * 32), 96);
  expect(artifactSangerSeconds(operation)).toBe(expected);
  expect(maskFacts(operation, sanger).keptDensity).toBe(kept / bits.length);
});

test("a mask that keeps nothing takes no time", () => {
  const kept = maskOf(new Uint8Array(4 * 4), [1, 4, 4]);
  expect(artifactSangerSeconds({ kind: "attention", heads: 1, rows: 4, columns: 4, depth: 64, kept })).toBe(0);
});
