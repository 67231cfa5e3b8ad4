/** Is the naive scheduler itself right? Under the artifact's faults it must repeat the artifact's recordings bit for bit. */
import { describe, expect, test } from "vitest";
import { artifact } from "../../workloads/semantics/faults.ts";
import { type NaivePolicyName, paperParameters } from "./naive-policies.ts";
import { type LayerExecution, scheduleNaively } from "./naive-scheduler.ts";
import { readRecordedScenario } from "./recorded-workload.ts";

// The longer recordings agree as well, in a minute and a half.
const scenarios = [
  "attn_10_overload",
  "cnn_10_light",
  "attn_50_light",
  "cnn_50_moderate",
  "attn_200_moderate",
  "mixed_200_moderate",
];

describe.each(scenarios)("%s", (name) => {
  const { workload, params, schedulers } = readRecordedScenario(name);
  const parameters = { ...paperParameters, eta: params.beta, fairnessWeight: params.alpha };

  test.each(Object.keys(schedulers) as NaivePolicyName[])("%s", (policy) => {
    const { executions, finish, finishOrder, clockRollbacks } = scheduleNaively(workload, {
      policy,
      parameters,
      faults: artifact,
      preemptionCost: 0,
    });
    const recorded = schedulers[policy];
    expect(runLengths(executions)).toBe(recorded.dispatch);
    expect(finish).toEqual(recorded.finish);
    expect(finishOrder).toEqual(recorded.finish_order);
    expect(clockRollbacks).toEqual(recorded.clock_rollbacks);
  });
});

function runLengths(executions: readonly LayerExecution[]): string {
  const runs: [request: number, layers: number][] = [];
  for (const { request } of executions) {
    const last = runs.at(-1);
    if (last?.[0] === request) last[1] += 1;
    else runs.push([request, 1]);
  }
  return runs.map(([request, layers]) => (layers === 1 ? `${request}` : `${request}x${layers}`)).join(" ");
}
