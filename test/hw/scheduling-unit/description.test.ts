/** Are units that cannot work refused, with one line that says why? */
import { describe, expect, it } from "vitest";
import { checkUnit, defaultUnit, optFp16, paperDesigns } from "../../../hw/scheduling-unit/description.ts";
import { SteppedSchedulingUnit } from "../../../hw/scheduling-unit/stepped.ts";
import { tablesOf } from "../../../hw/scheduling-unit/tables.ts";
import { requestWords } from "../../../hw/scheduling-unit/words.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";

const resnet = {
  name: "resnet50/dense",
  remainingSeconds: [0.03, 0.01],
  isolatedSeconds: 0.03,
  density: [0.5, 0.4],
  outputs: [802_816, 1000],
};
const request = { tag: 0, row: 0, deadlineTicks: 1e6, initialScore: 0.1 };

function messageOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("the presets", () => {
  it("work, and hold the averages of a network of 30 ms with 802816 outputs in its first layer", () => {
    const clocks = [1e3, 50e6, 1e9].map((clockHz) => defaultUnit("fp16", clockHz));
    for (const unit of [...paperDesigns, ...clocks, defaultUnit("fp64")]) {
      checkUnit(unit);
      expect(tablesOf(unit, [resnet]).rows).toBe(1);
    }
  });
});

describe("a unit is refused", () => {
  const refusals: [string, Partial<typeof optFp16>, string][] = [
    ["without FIFOs", { fifoDepth: 0 }, "scheduling unit: fifoDepth must be an integer from 1 to 65536, not 0"],
    [
      "whose time unit underflows",
      { timeShiftBits: 0 },
      "scheduling unit: a time unit of 2^0 ticks must be a positive fp16 number of 2^-4 s, not 8e-8",
    ],
    [
      "whose time unit overflows",
      { timeShiftBits: 50 },
      "scheduling unit: a time unit of 2^50 ticks must be a positive fp16 number of 2^-4 s, not 90070000",
    ],
    ["whose η underflows", { eta: 1e-9 }, "scheduling unit: eta must be 0 or a positive fp16 number, not 1e-9"],
    [
      "whose queue lengths have no reciprocal",
      { fifoDepth: 20_000 },
      "scheduling unit: 1/fifoDepth must be a positive fp16 number, not 1/20000",
    ],
    [
      "with wider times than can be counted",
      { timeBits: 64 },
      "scheduling unit: timeBits must be an integer from 1 to 52, not 64",
    ],
  ];
  it.each(refusals)("%s", (_, part, message) => {
    expect(messageOf(() => new SteppedSchedulingUnit({ ...optFp16, ...part }))).toBe(message);
  });
});

describe("tables are refused", () => {
  it("that exceed their memory", () => {
    expect(messageOf(() => tablesOf({ ...optFp16, tableRows: 1 }, [resnet, resnet]))).toBe(
      "scheduling unit: the tables have 1 rows, too few for 2 (model, pattern) pairs",
    );
    expect(messageOf(() => tablesOf({ ...optFp16, layersPerRow: 1 }, [resnet]))).toBe(
      "scheduling unit: a table row has room for 1 layers, too few for the 2 of resnet50/dense",
    );
  });

  it("whose words the format cannot hold", () => {
    expect(messageOf(() => tablesOf({ ...optFp16, countShiftBits: 0 }, [resnet]))).toBe(
      "scheduling unit: the scaled 1/outputs at layer 0 of resnet50/dense must be a positive fp16 number, not 0.000001246",
    );
    expect(messageOf(() => tablesOf({ ...optFp16, timeShiftBits: 40 }, [resnet]))).toBe(
      "scheduling unit: the isolated latency in units of 2^40 ticks of resnet50/dense must be a positive fp16 number, not 0.000005457",
    );
    expect(messageOf(() => tablesOf(optFp16, [{ ...resnet, isolatedSeconds: 1e-5 }]))).toBe(
      "scheduling unit: the 1/s of the isolated latency of resnet50/dense must be a positive fp16 number, not 100000",
    );
  });
});

describe("a request is refused", () => {
  it.each([
    ["of an unknown model", { row: 3 }, "scheduling unit: request 0: the model id must be from 0 to 2, not 3"],
    [
      "with a deadline wider than the clock",
      { deadlineTicks: 2 ** 48 },
      "scheduling unit: request 0: the deadline must fit 48 bits, not be 281474976710656 ticks",
    ],
    [
      "with a tag wider than its FIFO",
      { tag: 2 ** 24 },
      "scheduling unit: request 16777216: the tag must be an integer from 0 to 16777215",
    ],
  ])("%s", (_, part, message) => {
    expect(messageOf(() => requestWords(optFp16, 3, { ...request, ...part }))).toBe(message);
  });
});
