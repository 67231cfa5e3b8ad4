/** Is the score Algorithm 2's, rounded at every operation, by an arithmetic that shares nothing with the unit's? */
import { describe, expect, it } from "vitest";
import { ComputeUnit } from "../../../hw/scheduling-unit/compute-unit.ts";
import { defaultUnit, optFp16, type SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
import { fromBits, type NumberFormat, numberFormat, toBits } from "../../../hw/scheduling-unit/number-format.ts";
import { RequestMemory } from "../../../hw/scheduling-unit/request-memory.ts";
import { tablesOf } from "../../../hw/scheduling-unit/tables.ts";
import { commands, requestWords } from "../../../hw/scheduling-unit/words.ts";
import { ExactFloat } from "../../models/exact-float.ts";
import { Dice } from "../array/random-case.ts";
import { randomNetworks } from "./random-unit.ts";

const shapes = {
  fp16: { exponentBits: 5, fractionBits: 10, hasSubnormals: false },
  fp32: { exponentBits: 8, fractionBits: 23, hasSubnormals: false },
};

/** One random entry in a queue of random length, scored by both. */
function scores(unit: SchedulingUnit, dice: Dice): { actual: bigint; exact: bigint } {
  const format: NumberFormat = numberFormat(unit.format);
  const exact = new ExactFloat(shapes[unit.format === "fp16" ? "fp16" : "fp32"]);
  const networks = randomNetworks(dice, 50);
  const row = dice.integer(0, networks.length - 1);
  const network = networks[row];
  const layer = dice.integer(0, network.outputs.length - 1);
  const nowTicks = dice.integer(0, 2 ** 40);
  const lastRunTicks = Math.max(0, nowTicks - dice.integer(0, 2 ** dice.integer(0, 40)));
  const deadlineTicks = Math.max(0, nowTicks + dice.integer(-1, 1) * dice.integer(0, 2 ** dice.integer(0, 40)));
  const requests = new RequestMemory(unit.fifoDepth);
  const count = dice.integer(1, unit.fifoDepth);
  for (let i = 0; i < count; i++) requests.push({ tag: i, row, deadlineTicks, initialScore: 0 }, lastRunTicks);
  requests.layer[0] = layer;
  const compute = new ComputeUnit(unit, requests, tablesOf(unit, networks));
  const nonZeros = dice.integer(0, network.outputs[layer]);
  requests.coefficient[0] = compute.coefficient(0, layer, nonZeros);
  const actual = toBits(format, compute.score(0, nowTicks));

  const word = (value: number) => toBits(format, format.round(value));
  const times = (a: bigint, b: bigint) => exact.compute("multiply", a, b);
  const count2 = exact.fromInteger(BigInt(nonZeros), unit.countShiftBits);
  const reciprocalOutputs = word(2 ** unit.countShiftBits / network.outputs[layer]);
  const isEmpty = network.density[layer] === 0;
  const coefficient = isEmpty ? word(1) : times(times(count2, reciprocalOutputs), word(1 / network.density[layer]));
  const remaining = times(coefficient, word(network.remainingSeconds[layer] * 2 ** unit.scoreShiftBits));
  const seconds = (ticks: number) =>
    times(
      exact.fromInteger(BigInt(ticks), unit.timeShiftBits),
      word(unit.secondsPerTick * 2 ** (unit.timeShiftBits + unit.scoreShiftBits)),
    );
  const difference = exact.compute("subtract", seconds(deadlineTicks - nowTicks), remaining);
  const isNegative = fromBits(format, difference) < 0;
  const slack = unit.clampSlack && isNegative ? 0n : difference;
  const penalty = times(times(seconds(nowTicks - lastRunTicks), word(1 / network.isolatedSeconds)), word(1 / count));
  const weighed = times(word(unit.eta), exact.compute("add", slack, penalty));
  return { actual, exact: exact.compute("add", remaining, weighed) };
}

describe("the score", () => {
  it.each([optFp16, defaultUnit("fp32"), { ...optFp16, name: "unclamped fp16", clampSlack: false }])(
    "of $name is exact on 10000 random requests",
    (unit) => {
      const dice = new Dice(5);
      for (let i = 0; i < 10_000; i++) {
        const { actual, exact } = scores(unit, dice);
        expect(actual, `draw ${i}`).toBe(exact);
      }
    },
  );

  it("comes within 1 % or 1 ms of Algorithm 2 in doubles at half precision, a second around the deadline", () => {
    const network = {
      name: "bert",
      remainingSeconds: [0.055, 0.03],
      isolatedSeconds: 0.055,
      density: [0.2, 0.2],
      outputs: [1000, 1000],
    };
    const requests = new RequestMemory(64);
    requests.push({ tag: 0, row: 0, deadlineTicks: 100e6, initialScore: 0 }, 0);
    requests.layer[0] = 1;
    const compute = new ComputeUnit(optFp16, requests, tablesOf(optFp16, [network]));
    requests.coefficient[0] = compute.coefficient(0, 0, 250);
    for (const nowSeconds of [0.01, 0.1, 0.4, 0.6, 1]) {
      const remaining = 1.25 * 0.03;
      const expected = remaining + 0.01 * (Math.max(0, 0.5 - nowSeconds - remaining) + nowSeconds / 0.055);
      const error = Math.abs(compute.score(0, nowSeconds * 200e6) / 16 - expected);
      expect(error, `at ${nowSeconds} s`).toBeLessThan(Math.max(0.001, 0.01 * expected));
    }
    expect(compute.rangeCounts).toEqual({ timeSaturations: 0, countSaturations: 0, nonFiniteScores: 0 });
  });

  it("counts the differences that saturate", () => {
    const requests = new RequestMemory(64);
    requests.push({ tag: 0, row: 0, deadlineTicks: 2 ** 47, initialScore: 0 }, 0);
    const averages = { name: "net", remainingSeconds: [0.01], isolatedSeconds: 0.01, density: [0.5], outputs: [8] };
    const compute = new ComputeUnit(optFp16, requests, tablesOf(optFp16, [averages]));
    expect(fromBits(numberFormat("fp16"), toBits(numberFormat("fp16"), compute.score(0, 0)))).toBeGreaterThan(3);
    expect(compute.rangeCounts).toEqual({ timeSaturations: 1, countSaturations: 0, nonFiniteScores: 0 });
  });

  it("that is infinite is counted, and not preferred", () => {
    const requests = new RequestMemory(64);
    // 300 s of waiting for a network of 1 ms: 300000 isolated latencies.
    requests.push({ tag: 0, row: 0, deadlineTicks: 300 * 200e6, initialScore: 0 }, 0);
    const averages = { name: "net", remainingSeconds: [1e-3], isolatedSeconds: 1e-3, density: [0.5], outputs: [8] };
    const compute = new ComputeUnit(optFp16, requests, tablesOf(optFp16, [averages]));
    expect(compute.score(0, 300 * 200e6)).toBe(Number.POSITIVE_INFINITY);
    expect(compute.rangeCounts).toEqual({ timeSaturations: 0, countSaturations: 0, nonFiniteScores: 1 });
  });

  it.each(["fp16", "fp32", "fp64"] as const)("of all requests at once is each one's, however wild, in %s", (name) => {
    const dice = new Dice(9);
    const { round } = numberFormat(name);
    let infinite = 0;
    let zero = 0;
    for (let i = 0; i < 3000; i++) {
      const timeShiftBits = dice.integer(name === "fp16" ? 14 : 0, 24);
      // Above 1, η makes a normal number of slack and penalty that are none.
      const unit = { ...defaultUnit(name), depth: 8, timeShiftBits, eta: i % 2 === 0 ? 0.01 : 4 };
      const tables = tablesOf(unit, randomNetworks(dice, 50));
      const requests = new RequestMemory(unit.depth);
      const nowTicks = dice.integer(0, 2 ** dice.integer(1, 47));
      const apart = () => dice.integer(0, 2 ** dice.integer(0, 47));
      const count = dice.integer(1, unit.depth);
      for (let tag = 0; tag < count; tag++) {
        const deadlineTicks = dice.chance(0.1) ? nowTicks : Math.abs(nowTicks + dice.pick([1, -1]) * apart());
        const sinceTicks = dice.chance(0.1) ? nowTicks : Math.max(0, nowTicks - apart());
        requests.push({ tag, row: dice.integer(0, tables.rows - 1), deadlineTicks, initialScore: 0 }, sinceTicks);
        requests.coefficient[tag] = dice.chance(0.1) ? 0 : round(2 ** dice.integer(-16, 17) * 1.37);
      }
      const [one, all] = [new ComputeUnit(unit, requests, tables), new ComputeUnit(unit, requests, tables)];
      const expected = Float64Array.from({ length: count }, (_, position) => one.score(position, nowTicks));
      for (let position = 0; position < count; position++) requests.remaining[position] = all.remaining(position);
      all.scoreAll(nowTicks);
      expect(requests.score.slice(0, count)).toEqual(expected);
      expect(all.rangeCounts).toEqual(one.rangeCounts);
      infinite += one.rangeCounts.nonFiniteScores;
      zero += expected.filter((score) => score === 0).length;
    }
    if (name === "fp16") expect(Math.min(infinite, zero)).toBeGreaterThan(5);
  });

  it("that comes from the host is in the unit's scale, and never infinite", () => {
    const sent = (initialScore: number) => requestWords(optFp16, 1, { tag: 5, row: 0, deadlineTicks: 7, initialScore });
    expect(sent(0.5)).toEqual([
      { command: commands.tag, data: 5 },
      { command: commands.deadline, data: 7 },
      { command: commands.score, data: 8 },
    ]);
    expect([1e6, -1e6].map((score) => sent(score)[2].data)).toEqual([65_504, -65_504]);
  });
});
