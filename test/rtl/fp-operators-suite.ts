/**
 * Do the netlists of the floating-point operators compute what exact arithmetic, rounded once, gives, bit by bit? The
 * tests of `test/rtl/fp-operators.test.ts` (short) and `test/second-suite/rtl-fp-operators.test.ts` (long).
 */
import { describe, expect, it } from "vitest";
import {
  add,
  fromBits,
  IntegerConverter,
  isLess,
  multiply,
  numberFormat,
  toBits,
} from "../../hw/scheduling-unit/number-format.ts";
import { rtlDesign } from "../../hw/synthesis/designs.ts";
import { Dice } from "../hw/array/random-case.ts";
import { ExactFloat } from "../models/exact-float.ts";
import { streamCount } from "./bit-slices.ts";
import { anyPattern, pairNear, randomInteger, specialPatterns } from "./fp-patterns.ts";
import { gateNetlist } from "./gates.ts";
import { NetlistSimulation } from "./netlist.ts";

const shapes = {
  fp16: { exponentBits: 5, fractionBits: 10, hasSubnormals: false },
  fp32: { exponentBits: 8, fractionBits: 23, hasSubnormals: false },
} as const;
const latencyCycles = 2;

export interface OperatorSuiteSize {
  readonly formats: readonly (keyof typeof shapes)[];
  /** Random pairs against exact integers, which are slow. */
  readonly exactPairs: number;
  /** Random pairs against hw/scheduling-unit/number-format.ts, which is tested against them; in pieces of 100000. */
  readonly fastPairs: number;
  /** Of 32 integers each. */
  readonly integerSteps: number;
  /** [bits, fraction bits] of the integers that are converted. */
  readonly integers: readonly (readonly [number, number])[];
}

async function simulationOf(module: string, parameters: Record<string, number>): Promise<NetlistSimulation> {
  return new NetlistSimulation(await gateNetlist(rtlDesign(module, [`${module}.sv`], parameters), { isFast: true }));
}

type Pair = readonly [number, number];

/** Sends pairs through a pipeline, 32 per cycle. @returns the first results that are not the expected ones. */
function wrongResults(
  simulation: NetlistSimulation,
  pairs: readonly Pair[],
  expected: (a: number, b: number) => number,
): string[] {
  const wrong: string[] = [];
  const [a, b] = [new Uint32Array(streamCount), new Uint32Array(streamCount)];
  const cycles = Math.ceil(pairs.length / streamCount);
  const pairAt = (cycle: number, stream: number) => pairs[(cycle * streamCount + stream) % pairs.length];
  for (let cycle = 0; cycle < cycles + latencyCycles; cycle++) {
    for (let stream = 0; stream < streamCount; stream++) [a[stream], b[stream]] = pairAt(cycle, stream);
    simulation.write("a", a);
    simulation.write("b", b);
    if (cycle >= latencyCycles) {
      const results = simulation.read("result");
      for (let stream = 0; stream < streamCount && wrong.length < 5; stream++) {
        const [x, y] = pairAt(cycle - latencyCycles, stream);
        const exact = expected(x, y);
        if (results[stream] !== exact) wrong.push([x, y, results[stream], exact].map((n) => n.toString(16)).join(" "));
      }
    }
    simulation.clock();
  }
  return wrong;
}

export function operatorsAreExact({ formats, exactPairs, fastPairs, integerSteps, integers }: OperatorSuiteSize): void {
  describe.each(formats)("%s", (name) => {
    const shape = shapes[name];
    const format = numberFormat(name);
    const exact = new ExactFloat(shape);
    const specials = specialPatterns(shape);
    const parameters = { EXPONENT_BITS: shape.exponentBits, FRACTION_BITS: shape.fractionBits };
    const operators = { fp_add: ["add", add], fp_multiply: ["multiply", multiply] } as const;

    it.each(["fp_add", "fp_multiply"] as const)("%s, on special values and random pairs", async (module) => {
      const simulation = await simulationOf(module, parameters);
      const [operation, fast] = operators[module];
      const exactly = (a: number, b: number) => Number(exact.compute(operation, BigInt(a), BigInt(b)));
      const quickly = (a: number, b: number) =>
        Number(toBits(format, fast(format, fromBits(format, BigInt(a)), fromBits(format, BigInt(b)))));
      const pairs = specials.flatMap((a) => specials.map((b): Pair => [a, b]));
      expect(wrongResults(simulation, pairs, exactly)).toEqual([]);
      const dice = new Dice(1);
      const random = (count: number) => Array.from({ length: count }, () => pairNear(dice, shape, operation));
      expect(wrongResults(simulation, random(exactPairs), exactly)).toEqual([]);
      for (let done = 0; done < fastPairs; done += 100_000) {
        expect(wrongResults(simulation, random(100_000), quickly)).toEqual([]);
      }
    });

    it("fp_less, on special values and random pairs", async () => {
      const simulation = await simulationOf("fp_less", parameters);
      const dice = new Dice(2);
      const numbers = specials.filter((pattern) => !Number.isNaN(fromBits(format, BigInt(pattern))));
      const nearby = (): Pair => {
        const a = anyPattern(dice, shape);
        return [a, dice.chance(0.5) ? anyPattern(dice, shape) : a ^ (1 << dice.integer(0, shape.fractionBits))];
      };
      const isNumber = ([, b]: Pair) => !Number.isNaN(fromBits(format, BigInt(b >>> 0)));
      const pairs = [
        ...specials.flatMap((a) => numbers.map((b): Pair => [a, b])),
        ...Array.from({ length: exactPairs }, nearby).filter(isNumber),
      ];
      const wrong: Pair[] = [];
      for (let first = 0; first < pairs.length; first += streamCount) {
        const some = Array.from({ length: streamCount }, (_, stream) => pairs[(first + stream) % pairs.length]);
        simulation.write(
          "a",
          some.map(([a]) => a),
        );
        simulation.write(
          "b",
          some.map(([, b]) => b),
        );
        const results = simulation.read("is_less");
        some.forEach(([a, b], stream) => {
          const value = (pattern: number) => fromBits(format, BigInt(pattern >>> 0));
          if (results[stream] !== Number(isLess(value(a), value(b)))) wrong.push([a, b]);
        });
      }
      expect(wrong.slice(0, 5)).toEqual([]);
    });

    it.each(integers)("int_to_float, of %i bits · 2^-%i", async (integerBits, shiftBits) => {
      const design = { ...parameters, INTEGER_BITS: integerBits, SHIFT_BITS: shiftBits };
      const simulation = await simulationOf("int_to_float", design);
      const dice = new Dice(integerBits);
      const converter = new IntegerConverter(format, shiftBits);
      const wrong: string[] = [];
      for (let step = 0; step < integerSteps; step++) {
        const values = BigInt64Array.from({ length: streamCount }, (_, stream) =>
          BigInt(randomInteger(dice, step * streamCount + stream, integerBits, shiftBits, shape)),
        );
        const isNegated = step % 2;
        simulation.writeWide("integer_in", values);
        simulation.write("is_negated", isNegated);
        const results = simulation.read("result");
        const saturated = simulation.read("is_saturated");
        values.forEach((integer, stream) => {
          const signed = isNegated ? -integer : integer;
          const before = converter.saturations;
          converter.convert(Number(signed));
          const isSaturated = converter.saturations - before;
          const pattern = Number(exact.fromInteger(signed, shiftBits));
          if (results[stream] === pattern && saturated[stream] === isSaturated) return;
          wrong.push(
            `${signed}: ${results[stream].toString(16)} ${saturated[stream]}, exactly ${pattern.toString(16)}`,
          );
        });
      }
      expect(wrong.slice(0, 5)).toEqual([]);
    });
  });
}
