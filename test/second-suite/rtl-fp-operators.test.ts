/** The netlists of the floating-point operators against exact arithmetic, on millions of pairs. */
import { operatorsAreExact } from "../rtl/fp-operators-suite.ts";

operatorsAreExact({
  formats: ["fp16", "fp32"],
  exactPairs: 200_000,
  fastPairs: 1_500_000,
  integerSteps: 3000,
  integers: [
    [48, 20],
    [24, 12],
    [52, 0],
    [30, 40],
    [3, 1],
  ],
});
