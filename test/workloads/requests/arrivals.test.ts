/** Are the bursts of bursty arrivals as long, and as irregular, as they are said to be? */
import { describe, expect, test } from "vitest";
import { randomStream } from "../../../workloads/random/random.ts";
import { arrivalProcess } from "../../../workloads/requests/arrivals.ts";

/** At 100 requests/s a gap of 0.2 s inside a burst is one in 5 · 10⁸: a longer one is a pause between bursts. */
const shortestPause = 0.2;
const bursty = { kind: "bursty", rate: 100, on: 2, off: 10 } as const;

function phasesOf(requests: number): { bursts: number[]; pauses: number[] } {
  const next = arrivalProcess(bursty, { gaps: randomStream(1, "arrivals"), phases: randomStream(1, "phases") });
  const bursts: number[] = [];
  const pauses: number[] = [];
  let burstBegan = 0;
  let before = 0;
  for (let request = 0; request < requests; request++) {
    const now = next();
    if (now - before > shortestPause) {
      bursts.push(before - burstBegan);
      pauses.push(now - before);
      burstBegan = now;
    }
    before = now;
  }
  return { bursts, pauses };
}

function spread(values: readonly number[]): { mean: number; variation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variation: Math.sqrt(variance) / mean };
}

describe("phases of bursty arrivals are exponential: mean as given, standard deviation equal to the mean", () => {
  // About 4000 phases of each kind: standard errors of mean and variation are 1.6 %.
  const { bursts, pauses } = phasesOf(800_000);

  test.each([
    ["on", bursts, bursty.on],
    ["off", pauses, bursty.off],
  ])("%s", (_, phases, expectedMean) => {
    const { mean, variation } = spread(phases);
    expect(phases.length).toBeGreaterThan(3500);
    expect(Math.abs(mean / expectedMean - 1)).toBeLessThan(0.08);
    expect(Math.abs(variation - 1)).toBeLessThan(0.08);
  });
});
