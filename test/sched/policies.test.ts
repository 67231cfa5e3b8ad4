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
  const { now = 0, beta = 0.01, eta = 0.01, clampSlack = true, alpha = 1, semantics = corrected } = setting;
  const policy = createPolicy(name, { dysta: { beta, eta, clampSlack }, sdrm3: { alpha }, semantics });
  return policy.pick(queueOf(...requests), now);
}

describe("every policy", () => {
  // The artifact's search takes the last of equals.
  it.each(schedulerNames.filter((name) => name !== "planaria_artifact"))(
    "%s carries its own name and breaks ties by admission",
    (name) => {
      const policy = createPolicy(name, {
        dysta: { beta: 0.01, eta: 0.01, clampSlack: true },
        sdrm3: { alpha: 1 },
        semantics: corrected,
      });
      expect(policy.name).toBe(name);
      expect(policy.pick(queueOf({}, {}, {}), 5)).toBe(0);
    },
  );
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
  // At 4 s: tokens 1·(1+4/1) = 5 → threshold 3; 3·(1+0) = 3; 1·(1+0) = 1, which is too little although it is shortest.
  const requests = [
    { arrival: 0, priority: 1, isolated: 1, remaining: 2 },
    { arrival: 4, priority: 3, isolated: 1, remaining: 1.5 },
    { arrival: 4, priority: 1, isolated: 1, remaining: 1 },
  ];

  it("lets the shortest of those above the threshold run", () => {
    expect(pick("prema_once", requests, { now: 4 })).toBe(1);
  });

  it.each(["prema", "prema_recount"] as const)(
    "%s counts the whole wait again, from the second decision on",
    (name) => {
      const policy = createPolicy(name, {
        dysta: { beta: 0, eta: 0, clampSlack: true },
        sdrm3: { alpha: 1 },
        semantics: corrected,
      });
      const queue = queueOf({ arrival: 0, isolated: 2, remaining: 2 }, { arrival: 0, isolated: 10, remaining: 1 });
      // Tokens 1 and 1: both may run, the second is shorter.
      expect(policy.pick(queue, 1)).toBe(1);
      // 1 + 1/2 and 1 + 1/10; then 1 + 1/2 + 2/2 = 2.5; then 1 + 1/2 + 2/2 + 3/2 = 4: threshold 3, the first alone.
      expect([1, 2, 3].map((now) => policy.pick(queue, now))).toEqual([1, 1, 0]);
    },
  );

  it("counts each moment of waiting once, and none of running", () => {
    const policy = createPolicy("prema_once", {
      dysta: { beta: 0, eta: 0, clampSlack: true },
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

  it("gives nothing to what can no longer be on time while another request can", () => {
    // At 5: slack 1 and 2 s to go; slack 3 and 2 to go (1/3); slack 20 and 1 to go (9/20).
    const requests = [
      { deadline: 6, remaining: 2, priority: 9 },
      { deadline: 8, remaining: 2 },
      { deadline: 25, remaining: 1, priority: 9 },
    ];
    expect(pick("planaria", requests, { now: 5 })).toBe(2);
    expect(pick("planaria", requests.slice(0, 2), { now: 5 })).toBe(1);
  });

  it("takes the most priority per remaining time if nothing can be on time: 3/2 > 9/7 > 1/1", () => {
    const requests = [
      { deadline: 5, remaining: 7, priority: 9 },
      { deadline: 4, remaining: 2, priority: 3 },
      { deadline: 3, remaining: 1 },
    ];
    expect(pick("planaria", requests, { now: 5 })).toBe(1);
  });

  it("in the artifact's reading takes the last admitted of late requests, and them last", () => {
    const requests = [{ deadline: 6, remaining: 2 }, { deadline: 4 }, { deadline: 3, priority: 9 }];
    expect(pick("planaria_artifact", requests, { now: 5 })).toBe(0);
    expect(pick("planaria_artifact", requests.slice(1), { now: 5 })).toBe(1);
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
    expect(pick("dysta", requests, { now: 10, clampSlack: false })).toBe(1);
    expect(pick("dysta", requests, { now: 10 })).toBe(0);
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

describe("swp", () => {
  it("weighs remaining time by the whole time, less where the deadline is near", () => {
    // Far deadlines: 2·3 = 6 against 1·5 = 5.
    const far = [
      { remaining: 2, isolated: 3, deadline: 100 },
      { remaining: 1, isolated: 5, deadline: 100 },
    ];
    expect(pick("swp", far)).toBe(1);
    // Slack 0 of the first: urgency 3, weight 3 − 3/2, 2·1.5 = 3 against 5.
    expect(pick("swp", [{ ...far[0], deadline: 2 }, far[1]])).toBe(0);
    // Slack 8: urgency 3 − 1 = 2, weight 3 − 1, 2·2 = 4. Slack 16: urgency 1, weight 2.5, 5: a tie, the first.
    expect(pick("swp", [{ ...far[0], deadline: 10 }, far[1]])).toBe(0);
    expect(pick("swp", [{ ...far[0], deadline: 18 }, far[1]])).toBe(0);
    expect(pick("swp", [{ ...far[0], deadline: 18.1 }, far[1]])).toBe(1);
  });

  it("takes the bonus from a lost deadline; swp_plus makes it cost a quarter", () => {
    const requests = [
      { remaining: 2, isolated: 3, deadline: 1 },
      { remaining: 2, isolated: 3.5, deadline: 100 },
    ];
    expect(pick("swp", requests)).toBe(0); // 6 < 7
    expect(pick("swp_plus", requests)).toBe(1); // 7.5 > 7
  });

  it("scales both times by the coefficient: 0.5² · 2·3 = 1.5 < 1·2", () => {
    const scaled = { remaining: 2, isolated: 3, coefficient: 0.5, deadline: 100 };
    expect(pick("swp", [{ remaining: 1, isolated: 2, deadline: 100 }, scaled])).toBe(1);
  });

  it("spares urgent requests less in a long queue", () => {
    // Slack 0: W = 2/2, 3/4·2, 7/8·2 with 2, 8 and 32 requests, T·W = 1, 1.5, 1.75 against 1.2 and 1.6.
    const urgent = { remaining: 1, isolated: 2, deadline: 1 };
    const others = (count: number, product: number) =>
      Array.from({ length: count - 1 }, () => ({ remaining: 1, isolated: product, deadline: 1000 }));
    expect(pick("swp", [...others(2, 1.2), urgent])).toBe(1);
    expect(pick("swp", [...others(8, 1.2), urgent])).toBe(0);
    expect(pick("swp", [...others(8, 1.6), urgent])).toBe(7);
    expect(pick("swp", [...others(32, 1.6), urgent])).toBe(0);
  });
});
