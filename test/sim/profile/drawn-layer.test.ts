/** Is a layer that is drawn once for many arrays what each array would have had alone? */
import { describe, expect, it } from "vitest";
import type { Hardware } from "../../../hw/array/description.ts";
import { eyerissGrid, eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { profileLayer, profileLayerOnEach } from "../../../sim/profile/profile-layer.ts";
import type { ProfileTarget } from "../../../sim/profile/profile-target.ts";

const { mechanisms } = eyerissV2;
const arrays: readonly Hardware[] = [
  eyerissGrid(2, 1),
  eyerissGrid(4, 2),
  { ...eyerissGrid(2, 1), macsPerPe: 1 },
  { ...eyerissGrid(2, 1), mechanisms: { ...mechanisms, skipActivations: false } },
  { ...eyerissGrid(2, 1), mechanisms: { ...mechanisms, skipWeights: false, barrier: "layer" } },
  eyerissGrid(1, 1),
];

describe("a layer on several arrays", () => {
  it.each<[string, ProfileTarget, number]>([
    ["pruned", { kind: "network", name: "antispoof", seed: 1, pattern: { kind: "unstructured", sparsity: 0.8 } }, 2],
    ["as trained", { kind: "network", name: "sparse-mobilenet-0.5", seed: 3 }, 4],
    [
      "whose samples differ in size and which multiplies activations",
      { kind: "network", name: "use-lite", seed: 1 },
      1,
    ],
  ])("%s", (_, target, layer) => {
    const accelerators = arrays.map((hardware) => ({ kind: "array", hardware, fidelity: "counted" }) as const);
    const common = { target, layer, samples: 2, cache: undefined };
    const together = profileLayerOnEach({ accelerators, ...common });
    expect(together).toEqual(accelerators.map((accelerator) => profileLayer({ ...common, accelerator })));
    expect(new Set(together.map(({ samples }) => samples[0].cycles)).size).toBeGreaterThan(3);
  });
});
