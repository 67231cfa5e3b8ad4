/** Every built-in scheduler by name. */

import { ArtifactPlanaria } from "./artifact/planaria.ts";
import { artifactPolicy } from "./artifact/policies.ts";
import { Dysta } from "./dysta.ts";
import { Edf } from "./edf.ts";
import { Fcfs } from "./fcfs.ts";
import { Llf } from "./llf.ts";
import type { PolicyParameters } from "./parameters.ts";
import { Planaria } from "./planaria.ts";
import type { Policy } from "./policy.ts";
import { Prema } from "./prema.ts";
import { Sdrm3 } from "./sdrm3.ts";
import { Sjf } from "./sjf.ts";
import { DystaStatic } from "./static.ts";
import { Swp } from "./swp.ts";

interface Entry {
  readonly description: string;
  /** Another reading of a scheduler, kept beside it: not among `all`. */
  readonly isReading?: true;
  readonly create: (parameters: PolicyParameters) => Policy;
}

export const schedulers = {
  fcfs: { description: "first come, first served; never preempts", create: () => new Fcfs() },
  sjf: { description: "least remaining time, averages of the model", create: () => new Sjf({ sparse: false }) },
  sjf_sparse: {
    description: "least remaining time, averages of the (model, pattern) scaled by measured density",
    create: () => new Sjf({ sparse: true }),
  },
  prema: {
    description: "PREMA: tokens by priority and slowdown, then least remaining time; waiting recounted",
    create: () => new Prema({ name: "prema", sparse: false, waiting: "recounted" }),
  },
  prema_sparse: {
    description: "PREMA with pattern averages scaled by measured density",
    create: () => new Prema({ name: "prema_sparse", sparse: true, waiting: "recounted" }),
  },
  prema_recount: {
    description: "PREMA, reading: every decision counts the whole wait again (the same as prema)",
    isReading: true,
    create: () => new Prema({ name: "prema_recount", sparse: false, waiting: "recounted" }),
  },
  prema_once: {
    description: "PREMA, reading: every moment of waiting counts once",
    isReading: true,
    create: () => new Prema({ name: "prema_once", sparse: false, waiting: "once" }),
  },
  planaria: {
    description: "Planaria on one array: requests that can still meet their deadline first, most priority per slack",
    create: () => new Planaria(),
  },
  planaria_artifact: {
    description: "Planaria as the public artifact has it: most priority per slack, late requests last",
    isReading: true,
    create: () => new ArtifactPlanaria("planaria_artifact"),
  },
  sdrm3: {
    description: "SDRM3 (DREAM): urgency + α · fairness",
    create: ({ sdrm3 }) => new Sdrm3({ sparse: false, ...sdrm3 }),
  },
  sdrm3_sparse: {
    description: "SDRM3 with pattern averages scaled by measured density",
    create: ({ sdrm3 }) => new Sdrm3({ sparse: true, ...sdrm3 }),
  },
  edf: { description: "earliest deadline first", create: () => new Edf() },
  llf: { description: "least laxity first, averages of the (model, pattern)", create: () => new Llf() },
  dysta_static: {
    description: "Dysta's software level alone: the score at arrival",
    create: ({ dysta }) => new DystaStatic(dysta),
  },
  dysta_naive: {
    description: "Dysta without sparsity (the paper's Dysta-w/o-sparse): model averages, no monitor",
    create: ({ dysta }) => new Dysta("dysta_naive", dysta),
  },
  dysta_pattern: {
    description: "Dysta with averages of the (model, pattern), without the monitor",
    create: ({ dysta }) => new Dysta("dysta_pattern", dysta),
  },
  dysta: {
    description: "Dysta: static and dynamic level, measured density",
    create: ({ dysta }) => new Dysta("dysta", dysta),
  },
  dysta_oracle: {
    description: "Dysta's score with true latencies; a yardstick, not an optimum",
    create: ({ dysta }) => new Dysta("dysta_oracle", dysta),
  },
  swp: {
    description: "slack-weighted processing time: least remaining time × weight, less the nearer the deadline",
    create: () => new Swp("swp"),
  },
  swp_plus: {
    description: "as swp, and requests whose deadline is lost weigh a quarter more",
    create: () => new Swp("swp_plus"),
  },
} satisfies Record<string, Entry>;

export type SchedulerName = keyof typeof schedulers;
export const schedulerNames = Object.keys(schedulers) as SchedulerName[];

/** What `all` stands for: every scheduler but the further readings of one. */
export const comparedSchedulers = schedulerNames.filter((name) => !("isReading" in schedulers[name]));

export function isSchedulerName(name: string): name is SchedulerName {
  return Object.hasOwn(schedulers, name);
}

/** A fresh policy for one run: the paper's, or the artifact's where the run has one of its faults. */
export function createPolicy(name: SchedulerName, parameters: PolicyParameters): Policy {
  return artifactPolicy(name, parameters) ?? schedulers[name].create(parameters);
}
