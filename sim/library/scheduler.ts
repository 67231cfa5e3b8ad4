/** Types of a scheduler of one's own: `import type { Scheduler } from "dysta-sim/scheduler"`. */
export type { RequestView, UserScheduler as Scheduler } from "../../sched/user-policy.ts";
