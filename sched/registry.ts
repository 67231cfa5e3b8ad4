/** Every built-in scheduler by name. */
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

interface Entry {
  readonly description: string;
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
    description: "PREMA: tokens by priority and slowdown, then least remaining time",
    create: () => new Prema({ sparse: false }),
  },
  prema_sparse: {
    description: "PREMA with pattern averages scaled by measured density",
    create: () => new Prema({ sparse: true }),
  },
  planaria: {
    description: "Planaria on one array: most priority per slack",
    create: () => new Planaria(),
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
  dysta: {
    description: "Dysta: static and dynamic level, measured density",
    create: ({ dysta }) => new Dysta("dysta", dysta),
  },
  dysta_oracle: {
    description: "Dysta's score with true latencies; a yardstick, not an optimum",
    create: ({ dysta }) => new Dysta("dysta_oracle", dysta),
  },
} satisfies Record<string, Entry>;

export type SchedulerName = keyof typeof schedulers;
export const schedulerNames = Object.keys(schedulers) as SchedulerName[];

export function isSchedulerName(name: string): name is SchedulerName {
  return Object.hasOwn(schedulers, name);
}

/** A fresh policy for one run: the paper's, or the artifact's where the run has one of its faults. */
export function createPolicy(name: SchedulerName, parameters: PolicyParameters): Policy {
  return artifactPolicy(name, parameters) ?? schedulers[name].create(parameters);
}
