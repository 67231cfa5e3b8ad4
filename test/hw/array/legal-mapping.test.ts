/** Is there a layer that no mapping fits? On the presets none, since kernels are cut; where there is one, the mapper says the same. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { missingMapping } from "../../../hw/array/legal-mapping.ts";
import { chooseMapping, mappingRequest } from "../../../hw/array/mapper.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { hardwarePresets } from "../../../hw/presets/presets.ts";
import { makeLayer, parameterCount, weightShape } from "../../../workloads/layers/layer.ts";
import { maskOf } from "../../../workloads/masks/bit-mask.ts";

test("every layer, whatever its kernel, has a legal mapping on every preset", () => {
  const size = fc.integer({ min: 1, max: 40 });
  const pair = fc.tuple(size, size);
  fc.assert(
    fc.property(pair, pair, fc.tuple(size, size, size), pair, (kernel, stride, [channels, filters, groups], more) => {
      const layer = makeLayer({
        ...{ name: "any", kind: "conv", groups, inputChannels: channels * groups, outputChannels: filters * groups },
        ...{ inputHeight: kernel[0] + more[0], inputWidth: kernel[1] + more[1], kernel, stride },
      });
      for (const hardware of hardwarePresets.values()) expect(missingMapping(layer, hardware)).toBeUndefined();
    }),
    { numRuns: 50 },
  );
});

test("with small memories: exactly the layers that the mapper refuses with dense weights, in its words", () => {
  const small = fc.integer({ min: 1, max: 6 });
  const memories = fc.record({
    weightEntries: fc.integer({ min: 1, max: 4 }),
    psumEntries: fc.integer({ min: 1, max: 4 }),
    psumBytes: fc.integer({ min: 1, max: 8 }),
  });
  fc.assert(
    fc.property(
      memories,
      fc.tuple(small, small, small),
      fc.tuple(small, small),
      (memory, [channels, filters, size], kernel) => {
        const { weightEntries, psumEntries, psumBytes } = memory;
        const hardware = {
          ...eyerissV2,
          spad: { ...eyerissV2.spad, weightEntries, psumEntries },
          buffer: { ...eyerissV2.buffer, psumBytes },
        };
        const layer = makeLayer({
          ...{ name: "any", kind: "conv", inputChannels: channels, outputChannels: filters },
          ...{ inputHeight: kernel[0] + size, inputWidth: kernel[1] + size, kernel },
        });
        const shape = weightShape(layer);
        const weight = maskOf(new Uint8Array(parameterCount(layer)).fill(1), shape);
        const request = { ...mappingRequest(layer, weight, hardware, { input: 1, output: 1 }), depth: 1 };
        let refusal: string | undefined;
        try {
          chooseMapping(request);
        } catch (error) {
          refusal = (error as Error).message;
        }
        expect(missingMapping(layer, hardware)?.message).toBe(refusal);
      },
    ),
    { numRuns: 40 },
  );
});
