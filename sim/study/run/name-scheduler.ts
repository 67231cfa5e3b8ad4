/** The name that a user's scheduler calls itself, asked for in a thread of its own. */
import { loadUserScheduler } from "../../../sched/user-policy.ts";
import type { SchedulerParameters } from "../../../workloads/scenarios/scenario.ts";
import { task } from "../../threads/task.ts";

/** The path of a user's module. */
interface NameSchedulerJob {
  readonly path: string;
  /** What the scenario gives it. */
  readonly parameters?: SchedulerParameters;
}

export const nameSchedulerTask = task<NameSchedulerJob, string>("name-scheduler", {
  userModuleOf: ({ path }) => path,
});

/** @throws ConfigError for a module that cannot be loaded or is no scheduler. */
export async function nameScheduler({ path, parameters }: NameSchedulerJob): Promise<string> {
  return (await loadUserScheduler(path, parameters)).name;
}
