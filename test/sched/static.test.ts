import { describe, expect, it } from "vitest";
import { staticDecision } from "../../sched/static.ts";

describe("the static level", () => {
  it("sends table row, deadline and Lat + β·(SLO − Lat) of a request, times in cycles, score in seconds", () => {
    const requests = {
      arrival: Float64Array.of(0, 1000),
      deadline: Float64Array.of(500, 9000),
      profile: Int32Array.of(1, 0),
    };
    // Lat = 2 s, SLO = 8000 cycles at 1 kHz = 8 s: 2 + 0.25·(8 − 2) = 3.5 s.
    expect(
      staticDecision(1, requests, [2, 0.001], {
        secondsPerTick: 1e-3,
        beta: 0.25,
      }),
    ).toEqual({ request: 1, tableIndex: 0, deadline: 9000, initialScore: 3.5 });
  });
});
