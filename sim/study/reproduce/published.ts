/** What the paper publishes, figure by figure; where each number was read is in the file's own `source`. */
import { readFileSync } from "node:fs";
import { packagePath } from "../../../workloads/input/package-root.ts";

/** The paper's two workloads. */
export type Workload = "attnn" | "cnn";

/** By the paper's name of a scheduler, then by the value on the x axis (SLO multiplier, or requests per second). */
type Curves = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface Panel {
  readonly violationPct: Curves;
  readonly antt: Curves;
  /** Only of Fig. 15. */
  readonly throughputInfPerS?: Curves;
}

interface Range {
  readonly least: number;
  readonly most: number;
}

type LeastMost = readonly [least: number, most: number];

/** Percentages are 0..100; Table 4 is in seconds; latencies and MACs of figures 2 and 4 are relative to their mean. */
export interface Published {
  readonly source: string;
  readonly table2: Readonly<Record<string, number>>;
  readonly fig2: Readonly<Record<"secondLast" | "last" | "text", Range>>;
  /** Least and most sparsity of the first six layers. */
  readonly fig3: Readonly<Record<string, readonly LeastMost[]>>;
  readonly fig4: Readonly<
    Record<string, { readonly sparsity: number; readonly channel: LeastMost; readonly random: LeastMost }>
  >;
  readonly fig9: Readonly<Record<string, Pick<Range, "least">>>;
  readonly table4: Readonly<Record<string, Readonly<Record<"averageAll" | "lastN3" | "lastOne", number>>>>;
  /** By scheduler: AttNN ANTT and violations %, CNN ANTT and violations %. */
  readonly table5: Readonly<Record<string, readonly [number, number, number, number]>>;
  readonly fig12Annotations: Readonly<Record<string, { readonly anttFactor: number; readonly points: number }>>;
  readonly fig13: Readonly<
    Record<Workload, Readonly<Record<"violationPct" | "antt", Readonly<Record<string, number>>>>>
  >;
  /** Of Dysta-w/o-sparse and of Dysta against PREMA. */
  readonly fig13Annotations: Readonly<
    Record<Workload, { readonly points: readonly [number, number]; readonly anttPercent: readonly [number, number] }>
  >;
  /** By requests per second. */
  readonly fig14: Readonly<Record<Workload, Readonly<Record<string, Panel>>>>;
  readonly fig15: Readonly<Record<Workload, Panel>>;
}

let read: Published | undefined;

export function published(): Published {
  read ??= JSON.parse(readFileSync(packagePath("workloads", "published", "dysta-micro23.json"), "utf8")) as Published;
  return read;
}
