/** The RTL of monitor and PE in a second simulator, and with one wrong line at a time. */
import { describe, expect, it } from "vitest";
import type { PeConfiguration } from "../../hw/array/pe-feed.ts";
import { layerMonitor } from "../../hw/monitor/monitor.ts";
import { peFiles, rtlDesign } from "../../hw/synthesis/designs.ts";
import type { Design } from "../../hw/synthesis/yosys.ts";
import { streamCount } from "../rtl/bit-slices.ts";
import { gateNetlist } from "../rtl/gates.ts";
import { MonitorStream, monitorParameters, monitorPorts, smallMonitor } from "../rtl/monitor-twin.ts";
import { NetlistSimulation, randomPowerUp } from "../rtl/netlist.ts";
import { eyerissPe, oneMacPe, peParameters, smallPe } from "../rtl/pe-block.ts";
import { PeStream, pePorts } from "../rtl/pe-twin.ts";
import { type Recording, record, replay, type TwinPorts, type TwinStream } from "../rtl/twin.ts";
import { isInstalled, runInIcarus } from "./icarus.ts";
import { type LineMutant, monitorLines, peLines, withMistake } from "./rtl-lines.ts";

interface Block {
  readonly name: string;
  readonly design: Design;
  readonly ports: TwinPorts;
  readonly stream: (seed: number) => TwinStream;
}

const monitorBlock = (name: string, configuration: typeof smallMonitor): Block => ({
  name,
  design: rtlDesign("monitor", ["monitor.sv"], monitorParameters(configuration)),
  ports: monitorPorts(configuration),
  stream: (seed) => new MonitorStream(configuration, seed),
});
const peBlock = (name: string, configuration: PeConfiguration): Block => ({
  name,
  design: rtlDesign("pe", peFiles, peParameters(configuration)),
  ports: pePorts(configuration),
  stream: (seed) => new PeStream(configuration, seed),
});

const small = { monitor: monitorBlock("small monitor", smallMonitor), pe: peBlock("small PE", smallPe) };
const withOneMac = peBlock("PE of one MAC", oneMacPe);
const fullSize = [
  monitorBlock("monitor of 128 lanes", { ...layerMonitor, offeredBits: 16, statusBits: 32 }),
  peBlock("PE of Eyeriss v2's sizes", eyerissPe),
];

const recordingOf = ({ ports, stream }: Block, cycles: number) =>
  record(
    ports,
    Array.from({ length: streamCount }, (_, seed) => stream(seed)),
    cycles,
  );

const hasIcarus = isInstalled("iverilog");
if (!hasIcarus) process.stderr.write("skipped: Icarus Verilog is not installed (apt-get install iverilog)\n");

describe.skipIf(!hasIcarus)("the RTL in Icarus Verilog", () => {
  it.each([small.monitor, small.pe, withOneMac, ...fullSize])("agrees: $name", (block) => {
    const cycles = fullSize.includes(block) ? 100 : 2000;
    const answer = runInIcarus(block.design, recordingOf(block, cycles), "clk");
    expect(answer.split("\n").pop()).toBe(`agrees ${cycles * streamCount}`);
  });

  it("reports a mismatch", () => {
    const recording = recordingOf(small.pe, 200);
    recording.outputs[recording.outputs.length - 1] ^= 1 << 5;
    expect(runInIcarus(small.pe.design, recording, "clk")).toMatch(/stream 5, cycle 199/);
  });
});

/** Whether one of the recordings tells the altered design from the right one. */
async function isCaught(
  mutant: LineMutant,
  blocks: readonly Block[],
  recordings: readonly Recording[],
): Promise<boolean> {
  for (const [i, { design }] of blocks.entries()) {
    const netlist = await gateNetlist(withMistake(design, mutant));
    if (replay(new NetlistSimulation(netlist, randomPowerUp(1)), recordings[i]) !== undefined) return true;
  }
  return false;
}

describe.each([
  ["monitor", [small.monitor], monitorLines],
  ["PE", [small.pe, withOneMac], peLines],
] as const)("a wrong line of the %s", (_, blocks, lines) => {
  const recordings = blocks.map((block) => recordingOf(block, 6000));

  it.each(lines.map((mutant) => [`${mutant.original}  →  ${mutant.broken}`, mutant] as const))(
    "%s",
    async (_name, mutant) => {
      expect(await isCaught(mutant, blocks, recordings)).toBe(mutant.equivalent === undefined);
    },
  );
});
