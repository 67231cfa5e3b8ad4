import type { RequestTable } from "../../workloads/requests/requests.ts";
import type { LookupTable } from "../../workloads/tables/lookup-table.ts";
import type { Profile, TimeUnit } from "../../workloads/tables/profile.ts";

/** One run's input: the networks, what schedulers know of them, and the requests. All in one time unit. */
export interface Workload {
  readonly timeUnit: TimeUnit;
  /** 1 for seconds, 1 / clock for cycles. */
  readonly secondsPerTick: number;
  readonly profiles: readonly Profile[];
  /** One per profile. */
  readonly tables: readonly LookupTable[];
  readonly requests: RequestTable;
}
