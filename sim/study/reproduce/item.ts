/** What an item of `dysta reproduce` is: a figure or a table of the paper, asked again. */
import type { Profile } from "../../../workloads/tables/profile.ts";
import type { PointQuestion, PointResult } from "./points.ts";
import type { Published } from "./published.ts";
import type { ReproducedRow } from "./row.ts";

/** What items are answered from. */
export interface Findings {
  readonly published: Published;
  /** @throws if the point was not among those that the item asked for */
  point(question: PointQuestion): PointResult;
  /** The attention networks: recorded tables in the artifact's format at its 512 tokens, and on the modelled array. */
  readonly attention: { readonly recorded: readonly Profile[]; readonly modelled: readonly Profile[] };
  /** Threads and cache, for what an item computes by itself. */
  readonly work: { readonly workers?: number | undefined; readonly cache: string | undefined };
}

export interface Item {
  readonly title: string;
  /** Points that it needs run. */
  readonly points?: readonly PointQuestion[];
  /** Whether it reads `Findings.attention`. */
  readonly needsAttention?: true;
  rows(findings: Findings): ReproducedRow[] | Promise<ReproducedRow[]>;
  /** Why ours is as near or far as it is: plain sentences. */
  readonly why: string;
}
