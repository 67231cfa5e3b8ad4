/** Does the monitor's port, held when it must be, read the same as the monitor that hears the whole stream? */
import { expect, it } from "vitest";
import { loopNest } from "../../hw/array/loop-nest.ts";
import { passList } from "../../hw/array/pass-list.ts";
import { runLayer } from "../../hw/array/run-layer.ts";
import { channelRuns, Monitor } from "../../hw/monitor/monitor.ts";
import { outputShape } from "../../workloads/layers/layer.ts";
import { Dice, randomCase } from "../hw/array/random-case.ts";
import { LayerStream } from "../rtl/layer-stream.ts";

it("counts, stalls and drains as hw/monitor/monitor.ts does, on 300 random layers", () => {
  const dice = new Dice(21);
  let stalled = 0;
  let drained = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const each = randomCase(seed);
    const { layer, masks, mapping, hardware } = each;
    const options = {
      lanes: dice.pick([1, 3, 8]),
      bufferOutputs: dice.pick([0, 2, 5, 64]),
      channelGroups: dice.pick([1, 2, 3]),
      counterBits: dice.pick([3, 24]),
      wordBits: 8,
    };
    const stream = new LayerStream({ ...options, statusBits: 32, offeredBits: 32 }, each, seed);
    const inputs = new Float64Array(2 + 2 * (options.lanes + options.bufferOutputs));
    while (!stream.isDone) {
      stream.drive(inputs);
      stream.clock();
    }
    const monitor = new Monitor(options);
    const nest = loopNest(layer, hardware);
    monitor.beginLayer(outputShape(layer)[0], channelRuns(nest, passList(nest, masks, mapping, hardware)));
    runLayer(layer, masks, hardware, mapping, { fidelity: "stepped", observer: monitor });
    const { model, drainCycles } = stream;
    expect({ nonZeros: model.nonZeros, saturated: model.saturated }, `seed ${seed}`).toEqual({
      nonZeros: [...monitor.reading().nonZeros],
      saturated: monitor.reading().saturated,
    });
    expect([model.stallCycles, drainCycles], `seed ${seed}`).toEqual([monitor.stallCycles, monitor.drainCycles]);
    if (model.stallCycles > 0) stalled += 1;
    if (drainCycles > 1) drained += 1;
  }
  expect(stalled).toBeGreaterThan(30);
  expect(drained).toBeGreaterThan(10);
});
