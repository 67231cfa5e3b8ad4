/**
 * What does each departure of the public artifact change? For each, the smallest workload that shows it: finish times
 * worked out by hand from the rules, without the fault and with that fault alone. Seconds throughout.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { predictorParameters } from "../../../sched/artifact/predictor.ts";
import { createPolicy, type SchedulerName } from "../../../sched/registry.ts";
import { simulate } from "../../../sim/core/engine.ts";
import { SoftwareDispatcher } from "../../../sim/core/software-dispatcher.ts";
import type { Workload } from "../../../sim/core/workload.ts";
import { generateRequests } from "../../../workloads/requests/generate.ts";
import { loadTables } from "../../../workloads/scenarios/load-tables.ts";
import { corrected, type Fault, type Semantics } from "../../../workloads/semantics/faults.ts";
import { buildLookupTables } from "../../../workloads/tables/lookup-table.ts";
import { handMadeWorkload } from "../hand-made.ts";

type FaultOfInputs = "seven-samples" | "shared-stream" | "fixed-sequence-length";

interface Example {
  readonly scheduler: SchedulerName;
  readonly workload: Workload;
  /** Default 0.01, as in the artifact. */
  readonly eta?: number;
  /** Default true. */
  readonly clampSlack?: boolean;
  readonly predictor?: "last-n";
  /** Finish time of each request. */
  readonly corrected: readonly number[];
  readonly faulty: readonly number[];
}

const oneLayer = (seconds: number) => ({ model: `one layer of ${seconds} s`, layers: [[seconds]] });

const examples: Readonly<Record<Exclude<Fault, FaultOfInputs>, Example>> = {
  // Request 1 arrives while 0 runs until 10. The artifact then sets its clock back to 4 and runs 1 beside 0.
  "clock-rolls-back": {
    scheduler: "fcfs",
    workload: handMadeWorkload({ networks: [oneLayer(10)], requests: [{ arrival: 0 }, { arrival: 4 }] }),
    corrected: [10, 20],
    faulty: [10, 14],
  },

  // 1 (8 s) and 2 (3 s) arrive while 0 runs until 10. Shortest first is 2, unless only 1 is let in.
  "one-newcomer": {
    scheduler: "sjf",
    workload: handMadeWorkload({
      networks: [oneLayer(10), oneLayer(8), oneLayer(3)],
      requests: [
        { arrival: 0, network: 0 },
        { arrival: 1, network: 1 },
        { arrival: 2, network: 2 },
      ],
    }),
    corrected: [10, 21, 13],
    faulty: [10, 18, 21],
  },

  // 1 (1 s) arrives at 5, exactly between the two layers of 0 (5 s left): it goes first if it is seen.
  "strict-admission": {
    scheduler: "sjf",
    workload: handMadeWorkload({
      networks: [{ model: "two layers", layers: [[5, 5]] }, oneLayer(1)],
      requests: [{ arrival: 0 }, { arrival: 5, network: 1 }],
    }),
    corrected: [11, 6],
    faulty: [10, 11],
  },

  // Average densities are 0.5, so 0's ratios are 1.5, then 0.5. At 8 it has 4 s left: times 0.5 (the last) that is 2,
  // less than 1's 3 s; times 1 (the mean of 1.5 and 0.5) it is 4, more.
  "average-all": {
    scheduler: "sjf_sparse",
    workload: handMadeWorkload({
      networks: [
        {
          model: "three layers",
          layers: [
            [4, 4, 4],
            [4, 4, 4],
          ],
          densities: [
            [0.75, 0.25, 0.5],
            [0.25, 0.75, 0.5],
          ],
        },
        oneLayer(3),
      ],
      requests: [{ arrival: 0 }, { arrival: 8, network: 1 }],
    }),
    corrected: [12, 15],
    faulty: [15, 11],
  },

  // Last-3 after one layer of ratio 1: 1/1 = 1, or 1/3 when divided by the window. At 4, request 0 has 4 s left: 4 is
  // more than 1's 2 s, 4/3 is less.
  "window-division": {
    scheduler: "sjf_sparse",
    workload: handMadeWorkload({
      networks: [{ model: "two layers", layers: [[4, 4]] }, oneLayer(2)],
      requests: [{ arrival: 0 }, { arrival: 4, network: 1 }],
    }),
    predictor: "last-n",
    corrected: [10, 6],
    faulty: [8, 10],
  },

  // 0's first layer is empty in every sample. Its ratio counts as 1: at 4, 0 has 4 s left, more than 1's 3 s. With 0/0
  // its estimate is not a number, nothing is less than that, and 0 goes on.
  "empty-layers": {
    scheduler: "sjf_sparse",
    workload: handMadeWorkload({
      networks: [{ model: "two layers", layers: [[4, 4]], densities: [[0, 0.5]] }, oneLayer(3)],
      requests: [{ arrival: 0 }, { arrival: 4, network: 1 }],
    }),
    corrected: [11, 7],
    faulty: [8, 11],
  },

  // At 1, both deadlines are now and each has waited for its isolated time, so with η = 1 both scores are
  // T + (−T + penalty) = penalty = 1/2. But 49 · (1/49) = 1 − 2^−53 in doubles (and 64 · (1/64) = 1), so with
  // reciprocals 2 (49/1024 s) is ahead by the last bit; with divisions they tie and 1 (64/1024 s) was admitted first.
  "divided-penalty": {
    scheduler: "dysta",
    workload: handMadeWorkload({
      networks: [oneLayer(1), oneLayer(64 / 1024), oneLayer(49 / 1024)],
      requests: [
        { arrival: 0 },
        { arrival: 1 - 64 / 1024, network: 1, deadline: 1 },
        { arrival: 1 - 49 / 1024, network: 2, deadline: 1 },
      ],
    }),
    eta: 1,
    clampSlack: false,
    corrected: [1, 1 + 113 / 1024, 1 + 49 / 1024],
    faulty: [1, 1 + 64 / 1024, 1 + 113 / 1024],
  },

  // 1 (0.5 + 1 s) runs its first layer before 0 (2 s). Its density is twice the average, 98/256 to 49/256: by division
  // γ = 2, its second layer is expected to take 2 s, and the tie goes to 0. In doubles 98 · (1/49) = 2 − 2^−52: 1 goes on.
  "divided-ratio": {
    scheduler: "sjf_sparse",
    workload: handMadeWorkload({
      networks: [
        oneLayer(2),
        {
          model: "twice as dense",
          layers: [
            [0.5, 1],
            [0.5, 1],
          ],
          densities: [
            [98 / 256, 0.5],
            [0, 0.5],
          ],
        },
      ],
      requests: [{ arrival: 0 }, { arrival: 0, network: 1 }],
    }),
    corrected: [3.5, 1.5],
    faulty: [2.5, 3.5],
  },

  // Both are new at 0, with tokens 1 and 9. If 9 counts, the threshold is 9 and only 1 has enough; if it does not, the
  // threshold is 1 and the shorter 0 goes first.
  "prema-newcomers": {
    scheduler: "prema",
    workload: handMadeWorkload({
      networks: [oneLayer(2), oneLayer(5)],
      requests: [
        { arrival: 0, priority: 1 },
        { arrival: 0, network: 1, priority: 9 },
      ],
    }),
    corrected: [7, 5],
    faulty: [2, 7],
  },

  // After its first layer (density 0.25, average 0.5) 0's ratio is 0.5: 4 s left count as 2, less than 1's 3 s. Scaled
  // by the ratio of 1, the last admitted, which is 1, they count as 4.
  "prema-shared-ratio": {
    scheduler: "prema_sparse",
    workload: handMadeWorkload({
      networks: [
        {
          model: "two layers",
          layers: [
            [4, 4],
            [4, 4],
          ],
          densities: [
            [0.25, 0.5],
            [0.75, 0.5],
          ],
        },
        oneLayer(3),
      ],
      requests: [{ arrival: 0 }, { arrival: 4, network: 1 }],
    }),
    corrected: [8, 11],
    faulty: [11, 7],
  },

  // At 10, 1 (2 s) and 2 (3 s) are late and neither can be feasible: 1/2 > 1/3, so 1 runs. The artifact's scores are
  // negative, 1/(5 − 10) and 1/(6 − 10), and any score replaces a negative one: the last admitted runs.
  "planaria-late-last": {
    scheduler: "planaria",
    workload: handMadeWorkload({
      networks: [oneLayer(10), oneLayer(2), oneLayer(3)],
      requests: [{ arrival: 0 }, { arrival: 1, network: 1, deadline: 5 }, { arrival: 2, network: 2, deadline: 6 }],
    }),
    corrected: [10, 12, 15],
    faulty: [10, 15, 13],
  },

  // At 10, 1 is 1 s late. Fairness of 1: 9/2 = 4.5, of 2: 8/3; urgency of 2: 3/90, together 2.7. Urgency of 1 is 1
  // (5.5 > 2.7), or 2/(9 − 10) = −2 (2.5 < 2.7).
  "sdrm3-late-last": {
    scheduler: "sdrm3",
    workload: handMadeWorkload({
      networks: [oneLayer(10), oneLayer(2), oneLayer(3)],
      requests: [{ arrival: 0 }, { arrival: 1, network: 1, deadline: 9 }, { arrival: 2, network: 2, deadline: 100 }],
    }),
    corrected: [10, 12, 15],
    faulty: [10, 15, 13],
  },
};

describe.each(Object.entries(examples) as [Fault, Example][])("%s", (fault, example) => {
  test("without the fault", () => expect(finishTimes(example, corrected)).toEqual(example.corrected));
  test("with it", () => expect(finishTimes(example, new Set([fault]))).toEqual(example.faulty));
});

function finishTimes(example: Example, semantics: Semantics): number[] {
  const { scheduler, workload, eta = 0.01, clampSlack = true, predictor = "last-one" } = example;
  const dysta = { beta: 0.01, eta, clampSlack };
  const policy = createPolicy(scheduler, { dysta, sdrm3: { alpha: 1 }, semantics });
  const schedule = simulate(workload, new SoftwareDispatcher(policy, semantics), {
    predictor: predictorParameters({ predictor, lastN: 3 }, semantics),
    alpha: workload.profiles.map(() => 1),
    preemptionCost: 0,
  });
  return [...schedule.finish];
}

/** Two networks with nine samples each, drawn from with the given weights. */
function drawRequests(semantics: Semantics, weights: readonly [number, number]) {
  const nineSamples = Array.from({ length: 9 }, () => [1]);
  const { profiles } = handMadeWorkload({
    networks: [
      { model: "a", layers: nineSamples },
      { model: "b", layers: nineSamples },
    ],
    requests: [],
  });
  const spec = {
    arrivals: { kind: "poisson", rate: 1 },
    requests: 300,
    mix: weights.map((weight) => ({ weight, slo: 10 })),
    timeUnit: "seconds",
    secondsPerTick: 1,
    semantics,
  } as const;
  return generateRequests(spec, profiles, buildLookupTables(profiles), 1);
}

describe("seven-samples", () => {
  const samplesDrawn = (semantics: Semantics) => [...new Set(drawRequests(semantics, [1, 1]).sample)].sort();

  // 300 draws miss one of nine samples with probability 9 · (8/9)^300 = 4e-15.
  test("without the fault all nine samples are drawn", () => {
    expect(samplesDrawn(corrected)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
  test("with it the first seven", () => {
    expect(samplesDrawn(new Set(["seven-samples"]))).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe("shared-stream", () => {
  // Weights of 1 : 2 take other random numbers than equal ones to draw the model.
  const sameColumns = (semantics: Semantics) => {
    const [equal, unequal] = [drawRequests(semantics, [1, 1]), drawRequests(semantics, [1, 2])];
    const same = (column: "arrival" | "priority" | "sample" | "profile") =>
      equal[column].every((value, request) => value === unequal[column][request]);
    return { arrival: same("arrival"), priority: same("priority"), sample: same("sample"), profile: same("profile") };
  };

  test("without the fault another mix changes the models only", () => {
    expect(sameColumns(corrected)).toEqual({ arrival: true, priority: true, sample: true, profile: false });
  });
  test("with it everything", () => {
    const changed = { arrival: false, priority: false, sample: false, profile: false };
    expect(sameColumns(new Set(["shared-stream"]))).toEqual(changed);
  });
});

describe("fixed-sequence-length", () => {
  const latency = (faults: readonly Fault[]) => {
    const folder = mkdtempSync(join(tmpdir(), "faults-"));
    const file = join(folder, "load_balance_bert_128.csv");
    const columns = "50%-no-skip,50%-skip,25%-no-skip,25%-skip,overall-sparsity,batch-indx,layer-indx";
    writeFileSync(file, `${columns}\n1,1,1,1,0.25,0,0\n`);
    const dysta = { beta: 0.01, eta: 0.01, alpha: 1, predictor: "last-one", lastN: 3, clampSlack: true } as const;
    const loaded = loadTables({ file: "by hand", table: [file], slo: 10, dysta, semantics: "corrected", faults });
    rmSync(folder, { recursive: true });
    return loaded.profiles[0].latency[0];
  };

  // A quarter of the mask, perfectly balanced: n = q, 8192 sparse MACs per cycle at 1 GHz. In nanoseconds,
  //   q = 128: projections 128·768²·6/2048 = 221184, attention 2·(832 + 192)·2 =  4096, output 128·768²·2/8192 = 18432
  //   q = 512: projections 512·768²·6/2048 = 884736, attention 8·(832 + 576)·8 = 90112, output 512·768²·2/8192 = 73728
  test("without the fault a table for 128 tokens is costed at 128", () => {
    expect(latency([])).toBeCloseTo(243712e-9, 15);
  });
  test("with it at 512", () => {
    expect(latency(["fixed-sequence-length"])).toBeCloseTo(1048576e-9, 15);
  });
});
