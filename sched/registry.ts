/** Every built-in scheduler by name. */
import type { Semantics } from "../workloads/semantics/faults.ts";
import { Dysta } from "./dysta.ts";
import { Edf } from "./edf.ts";
import { Fcfs } from "./fcfs.ts";
import { Llf } from "./llf.ts";
import { Planaria } from "./planaria.ts";
import type { Policy } from "./policy.ts";
import { Prema } from "./prema.ts";
import { Sdrm3 } from "./sdrm3.ts";
import { Sjf } from "./sjf.ts";
import { DystaStatic } from "./static.ts";

export interface PolicyParameters {
  /** β weighs the slack in the static score, η slack and penalty in the dynamic one; clampSlack cuts slack at 0. */
  readonly dysta: { readonly beta: number; readonly eta: number; readonly clampSlack: boolean };
  /** α weighs fairness against urgency. */
  readonly sdrm3: { readonly alpha: number };
  readonly semantics: Semantics;
}

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
    create: ({ semantics }) => new Prema({ sparse: false }, semantics),
  },
  prema_sparse: {
    description: "PREMA with pattern averages scaled by measured density",
    create: ({ semantics }) => new Prema({ sparse: true }, semantics),
  },
  planaria: {
    description: "Planaria on one array: most priority per slack",
    create: ({ semantics }) => new Planaria(semantics),
  },
  sdrm3: {
    description: "SDRM3 (DREAM): urgency + α · fairness",
    create: ({ sdrm3, semantics }) => new Sdrm3({ sparse: false, ...sdrm3 }, semantics),
  },
  sdrm3_sparse: {
    description: "SDRM3 with pattern averages scaled by measured density",
    create: ({ sdrm3, semantics }) => new Sdrm3({ sparse: true, ...sdrm3 }, semantics),
  },
  edf: { description: "earliest deadline first", create: () => new Edf() },
  llf: { description: "least laxity first, averages of the (model, pattern)", create: () => new Llf() },
  dysta_static: {
    description: "Dysta's software level alone: the score at arrival",
    create: ({ dysta }) => new DystaStatic(dysta),
  },
  dysta_naive: {
    description: "Dysta without sparsity (the paper's Dysta-w/o-sparse): model averages, no monitor",
    create: ({ dysta, semantics }) => new Dysta("dysta_naive", dysta, semantics),
  },
  dysta: {
    description: "Dysta: static and dynamic level, measured density",
    create: ({ dysta, semantics }) => new Dysta("dysta", dysta, semantics),
  },
  dysta_oracle: {
    description: "Dysta's score with true latencies; a yardstick, not an optimum",
    create: ({ dysta, semantics }) => new Dysta("dysta_oracle", dysta, semantics),
  },
} satisfies Record<string, Entry>;

export type SchedulerName = keyof typeof schedulers;
export const schedulerNames = Object.keys(schedulers) as SchedulerName[];

export function isSchedulerName(name: string): name is SchedulerName {
  return Object.hasOwn(schedulers, name);
}

/** A fresh policy for one run. */
export function createPolicy(name: SchedulerName, parameters: PolicyParameters): Policy {
  return schedulers[name].create(parameters);
}
