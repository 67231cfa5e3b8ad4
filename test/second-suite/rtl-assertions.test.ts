/** The assertions inside the RTL: silent on the right RTL (the other tests in Icarus), and each of them can fail. */
import { describe, expect, it } from "vitest";
import { tagBits } from "../../hw/scheduling-unit/description.ts";
import { peFiles, rtlDesign } from "../../hw/synthesis/designs.ts";
import { schedulingUnitDesign } from "../../hw/synthesis/scheduling-unit.ts";
import type { Design } from "../../hw/synthesis/yosys.ts";
import { streamCount } from "../rtl/bit-slices.ts";
import { MonitorStream, monitorParameters, monitorPorts, smallMonitor } from "../rtl/monitor-twin.ts";
import { peParameters, smallPe } from "../rtl/pe-block.ts";
import { PeStream, pePorts } from "../rtl/pe-twin.ts";
import { bitsOf, portsOf, type Recording, record, type TwinStream } from "../rtl/twin.ts";
import { rangeCountBits } from "../rtl/unit-coverage.ts";
import { smallUnits } from "../rtl/unit-netlist.ts";
import { UnitRecorder } from "../rtl/unit-twin.ts";
import { isInstalled, runInIcarus } from "./icarus.ts";
import { withMistake } from "./rtl-lines.ts";

const hasIcarus = isInstalled("iverilog");
if (!hasIcarus) process.stderr.write("skipped: Icarus Verilog is not installed (apt-get install iverilog)\n");

const cycles = 600;
const streams = (stream: (seed: number) => TwinStream) =>
  Array.from({ length: streamCount }, (_, seed) => stream(seed));

interface Block {
  readonly design: Design;
  readonly recording: () => Recording;
}

const unitBlock = (name: keyof typeof smallUnits): Block => ({
  design: schedulingUnitDesign(smallUnits[name], rangeCountBits),
  recording: () => new UnitRecorder(smallUnits[name], 5).record(cycles).recording,
});
const fiveWords = { ...smallMonitor, bufferOutputs: 5 };
const blocks = {
  shared: unitBlock("shared"),
  overlapped: unitBlock("sharedOverlapped"),
  swpPlus: unitBlock("swpPlus"),
  monitor: {
    design: rtlDesign("monitor", ["monitor.sv"], monitorParameters(smallMonitor)),
    recording: () =>
      record(
        monitorPorts(smallMonitor),
        streams((seed) => new MonitorStream(smallMonitor, seed)),
        cycles,
      ),
  },
  buffered: {
    design: rtlDesign("monitor", ["monitor.sv"], monitorParameters(fiveWords)),
    recording: () =>
      record(
        monitorPorts(fiveWords),
        streams((seed) => new MonitorStream(fiveWords, seed)),
        cycles,
      ),
  },
  pe: {
    design: rtlDesign("pe", peFiles, peParameters(smallPe)),
    recording: () =>
      record(
        pePorts(smallPe),
        streams((seed) => new PeStream(smallPe, seed)),
        cycles,
      ),
  },
} satisfies Record<string, Block>;

/** Whatever the outputs are, only assertions can end the simulation early. */
const withoutComparison = (recording: Recording): Recording => ({
  ...recording,
  compared: new Int32Array(recording.compared.length),
});

/** An input that is all ones (−1) or all zeros in every cycle but the first. */
function withInput(recording: Recording, port: string, bits: 0 | -1): Recording {
  const inputs = recording.inputs.slice();
  const place = portsOf(recording.ports.inputs).find((each) => each.port === port);
  if (place === undefined) throw new Error(`no input ${port}`);
  const row = bitsOf(recording.ports.inputs);
  for (let cycle = 1; cycle < recording.cycles; cycle++) {
    inputs.fill(bits, cycle * row + place.firstBit, cycle * row + place.firstBit + place.width);
  }
  return { ...recording, inputs };
}

describe.skipIf(!hasIcarus)("an assertion of the RTL fails", () => {
  const score = "is_score_taken = is_port_ready && ";
  it.each<[keyof typeof blocks, string, string, string]>([
    ["shared", "      state_q <= dysta_pkg::StateIdle;\n", "", "controller: state x does not exist"],
    ["shared", "&& request_count_q != COUNT_BITS'(DEPTH);", ";", "controller: more requests than DEPTH"],
    ["shared", score, "is_score_taken = ", "controller: a request is added at a closed port"],
    ["shared", "position_q - COUNT_BITS'(1));", "position_q);", "controller: the dispatched entry"],
    ["shared", "is_score_written && in_pipeline_q[PAIRS-2:0] == '0", "is_score_written", "controller: a score is due"],
    ["overlapped", "&& request_count_q != COUNT_BITS'(DEPTH);", ";", "request_memory: entry 5 does not exist"],
    ["swpPlus", "&& request_count_q != COUNT_BITS'(DEPTH);", ";", "swp_request_memory: entry 9 does not exist"],
    [
      "overlapped",
      "is_remaining_written(is_port_ready && command",
      "is_remaining_written(command",
      "unit_tables: a word is written while one is read",
    ],
    ["overlapped", "word_address_q <= TABLE_BITS'(data)", "word_address_q <= ~TABLE_BITS'(data)", "layer entry 15"],
    ["overlapped", "dysta_pkg::CommandIsolated),", "dysta_pkg::CommandShape),", "unit_tables: row 3 does not exist"],
    [
      "monitor",
      "offered < OFFERED_BITS'(room) ?",
      "offered > OFFERED_BITS'(room) ?",
      "monitor: more outputs are taken",
    ],
    ["buffered", "BUFFERED_BITS'(present - COUNT_BITS'(LANES))", "'1", "monitor: the buffer holds more"],
    [
      "monitor",
      "offered > OFFERED_BITS'(accepted)",
      "offered >= OFFERED_BITS'(accepted)",
      "monitor: the write-back is",
    ],
    [
      "pe",
      "is_pushed = activation_valid && activation_ready",
      "is_pushed = activation_valid",
      "pe: the activation SPad",
    ],
    ["pe", "      words_loaded_q <= '0;\n", "", "pe: weight word"],
  ])("%s: %s  →  %s: %s", (name, original, broken, message) => {
    const { design, recording } = blocks[name];
    const answer = runInIcarus(withMistake(design, { original, broken }), withoutComparison(recording()), "clk");
    expect(answer).toContain(message);
  });

  it.each<[keyof typeof blocks, string, 0 | -1, string]>([
    ["shared", "command", -1, "scheduling_unit: command 15 does not exist"],
    ["swpPlus", "command", -1, "swp_unit: command 15 does not exist"],
    ["pe", "column_write", -1, "pe: a column's end is written while a block runs"],
    ["pe", "window_psums", 0, "pe: a window without partial sums"],
  ])("%s: input %s held at %i: %s", (name, port, bits, message) => {
    const { design, recording } = blocks[name];
    expect(runInIcarus(design, withoutComparison(withInput(recording(), port, bits)), "clk")).toContain(message);
  });

  it("monitor: outputs beyond those offered, against a promise", () => {
    const { design, recording } = blocks.monitor;
    const promised = { ...design, parameters: { ...design.parameters, ZEROS_PROMISED: 1 } };
    expect(runInIcarus(promised, withoutComparison(recording()), "clk")).toContain("is not zero, and only");
  });

  it("scheduling_unit: a tag with a row that does not exist", () => {
    const { design, recording } = blocks.overlapped;
    const altered = withoutComparison(recording());
    const row = bitsOf(altered.ports.inputs);
    const [command, data] = ["command", "data"].map((port) =>
      portsOf(altered.ports.inputs).find((each) => each.port === port),
    );
    if (command === undefined || data === undefined) throw new Error("no request port");
    for (let at = 0; at < altered.inputs.length; at += row) {
      const [c0, c1, c2, c3] = altered.inputs.subarray(at + command.firstBit);
      const isTag = c0 & ~c1 & ~c2 & ~c3;
      for (let bit = tagBits; bit < data.width; bit++) altered.inputs[at + data.firstBit + bit] |= isTag;
    }
    expect(runInIcarus(design, altered, "clk")).toContain("has no table");
  });

  it("scheduling_unit: a parameter that is not set", () => {
    const { design, recording } = blocks.shared;
    const { ETA: _, ...parameters } = design.parameters;
    expect(runInIcarus({ ...design, parameters }, recording(), "clk")).toContain("ETA and PER_QUANTUM must be set");
  });

  it("none on the right RTL", () => {
    for (const { design, recording } of Object.values(blocks)) {
      expect(runInIcarus(design, recording(), "clk")).toBe(`agrees ${cycles * streamCount}`);
    }
  });
});
