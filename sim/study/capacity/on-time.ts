/** The share of requests on time under one scheduler, seed by seed: what a worker thread does for `dysta capacity`. */
import { task } from "../../threads/task.ts";
import { type SimulateJob, simulateJob } from "../run/simulate-job.ts";

export interface OnTimeJob extends Pick<SimulateJob, "setup" | "scheduler" | "dispatch" | "preemption"> {
  readonly seeds: readonly number[];
}

/** Shares, 0..1, in the order of the seeds. */
export const onTimeTask = task<OnTimeJob, readonly number[]>("on-time", {
  userModuleOf: ({ scheduler }) => (scheduler.kind === "module" ? scheduler.path : undefined),
});

export async function onTimeJob({ seeds, ...job }: OnTimeJob): Promise<number[]> {
  const shares: number[] = [];
  for (const seed of seeds) shares.push(await onTimeShare({ ...job, seed }));
  return shares;
}

/** Of one seed, 0..1; what was dropped is not on time. */
export async function onTimeShare(job: Omit<SimulateJob, "keep">): Promise<number> {
  const { metrics } = await simulateJob({ ...job, keep: "metrics" });
  return 1 - metrics.overall.violationRate;
}
