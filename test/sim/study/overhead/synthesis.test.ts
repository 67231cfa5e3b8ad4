/** Are the committed resources those of today's RTL, and is everything else synthesised once? */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { eyerissV2 } from "../../../../hw/presets/eyeriss-v2.ts";
import { singlePe } from "../../../../hw/presets/single-pe.ts";
import { peDesign } from "../../../../hw/synthesis/designs.ts";
import { quotedDesigns } from "../../../../hw/synthesis/quoted-designs.ts";
import { resourcesKey } from "../../../../hw/synthesis/resources.ts";
import { yosysVersion } from "../../../../hw/synthesis/yosys.ts";
import { Cache } from "../../../../sim/results/cache.ts";
import { committedResources, resourcesOf } from "../../../../sim/study/overhead/synthesis.ts";

const folder = mkdtempSync(join(tmpdir(), "dysta-synthesis-"));
afterAll(() => rmSync(folder, { recursive: true }));
const cache = new Cache(folder);

it("has results of the RTL as it is, for every design that is quoted, and no others (else: npm run synthesise)", async () => {
  const { byKey, yosysVersion: version } = committedResources();
  expect(version).toBe(await yosysVersion());
  const keys = Object.values(quotedDesigns()).map((design) => resourcesKey(design, version));
  expect(Object.keys(byKey).sort()).toEqual(keys.sort());
  for (const design of Object.values(quotedDesigns())) {
    const { top, parameters } = await resourcesOf(design, cache);
    expect({ top, parameters }).toEqual({ top: design.top, parameters: design.parameters });
  }
});

it("counts memory, registers, look-up tables and multipliers apart, and keeps the result", async () => {
  const text = `
module dut (
    input logic clk, we,
    input logic [9:0] a,
    input logic [4:0] b,
    input logic [35:0] d,
    output logic [35:0] wide, output logic [7:0] narrow, output logic signed [35:0] product, output logic any
);
  logic [35:0] large[1024];
  logic [7:0] small[32];
  always_ff @(posedge clk) begin
    if (we) large[a] <= d;
    wide <= large[a];
    if (we) small[b] <= d[7:0];
    product <= $signed(d[17:0]) * $signed(d[35:18]);
    any <= ^d[4:0];
  end
  assign narrow = small[b];
endmodule`;
  const design = { top: "dut", sources: { "dut.sv": text }, parameters: {} };
  const resources = await resourcesOf(design, cache);
  const { logicLuts, memoryLuts, flipFlops, dsps, bram18s, lutramBits, bramBits, memoryBits } = resources;
  expect({ logicLuts, dsps, bram18s, lutramBits, bramBits, memoryBits }).toEqual({
    logicLuts: 1,
    dsps: 1,
    bram18s: 2,
    lutramBits: 256,
    bramBits: 36864,
    memoryBits: 37120,
  });
  expect(memoryLuts).toBeGreaterThan(0);
  expect(flipFlops).toBeGreaterThan(0);
  expect(resources.memories.map(({ name, mappedTo }) => `${name} ${mappedTo}`)).toEqual(["large bram", "small lutram"]);
  expect(cache.read(`synthesis-${resourcesKey(design, await yosysVersion())}`)).toEqual(resources);
  expect(resourcesKey({ ...design, parameters: { A: 1 } }, "1")).not.toBe(resourcesKey(design, "1"));
  expect(resourcesKey(design, "2")).not.toBe(resourcesKey(design, "1"));
});

it("has no RTL for a PE without limits, or one that loads at another rate than it multiplies", () => {
  const { mechanisms } = eyerissV2;
  expect(() => peDesign({ ...singlePe, mechanisms: { ...singlePe.mechanisms, weightsLoadedPerCycle: 1 } })).toThrow(
    'hardware "single-pe": the RTL of the PE needs a finite ACTIVATION_ENTRIES',
  );
  expect(() => peDesign({ ...eyerissV2, mechanisms: { ...mechanisms, weightsLoadedPerCycle: 4 } })).toThrow(
    'hardware "eyeriss-v2": the RTL of the PE loads macsPerPe (2) weights per cycle, not 4',
  );
});
