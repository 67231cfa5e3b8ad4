/** The RTL of monitor and scheduling unit together with one wrong line at a time. */
import { beforeAll, describe, expect, it } from "vitest";
import { layerMonitor } from "../../hw/monitor/monitor.ts";
import { dystaTopDesign } from "../../hw/synthesis/top.ts";
import { streamCount } from "../rtl/bit-slices.ts";
import { gateNetlist } from "../rtl/gates.ts";
import { NetlistSimulation, randomPowerUp } from "../rtl/netlist.ts";
import { TopStream, topPorts } from "../rtl/top-twin.ts";
import { type Recording, record, replay } from "../rtl/twin.ts";
import { rangeCountBits } from "../rtl/unit-coverage.ts";
import { smallUnits } from "../rtl/unit-netlist.ts";
import { withMistake } from "./rtl-lines.ts";

const unit = smallUnits.shared;
const monitor = { ...layerMonitor, lanes: 4, wordBits: 3, bufferOutputs: 3 };
const design = dystaTopDesign(unit, monitor, rangeCountBits);

const topLines: readonly (readonly [string, string])[] = [
  ["is_settled = !is_draining && offered == '0", "is_settled = !is_draining"],
  ["is_settled = !is_draining && offered == '0", "is_settled = offered == '0"],
  ["is_settled = !is_draining && offered == '0", "is_settled = 1'b1"],
  ["is_end = is_layer_done || is_end_held_q", "is_end = is_layer_done"],
  ["is_end = is_layer_done || is_end_held_q", "is_end = is_end_held_q"],
  ["is_last = is_layer_done ? is_last_layer : is_last_held_q", "is_last = is_last_layer"],
  ["is_last = is_layer_done ? is_last_layer : is_last_held_q", "is_last = is_last_held_q"],
  ["is_layer_done ? is_last_layer : is_last_held_q", "is_layer_done ? is_last_held_q : is_last_layer"],
  ["is_end_pending = is_end && !is_settled", "is_end_pending = is_end"],
  ["is_end_pending = is_end && !is_settled", "is_end_pending = is_end_held_q && !is_settled"],
  ["if (is_layer_done) is_last_held_q <= is_last_layer", "is_last_held_q <= is_last_layer"],
  ["if (is_layer_done) is_last_held_q <= is_last_layer", "if (is_settled) is_last_held_q <= is_last_layer"],
  ["if (reset) is_end_held_q <= 1'b0;\n    else is_end_held_q", "is_end_held_q"],
  ["else is_end_held_q <= is_end_pending", "else is_end_held_q <= is_end"],
  [".begin_layer(reset || is_dispatch)", ".begin_layer(reset)"],
  [".begin_layer(reset || is_dispatch)", ".begin_layer(is_dispatch)"],
  [".begin_layer(reset || is_dispatch)", ".begin_layer(reset || is_layer_done)"],
  [".offered(offered)", ".offered(offered >> 1)"],
  [".words(words)", ".words(words >> 1)"],
  [".words(words)", ".words(~words)"],
  [".BUFFER_WORDS(BUFFER_WORDS)", ".BUFFER_WORDS(1)"],
  [".is_layer_done(is_end && is_settled)", ".is_layer_done(is_end)"],
  [".is_layer_done(is_end && is_settled)", ".is_layer_done(is_layer_done && is_settled)"],
  [".is_layer_done(is_end && is_settled)", ".is_layer_done(is_layer_done)"],
  [".is_last_layer(is_last)", ".is_last_layer(is_last_layer)"],
  [
    ".is_last_layer(is_last),\n        .non_zeros(non_zeros)",
    ".is_last_layer(is_last),\n        .non_zeros(~non_zeros)",
  ],
  [
    ".is_last_layer(is_last),\n        .non_zeros(non_zeros)",
    ".is_last_layer(is_last),\n        .non_zeros(non_zeros + 1)",
  ],
  [".is_accelerator_ready(is_accelerator_ready)", ".is_accelerator_ready(1'b1)"],
  [".IS_OVERLAPPED(IS_OVERLAPPED)", ".IS_OVERLAPPED(1'b1)"],
];

describe("a wrong line of dysta_top", () => {
  let recordings: readonly Recording[];
  beforeAll(() => {
    const streams = Array.from({ length: streamCount }, (_, seed) => new TopStream(unit, monitor, seed));
    recordings = Array.from({ length: 8 }, () => record(topPorts(unit, monitor), streams, 500));
  });

  const answer = async (altered: typeof design) => {
    const simulation = new NetlistSimulation(await gateNetlist(altered, { isFast: true }), randomPowerUp(1));
    return recordings.map((recording) => replay(simulation, recording)).find((mismatch) => mismatch !== undefined);
  };

  it("is none in the right RTL", async () => {
    expect(await answer(design)).toBeUndefined();
  });

  // The unit of this design stands behind that of swp, which has the same lines.
  it.each(topLines)("%s  →  %s", async (original, broken) => {
    const after = design.sources["dysta_top.sv"].split(original).length > 2 ? "gen_dysta" : "";
    expect(await answer(withMistake(design, { original, broken, after }, "dysta_top.sv"))).toBeDefined();
  });
});
