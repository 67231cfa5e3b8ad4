import { expect, it } from "vitest";
import { monitorCost } from "../../../../sim/study/run/monitor-cost.ts";
import { handMadeWorkload } from "../../hand-made.ts";

it("is a cycle for every 128 outputs of a layer, over the networks that say how many they have", () => {
  const layers = [[1000, 2000]];
  const networks = [
    { model: "a", layers },
    { model: "b", layers },
    { model: "c", layers },
  ];
  const { profiles } = handMadeWorkload({ networks, requests: [], timeUnit: "cycles" });
  const [a, b, c] = profiles;
  expect(
    monitorCost([{ ...a, outputs: Float64Array.of(256, 129) }, { ...b, outputs: Float64Array.of(1, 640) }, c]),
  ).toEqual({ lanes: 128, maxCycles: (2 + 2 + 1 + 5) / 2, maxShare: 10 / 6000 });
  expect(monitorCost([c])).toBeUndefined();
  expect(monitorCost([{ ...a, timeUnit: "seconds", outputs: Float64Array.of(256, 129) }])).toBeUndefined();
});
