/** Does each policy pick what its definition says, on queues small enough to score by hand? */
import { describe, expect, it } from "vitest";
import { createPolicy, type SchedulerName, schedulerNames } from "../../sched/registry.ts";
import { corrected, type Semantics } from "../../workloads/semantics/faults.ts";
import { type Facts, queueOf } from "./queue.ts";

interface Setting {
  readonly now?: number;
  readonly beta?: number;
  readonly eta?: number;
  readonly clampSlack?: boolean;
  readonly alpha?: number;
  readonly semantics?: Semantics;
}

function pick(name: SchedulerName, requests: readonly Facts[], setting: Setting = {}): number {
  const { now = 0, beta = 0.01, eta = 0.01, clampSlack = false, alpha = 1, semantics = corrected } = setting;
  const policy = createPolicy(name, { dysta: { beta, eta, clampSlack }, sdrm3: { alpha }, semantics });
  return policy.pick(queueOf(...requests), now);
}

describe("every policy", () => {
  it.each(schedulerNames)("%s carries its own name and breaks ties by admission", (name) => {
    const policy = createPolicy(name, {
      dysta: { beta: 0.01, eta: 0.01, clampSlack: false },
      sdrm3: { alpha: 1 },
      semantics: corrected,
    });
    expect(policy.name).toBe(name);
    expect(policy.pick(queueOf({}, {}, {}), 5)).toBe(0);
  });
});

describe("baselines", () => {
  it("fcfs takes the earliest arrival", () => {
    expect(pick("fcfs", [{ arrival: 3 }, { arrival: 1 }, { arrival: 2 }])).toBe(1);
  });

  it("sjf takes the least remaining time", () => {
    expect(pick("sjf", [{ remaining: 3 }, { remaining: 2 }, { remaining: 4 }])).toBe(1);
  });

  it("sjf_sparse scales the remaining time by the coefficient: 3·0.5 < 2·1", () => {
    expect(pick("sjf_sparse", [{ remaining: 3, coefficient: 0.5 }, { remaining: 2 }])).toBe(0);
  });

  it("edf takes the earliest deadline, llf the least laxity", () => {
    const requests = [
      { deadline: 10, remaining: 1 }, // laxity 9
      { deadline: 12, remaining: 5 }, // laxity 7
    ];
    expect(pick("edf", requests)).toBe(0);
    expect(pick("llf", requests)).toBe(1);
  });
});

describe("prema", () => {
  it("lets the shortest of those above the threshold run", () => {
    // At 4 s: tokens 1·(1+4/1) = 5 → threshold 3; 3·(1+0) = 3; 1·(1+0) = 1, which is too little although it is shortest.
    const requests = [
      { arrival: 0, priority: 1, isolated: 1, remaining: 2 },
      { arrival: 4, priority: 3, isolated: 1, remaining: 1.5 },
      { arrival: 4, priority: 1, isolated: 1, remaining: 1 },
    ];
    expect(pick("prema", requests, { now: 4 })).toBe(1);
  });

  it("counts each moment of waiting once, and none of running", () => {
    const policy = createPolicy("prema", {
      dysta: { beta: 0, eta: 0, clampSlack: false },
      sdrm3: { alpha: 1 },
      semantics: corrected,
    });
    const queue = queueOf({ arrival: 0, remaining: 2 }, { arrival: 7.5, remaining: 1 });
    queue.count = 1;
    policy.pick(queue, 1); // token 1 + 1 s of waiting = 2
    queue.lastRun[0] = 8; // ran from 1 s to 8 s
    queue.count = 2;
    // Tokens 2 and 1.5, threshold 1: the shorter one. Were running counted, the first would have 9, threshold 9.
    expect(policy.pick(queue, 8)).toBe(1);
    for (let again = 0; again < 4; again++) policy.pick(queue, 8);
    queue.scaledRemainingSeconds[0] = 0.5;
    // Still 2 and 1.5. Were the half second counted each time, the second would have 3 or more, threshold 3.
    expect(policy.pick(queue, 8)).toBe(0);
  });
});

describe("planaria", () => {
  it("takes the most priority per slack: 9/20 > 1/4", () => {
    expect(pick("planaria", [{ deadline: 4 }, { deadline: 20, priority: 9 }])).toBe(1);
  });

  it("puts late requests first, by priority and then deadline", () => {
    const requests = [{ deadline: 6, priority: 9 }, { deadline: 4 }, { deadline: 3 }, { deadline: 5, priority: 3 }];
    expect(pick("planaria", requests, { now: 5 })).toBe(3);
    expect(pick("planaria", requests.slice(0, 3), { now: 5 })).toBe(2);
  });
});

describe("sdrm3", () => {
  it("adds urgency and α·fairness: 0.5 + 1/2 < 0.2 + 2/2", () => {
    const requests = [
      { deadline: 14, remaining: 2, lastRun: 9, nextLayer: 2 },
      { deadline: 20, remaining: 2, lastRun: 8, nextLayer: 2 },
    ];
    expect(pick("sdrm3", requests, { now: 10 })).toBe(1);
    expect(pick("sdrm3", requests, { now: 10, alpha: 0.1 })).toBe(0);
  });

  it("counts a late request as fully urgent", () => {
    const requests = [
      { deadline: 30, remaining: 10, lastRun: 10 },
      { deadline: 9, remaining: 1, lastRun: 10 },
    ];
    expect(pick("sdrm3", requests, { now: 10 })).toBe(1);
  });
});

describe("dysta", () => {
  it("trades remaining time against slack: 1 + 0.01·99 against 1.5 + 0.01·(2−1.5)", () => {
    const requests = [
      { deadline: 100, remaining: 1 },
      { deadline: 2, remaining: 1.5 },
    ];
    expect(pick("dysta", requests)).toBe(1);
    expect(pick("dysta", requests, { eta: 0.001 })).toBe(0);
  });

  it("charges waiting time per isolated time and queue length", () => {
    // Slack is equal; the penalty is 4/1/2·η = 2η against 4/8/2·η = 0.25η, more than the difference in remaining time.
    const requests = [
      { deadline: 11, remaining: 1, lastRun: 6, isolated: 1 },
      { deadline: 11.001, remaining: 1.001, lastRun: 6, isolated: 8 },
    ];
    expect(pick("dysta", requests, { now: 10 })).toBe(1);
    expect(pick("dysta", requests, { now: 10, eta: 0.0001 })).toBe(0);
  });

  it("lets lateness count unless the slack is clamped", () => {
    const requests = [
      { deadline: 9, remaining: 1 },
      { deadline: 1, remaining: 1.05 },
    ];
    expect(pick("dysta", requests, { now: 10 })).toBe(1);
    expect(pick("dysta", requests, { now: 10, clampSlack: true })).toBe(0);
  });

  it("static alone keeps the score of the arrival: Lat + β·(SLO − Lat)", () => {
    // 1 + 0.1·(11−1) = 2 against 1.5 + 0.1·(3.5−1.5) = 1.7, however much has run since.
    const requests = [
      { arrival: 0, deadline: 11, isolated: 1, remaining: 0.1 },
      { arrival: 0, deadline: 3.5, isolated: 1.5 },
    ];
    expect(pick("dysta_static", requests, { beta: 0.1, now: 3 })).toBe(1);
  });
});
