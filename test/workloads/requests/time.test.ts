/** Times as whole ticks: are decimals read exactly, and does a constant shift of all times change nothing? */
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { predictorParameters } from "../../../sched/artifact/predictor.ts";
import { createPolicy, schedulerNames } from "../../../sched/registry.ts";
import { simulate } from "../../../sim/core/engine.ts";
import { computeMetrics } from "../../../sim/core/metrics.ts";
import { SoftwareDispatcher } from "../../../sim/core/software-dispatcher.ts";
import { generateRequests } from "../../../workloads/requests/generate.ts";
import { exactTicks, inWholeTicks, shownTime, tickName } from "../../../workloads/requests/time.ts";
import { corrected } from "../../../workloads/semantics/faults.ts";
import { handMadeWorkload } from "../../sim/hand-made.ts";
import { folderWith } from "../temporary-folder.ts";

const picoseconds = { timeUnit: "seconds", secondsPerTick: 1e-12 } as const;
const cycles = { timeUnit: "cycles", secondsPerTick: 1 / 200e6 } as const;

describe("a decimal number becomes ticks", () => {
  it.each([
    ["100000000000000.0015", 1, 100000000000000001500000000n],
    ["0.1", 1e-9, 100n],
    ["1e-3", 1e-3, 1000000n],
    ["-2.5", 1e-6, -2500000n],
    ["+.5", 1, 500000000000n],
    ["1.", 1, 1000000000000n],
    ["0e400", 1, 0n],
    ["1.2345678901234", 1, 1234567890123n],
    ["1.2345678901235", 1, 1234567890124n],
    ["-1.2345678901236", 1, -1234567890124n],
  ])("%s units of %d s are %d ps", (text, unit, ticks) => expect(exactTicks(text, unit, picoseconds)).toBe(ticks));

  it("of a clock too", () => expect(exactTicks("1.000000005", 1, cycles)).toBe(200000001n));

  it("and whole numbers of picoseconds come back as the very decimals", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (ticks) => {
        const shown = shownTime(picoseconds)(ticks);
        expect(exactTicks(String(shown), 1, picoseconds)).toBe(BigInt(ticks));
      }),
      { seed: 1 },
    );
  });
});

it("the finest tick that counts the run is taken", () => {
  const { profiles, tables } = handMadeWorkload({ networks: [{ model: "m", layers: [[0.5]] }], requests: [] });
  const of = (seconds: number) =>
    tickName(inWholeTicks({ timeUnit: "seconds", secondsPerTick: 1, profiles, tables }, seconds));
  expect([of(60), of(30_000), of(300_000), of(1e12)]).toEqual(["1 ps", "10 ps", "100 ps", "1 ns"]);
});

describe("a constant added to every time of a trace", () => {
  const layers = [[0.0013, 0.0007], [0.0021]];
  const { profiles: inSeconds, tables: tablesInSeconds } = handMadeWorkload({
    networks: layers.map((row, k) => ({ model: `m${k}`, layers: [row] })),
    requests: [],
  });
  const networks = inWholeTicks(
    { timeUnit: "seconds", secondsPerTick: 1, profiles: inSeconds, tables: tablesInSeconds },
    100,
  );
  /** Tenths of milliseconds as seconds, without any rounding. */
  const seconds = (tenths: bigint) => `${tenths / 10000n}.${String(tenths % 10000n).padStart(4, "0")}`;

  function metricsOf(arrivals: readonly number[], shift: bigint, scheduler: (typeof schedulerNames)[number]) {
    const rows = arrivals.map(
      (at, k) => `${seconds(BigInt(at) + shift)},m${k % 2},${seconds(BigInt(at + 60) + shift)}`,
    );
    const file = join(folderWith({ "t.csv": `arrival,model,deadline\n${rows.join("\n")}\n` }), "t.csv");
    const spec = {
      ...networks,
      arrivals: { kind: "trace", file, unit: "s", origin: "first" },
      mix: [1, 1].map((weight) => ({ weight, slo: 10 })),
      semantics: corrected,
    } as const;
    const workload = { ...networks, requests: generateRequests(spec, networks.profiles, networks.tables, 1) };
    const policy = createPolicy(scheduler, {
      dysta: { beta: 0.01, eta: 0.01, clampSlack: false },
      sdrm3: { alpha: 1 },
      semantics: corrected,
    });
    const schedule = simulate(workload, new SoftwareDispatcher(policy, corrected), {
      predictor: predictorParameters({ predictor: "last-one", lastN: 3 }, corrected),
      alpha: [1, 1],
      preemptionCost: 0,
    });
    return { schedule, metrics: computeMetrics(workload, schedule) };
  }

  it("changes nothing, under any scheduler", () => {
    const gaps = fc.array(fc.nat({ max: 40 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(
        gaps,
        fc.bigInt({ min: 0n, max: 10n ** 19n }),
        fc.constantFrom(...schedulerNames),
        (steps, shift, name) => {
          let at = 0;
          const arrivals = steps.map((step) => (at += step));
          expect(metricsOf(arrivals, shift, name)).toEqual(metricsOf(arrivals, 0n, name));
        },
      ),
      { numRuns: 60, seed: 2 },
    );
  });
});
