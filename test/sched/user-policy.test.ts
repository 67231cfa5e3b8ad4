/** A user's scheduler module: loaded, shown the queue, and held to its contract. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ReadyQueue } from "../../sched/ready-queue.ts";
import { loadUserScheduler, type RequestView, UserPolicy } from "../../sched/user-policy.ts";
import { queueOf } from "./queue.ts";

function moduleFile(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "dysta-")), "mine.mjs");
  writeFileSync(path, text);
  return path;
}

const networkOf = (request: number) => ({
  model: `m${request}`,
  pattern: "p",
  remainingOfModel: [9, 5, 2],
  outputDensity: (layer: number) => 0.5 + layer / 10,
});

const policyOf = (pick: (ready: readonly RequestView[], now: number) => number) =>
  new UserPolicy({ name: "mine", pick }, networkOf);

describe("a user's scheduler", () => {
  it("is loaded from a module and asked for an index", async () => {
    const scheduler = await loadUserScheduler(
      moduleFile(`export default { name: "last", pick: (ready) => ready.length - 1 };`),
    );
    expect(scheduler.name).toBe("last");
    expect(new UserPolicy(scheduler, networkOf).pick(queueOf({}, {}, {}), 0)).toBe(2);
  });

  it("sees times in seconds, estimates unscaled, densities once measured, and cannot write", () => {
    const queue = queueOf({ arrival: 2, deadline: 9, priority: 3, remaining: 1.5, isolated: 2, coefficient: 0.5 });
    let seen: RequestView | undefined;
    const policy = policyOf((ready, now) => {
      expect(now).toBe(4);
      seen = ready[0];
      return 0;
    });
    policy.pick(queue, 4);
    expect(seen).toMatchObject({ id: 0, model: "m0", pattern: "p", priority: 3, arrival: 2, deadline: 9, lastRun: 2 });
    expect(seen).toMatchObject({ estimatedRemaining: 1.5, estimatedIsolated: 2, measuredDensity: undefined });
    queue.measuredDensity[0] = 0.25;
    expect(seen?.measuredDensity).toBe(0.25);
    expect(() => Object.assign(seen as object, { deadline: 0 })).toThrow(TypeError);
  });

  it("sees in the same view what became of a request after each layer, in seconds where the run is in cycles", () => {
    const cycles = {
      arrival: Float64Array.of(2000, 3000),
      deadline: Float64Array.of(9000, 8000),
      priority: Int32Array.of(3, 9),
    };
    const queue = new ReadyQueue(cycles, 1e-3);
    queue.admit(1);
    queue.admit(0);
    queue.layersTotal.set([2, 4]);
    let ready: readonly RequestView[] = [];
    policyOf((seen) => {
      ready = seen;
      return 0;
    }).pick(queue, 4000);
    const before = [
      { id: 1, arrival: 3, lastRun: 3, deadline: 8, priority: 9, layersDone: 0, layersTotal: 2 },
      { id: 0, arrival: 2, lastRun: 2, deadline: 9, priority: 3, layersDone: 0, layersTotal: 4 },
    ];
    expect(ready).toMatchObject(before);
    queue.layersDone[1] = 1;
    queue.lastRun[1] = 7000;
    expect(ready).toMatchObject([before[0], { ...before[1], layersDone: 1, lastRun: 7 }]);
  });

  it("sees the averages of the model, and the output's density once a layer has run", () => {
    const queue = queueOf({});
    let seen: RequestView | undefined;
    policyOf((ready) => {
      seen = ready[0];
      return 0;
    }).pick(queue, 0);
    expect(seen).toMatchObject({ estimatedRemainingOfModel: 9, estimatedIsolatedOfModel: 9, outputDensity: undefined });
    queue.layersDone[0] = 2;
    expect(seen).toMatchObject({ estimatedRemainingOfModel: 2, estimatedIsolatedOfModel: 9, outputDensity: 0.6 });
  });

  it("gets its parameters, the scenario's over its own, and hears of finished requests, as its own object", async () => {
    const path = moduleFile(`export default {
      name: "mine", parameters: { least: 1, other: 2 }, seen: [],
      pick(ready, now, { least, other }) { return least + other; },
      finished(request, now) { this.seen.push([request.id, now]); },
      drop(ready, now, { least }) { return this.seen.length > 0 ? [ready[least].id] : []; },
    };`);
    const policy = new UserPolicy(await loadUserScheduler(path, { least: 0 }), networkOf);
    const queue = queueOf({}, {}, {});
    expect(policy.pick(queue, 0)).toBe(2);
    expect(policy.drop(queue, 0)).toEqual([]);
    policy.finished(queue, 2, 7);
    expect(policy.drop(queue, 0)).toEqual([0]);
  });

  it.each([
    ["{ parameters: { least: 1 } }", { leest: 1 }, 'has no parameter "leest" (did you mean "least"?)'],
    ["{}", { a: 1 }, 'has no parameter "a" (it has none)'],
    ["{ parameters: [1] }", {}, "parameters must be a mapping of names to defaults"],
    ["{ drop: 3 }", {}, "drop must be a function, is a number"],
    ["{ finished: 'x' }", {}, "finished must be a function, is a string"],
  ])("with %s and %j is refused in one line", async (parts, given, complaint) => {
    const path = moduleFile(`export default { name: "x", pick: () => 0, ...${parts} };`);
    await expect(loadUserScheduler(path, given)).rejects.toThrow(`scheduler ${path}: ${complaint}`);
  });

  it.each<[unknown, string]>([
    [[1], "drop returned request 1, which has begun: 2 of its layers have run"],
    [[7], "drop returned 7, not the id of a ready request"],
    [["0"], "drop returned a string, not the id of a ready request"],
    [undefined, "drop returned undefined, not a list of ids"],
    [0, "drop returned 0, not a list of ids"],
  ])("that drops %j is named", (ids, complaint) => {
    const drop = () => ids as number[];
    const policy = new UserPolicy({ name: "mine", pick: () => 0, drop }, networkOf);
    const queue = queueOf({}, {});
    queue.layersDone[1] = 2;
    expect(() => policy.drop(queue, 0)).toThrow(`scheduler "mine": decision 1: ${complaint}`);
  });

  it.each([
    [1, "returned 1, not an index below 1"],
    [-1, "returned -1, not an index below 1"],
    [0.5, "returned 0.5, not an index below 1"],
    [Number.NaN, "returned NaN, not an index below 1"],
    [undefined, "returned undefined, not an index below 1"],
    ["0", "returned a string, not an index below 1"],
    [Promise.resolve(0), "returned a promise (pick must not be async), not an index below 1"],
  ])("that returns %s is named with the decision", (answer, complaint) => {
    const policy = policyOf(() => answer as number);
    expect(() => policy.pick(queueOf({}), 0)).toThrow(`scheduler "mine": decision 1: pick ${complaint}`);
  });

  it("that throws is named with the decision", () => {
    let calls = 0;
    const policy = policyOf(() => {
      calls += 1;
      if (calls === 3) throw new Error("out of ideas\nand more");
      return 0;
    });
    policy.pick(queueOf({}), 0);
    policy.pick(queueOf({}), 0);
    expect(() => policy.pick(queueOf({}), 0)).toThrow('scheduler "mine": decision 3: pick threw Error: out of ideas');
  });

  it("that throws what cannot be printed is still one line", () => {
    const policy = policyOf(() => {
      throw Object.create(null);
    });
    expect(() => policy.pick(queueOf({}), 0)).toThrow(
      'scheduler "mine": decision 1: pick threw something that cannot be printed',
    );
  });

  it.each([
    ["export const name = 1;", "the default export must be { name: one line of text, pick(ready, now) }"],
    ["export default { name: 'x' };", "the default export must be { name: one line of text, pick(ready, now) }"],
    [
      "export default { name: '', pick() {} };",
      "the default export must be { name: one line of text, pick(ready, now) }",
    ],
    ["export default { name: 'x', get pick() { throw new Error('boo'); } };", "cannot be loaded: Error: boo"],
    ["import './missing.mjs';", "cannot be loaded"],
    ["this is no module", "cannot be loaded"],
  ])("module %j is refused in one line", async (text, complaint) => {
    const path = moduleFile(text);
    await expect(loadUserScheduler(path)).rejects.toThrow(`scheduler ${path}: ${complaint}`);
  });
});
