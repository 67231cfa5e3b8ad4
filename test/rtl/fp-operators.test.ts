/** The netlists of the floating-point operators against exact arithmetic, in a short form. */
import { operatorsAreExact } from "./fp-operators-suite.ts";

operatorsAreExact({
  formats: ["fp16", "fp32"],
  exactPairs: 10_000,
  fastPairs: 0,
  integerSteps: 200,
  integers: [
    [48, 20],
    [3, 1],
  ],
});
