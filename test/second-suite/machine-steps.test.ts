/** Does a larger machine take longer, with the mapper on? */
import { describe, expect, it } from "vitest";
import { chosenCycles, steppedMachine } from "../hw/array/machine-steps.ts";

describe("a step to a larger machine, under the objective cycles", () => {
  it("costs more than 0.1 % of the cycles in at most one of 300 steps, and never more than 5 %", () => {
    let steps = 0;
    const slower: string[] = [];
    for (let seed = 4; seed < 49; seed++) {
      const machine = steppedMachine(seed);
      const before = chosenCycles(machine, machine.hardware, "cycles");
      for (const { what, larger } of machine.steps) {
        const ratio = chosenCycles(machine, larger, "cycles") / before;
        steps += 1;
        expect(ratio, `seed ${seed}: ${what}`).toBeLessThan(1.05);
        if (ratio > 1.001) slower.push(`seed ${seed}: ${what}: ${(100 * (ratio - 1)).toFixed(1)} %`);
      }
    }
    expect(steps).toBeGreaterThan(1000);
    expect(slower.length, slower.join("; ")).toBeLessThanOrEqual(steps / 300);
  });
});
