/** Pruning by magnitude against its definition, pattern by pattern. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeLayer, weightShape } from "../../../workloads/layers/layer.ts";
import { popcount, toBytes } from "../../../workloads/masks/bit-mask.ts";
import { prunedByMagnitude } from "../../../workloads/masks/magnitude-pruning.ts";
import { parseWeightPattern, type WeightPattern } from "../../../workloads/masks/weight-pattern.ts";

const geometry = fc.record({
  filters: fc.integer({ min: 1, max: 5 }),
  channels: fc.integer({ min: 1, max: 9 }),
  groups: fc.integer({ min: 1, max: 2 }),
  kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
});
const pattern: fc.Arbitrary<WeightPattern> = fc
  .tuple(
    fc.constantFrom("unstructured", "channel", "filter", "block4", "block2", "2:4", "1:3"),
    fc.integer({ min: 0, max: 10 }),
  )
  .map(([name, tenths]) => (name.includes(":") ? parseWeightPattern(name) : parseWeightPattern(name, tenths / 10)));

test("what is kept is at least as large as what is not, and as much as the pattern asks for", () => {
  fc.assert(
    fc.property(
      geometry,
      pattern,
      fc.integer({ min: 1, max: 10 ** 6 }),
      ({ filters, channels, groups, kernel }, kind, seed) => {
        const layer = makeLayer({
          ...{ name: "l", kind: "conv", groups, kernel, inputHeight: 4, inputWidth: 4 },
          ...{ inputChannels: channels * groups, outputChannels: filters * groups },
        });
        const [m, c, r, s] = weightShape(layer);
        const weights = randomWeights(m * c * r * s, seed);
        const kept = toBytes(prunedByMagnitude(layer, weights, kind));
        const units = new Map<string, { size: number; kept: boolean }>();
        for (let i = 0; i < weights.length; i++) {
          const place = { f: Math.floor(i / (c * r * s)), ch: Math.floor(i / (r * s)) % c, tap: i % (r * s) };
          const key = unitOf(kind, place, Math.floor(place.f / filters) * c);
          const unit = units.get(key) ?? { size: 0, kept: kept[i] === 1 };
          expect(kept[i] === 1).toBe(unit.kept);
          units.set(key, { size: unit.size + Math.abs(weights[i]), kept: unit.kept });
        }
        for (const [group, members] of rivals(kind, units)) {
          const [inside, outside] = [true, false].map((flag) =>
            members.filter((unit) => unit.kept === flag).map(({ size }) => size),
          );
          expect(Math.min(Infinity, ...inside), group).toBeGreaterThanOrEqual(Math.max(-Infinity, ...outside));
          const wanted =
            kind.kind === "n:m"
              ? Math.min(kind.nonZeros, Math.round((members.length * kind.nonZeros) / kind.groupSize))
              : Math.round((1 - (kind as { sparsity: number }).sparsity) * members.length);
          expect(inside).toHaveLength(wanted);
        }
      },
    ),
    { numRuns: 200, seed: 5 },
  );
});

function unitOf(
  kind: WeightPattern,
  { f, ch, tap }: { f: number; ch: number; tap: number },
  firstChannel: number,
): string {
  if (kind.kind === "filter") return `${f}`;
  if (kind.kind === "channel") return `${firstChannel + ch}`;
  if (kind.kind === "block") return `${f}/${Math.floor(ch / kind.blockSize)}/${tap}`;
  return `${f}/${ch}/${tap}`;
}

/** What competes with what. */
function rivals<T>(kind: WeightPattern, units: ReadonlyMap<string, T>): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const [key, unit] of units) {
    const [f, ch, tap] = key.split("/");
    const group = kind.kind === "n:m" ? `${f}/${Math.floor(Number(ch) / kind.groupSize)}/${tap}` : "all";
    groups.set(group, [...(groups.get(group) ?? []), unit]);
  }
  return groups;
}

test("zeros stay zeros", () => {
  const layer = makeLayer({ name: "l", kind: "fc", inputChannels: 4, outputChannels: 1 });
  expect(popcount(prunedByMagnitude(layer, [0, 0, 0, 1], parseWeightPattern("unstructured", 0.5)))).toBe(1);
});

/** All different and none zero. */
function randomWeights(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.5;
  });
}
