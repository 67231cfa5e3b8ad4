/** Is the score of `swp` rounded at every operation, by an arithmetic that shares nothing with the unit's? */
import { describe, expect, it } from "vitest";
import { checkUnit, defaultUnit, optFp16, type SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
import { type NumberFormat, numberFormat, toBits } from "../../../hw/scheduling-unit/number-format.ts";
import { RequestMemory } from "../../../hw/scheduling-unit/request-memory.ts";
import { SwpComputeUnit } from "../../../hw/scheduling-unit/swp-compute-unit.ts";
import { tablesOf } from "../../../hw/scheduling-unit/tables.ts";
import { ExactFloat } from "../../models/exact-float.ts";
import { Dice } from "../array/random-case.ts";
import { randomNetworks } from "./random-unit.ts";

const shapes = {
  fp16: { exponentBits: 5, fractionBits: 10, hasSubnormals: false },
  fp32: { exponentBits: 8, fractionBits: 23, hasSubnormals: false },
} as const;

const unitOf = (format: keyof typeof shapes, policy: "swp" | "swp_plus"): SchedulingUnit => ({
  ...defaultUnit(format),
  ...(format === "fp32" ? { timeShiftBits: 20 } : {}),
  policy,
});

/** An entry whose layers have run one after the other, T and P by both arithmetics, and what its score is made of. */
class Entry {
  readonly requests: RequestMemory;
  readonly compute: SwpComputeUnit;
  private readonly unit: SchedulingUnit;
  private readonly format: NumberFormat;
  private readonly exact: ExactFloat;
  private readonly wide: ExactFloat;

  constructor(unit: SchedulingUnit, dice: Dice) {
    const shape = shapes[unit.format === "fp16" ? "fp16" : "fp32"];
    this.unit = unit;
    this.format = numberFormat(unit.format);
    this.exact = new ExactFloat(shape);
    this.wide = new ExactFloat({ ...shape, exponentBits: shape.exponentBits + 1 });
    const networks = randomNetworks(dice, 50);
    const row = dice.integer(0, networks.length - 1);
    const network = networks[row];
    this.requests = new RequestMemory(unit.fifoDepth);
    this.compute = new SwpComputeUnit(unit, this.requests, tablesOf(unit, networks));
    const nowTicks = dice.integer(0, 2 ** 40);
    const isolatedTicks = network.isolatedSeconds / unit.secondsPerTick;
    const apart = Math.round(dice.unit() * isolatedTicks * dice.pick([1, 10, 1000]));
    const deadlineTicks = Math.max(0, nowTicks + dice.pick([1, 1, -1]) * apart);
    const units = isolatedTicks / 2 ** unit.timeShiftBits;
    const count = dice.integer(1, unit.fifoDepth);
    for (let i = 0; i < count; i++) {
      this.requests.push({ tag: i, row, deadlineTicks, initialScore: this.format.round(units) }, 0);
      this.compute.admitted(i);
    }
    const word = (value: number) => this.word(value);
    let [remaining, isolated] = [word(units), word(units)];
    let sum = 0n;
    const layers = dice.integer(0, network.outputs.length - 1);
    for (let layer = 0; layer < layers; layer++) {
      const nonZeros = dice.integer(0, network.outputs[layer]);
      this.requests.layer[0] = layer + 1;
      this.compute.measure({ position: 0, layer, nonZeros })();
      sum = this.add(sum, this.deviation(network, layer, nonZeros));
      const free = this.add(word(1), this.times(sum, word(1 / (layer + 1))));
      const coefficient = this.exact.isLess(free, word(1 / 16)) ? word(1 / 16) : free;
      const perTime = 1 / (unit.secondsPerTick * 2 ** unit.timeShiftBits);
      remaining = this.times(coefficient, word(network.remainingSeconds[layer + 1] * perTime));
      isolated = this.times(coefficient, word(network.remainingSeconds[0] * perTime));
    }
    this.actual = this.pattern(this.compute.score(0, nowTicks));
    this.expected = this.score(remaining, isolated, deadlineTicks - nowTicks, count);
  }

  readonly actual: bigint;
  readonly expected: bigint;

  private word(value: number): bigint {
    return toBits(this.format, this.format.round(value));
  }

  private add(a: bigint, b: bigint): bigint {
    return this.exact.compute("add", a, b);
  }

  private times(a: bigint, b: bigint): bigint {
    return this.exact.compute("multiply", a, b);
  }

  private less(a: bigint, b: bigint): bigint {
    return this.exact.compute("subtract", a, b);
  }

  private deviation(
    { density, outputs, elasticity = 0 }: ReturnType<typeof randomNetworks>[number],
    layer: number,
    nonZeros: number,
  ): bigint {
    if (density[layer] === 0 || elasticity === 0) return 0n;
    const count = this.exact.fromInteger(BigInt(nonZeros), this.unit.countShiftBits);
    const measured = this.times(count, this.word(2 ** this.unit.countShiftBits / outputs[layer]));
    return this.less(this.times(measured, this.word(elasticity / density[layer])), this.word(elasticity));
  }

  private score(remaining: bigint, isolated: bigint, leftTicks: number, count: number): bigint {
    const { unit, exact } = this;
    const slack = this.less(exact.fromInteger(BigInt(leftTicks), unit.timeShiftBits), remaining);
    const zero = 0n;
    let weight = isolated;
    if (exact.isLess(slack, zero)) {
      if (unit.policy === "swp_plus") weight = this.add(isolated, this.times(isolated, this.word(1 / 4)));
    } else {
      const urgency = this.less(isolated, this.times(slack, this.word(1 / 8)));
      if (exact.isLess(zero, urgency))
        weight = this.less(isolated, this.times(urgency, this.word(count < 8 ? 1 / 2 : count < 32 ? 1 / 4 : 1 / 8)));
    }
    return this.wide.compute("multiply", this.widened(remaining), this.widened(weight));
  }

  /** The same number with one more bit of exponent. */
  private widened(pattern: bigint): bigint {
    const { exponentBits, fractionBits } = shapes[this.unit.format === "fp16" ? "fp16" : "fp32"];
    const magnitude = pattern & ((1n << BigInt(exponentBits + fractionBits)) - 1n);
    const sign = pattern >> BigInt(exponentBits + fractionBits);
    const isZero = magnitude >> BigInt(fractionBits) === 0n;
    const shifted = isZero ? 0n : magnitude + (1n << BigInt(exponentBits - 1 + fractionBits));
    return (sign << BigInt(exponentBits + 1 + fractionBits)) | shifted;
  }

  /** Of a number with one more bit of exponent than the format has. */
  private pattern(value: number): bigint {
    const { exponentBits, fractionBits } = shapes[this.unit.format === "fp16" ? "fp16" : "fp32"];
    const sign = value < 0 || Object.is(value, -0) ? 1n : 0n;
    const magnitude = Math.abs(value);
    const exponent = magnitude === 0 ? 0 : Math.floor(Math.log2(magnitude));
    const fraction = magnitude === 0 ? 0 : (magnitude / 2 ** exponent - 1) * 2 ** fractionBits;
    const biased = magnitude === 0 ? 0 : exponent + 2 ** exponentBits - 1;
    return (
      (sign << BigInt(exponentBits + 1 + fractionBits)) | (BigInt(biased) << BigInt(fractionBits)) | BigInt(fraction)
    );
  }
}

describe("the score of swp", () => {
  it.each([unitOf("fp16", "swp"), unitOf("fp16", "swp_plus"), unitOf("fp32", "swp"), unitOf("fp32", "swp_plus")])(
    "is exact on 1500 random requests: $policy, $format",
    (unit) => {
      const dice = new Dice(5);
      for (let i = 0; i < 1500; i++) {
        const { actual, expected } = new Entry(unit, dice);
        expect(actual, `draw ${i}`).toBe(expected);
      }
    },
  );

  it("does not overflow where the product of two times would", () => {
    const unit = unitOf("fp16", "swp");
    const requests = new RequestMemory(4);
    const averages = { name: "net", remainingSeconds: [100], isolatedSeconds: 100, density: [0.5], outputs: [8] };
    const compute = new SwpComputeUnit(unit, requests, tablesOf(unit, [averages]));
    const units = numberFormat("fp16").round(100 / (5e-9 * 2 ** 20));
    requests.push({ tag: 0, row: 0, deadlineTicks: 0, initialScore: units }, 0);
    compute.admitted(0);
    expect(Math.abs(compute.score(0, 10) / (units * units) - 1)).toBeLessThan(2 ** -11);
    expect(units * units).toBeGreaterThan(65_504);
    expect(compute.rangeCounts).toEqual({ timeSaturations: 0, countSaturations: 0, nonFiniteScores: 0 });
  });
});

describe("a unit of swp", () => {
  it("has one form", () => {
    expect(() => checkUnit({ ...optFp16, policy: "swp", variant: "separate" })).toThrow(
      "scheduling unit: variant must be shared for the scheduler swp, not separate",
    );
    expect(() => checkUnit({ ...optFp16, policy: "swp_plus", rescoring: "overlapped" })).toThrow(
      "scheduling unit: rescoring must be before-dispatch for the scheduler swp_plus, not overlapped",
    );
    expect(() => checkUnit({ ...optFp16, policy: "swp", layersPerRow: 20_000 })).toThrow(
      "scheduling unit: 1/layersPerRow must be a positive fp16 number for the scheduler swp, not 1/20000",
    );
  });
});
