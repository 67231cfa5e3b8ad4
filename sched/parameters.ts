/** Parameters of the policies: what a scenario may set, and what a run hands to a policy's constructor. */
import type { Semantics } from "../workloads/semantics/faults.ts";

/** What the policies of a run are made with. */
export interface PolicyParameters {
  /** β weighs the slack in the static score, η slack and penalty in the dynamic one; clampSlack cuts slack at 0. */
  readonly dysta: { readonly beta: number; readonly eta: number; readonly clampSlack: boolean };
  /** α weighs fairness against urgency. */
  readonly sdrm3: { readonly alpha: number };
  /** The artifact's faults that the run has. */
  readonly semantics: Semantics;
}
