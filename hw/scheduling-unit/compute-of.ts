/** Which arithmetic a unit has. */
import { type Compute, ComputeUnit } from "./compute-unit.ts";
import type { SchedulingUnit } from "./description.ts";
import type { RequestMemory } from "./request-memory.ts";
import { SwpComputeUnit } from "./swp-compute-unit.ts";
import type { Tables } from "./tables.ts";

export function computeOf(unit: SchedulingUnit, requests: RequestMemory, tables: Tables): Compute {
  if (unit.policy === "dysta") return new ComputeUnit(unit, requests, tables);
  return new SwpComputeUnit(unit, requests, tables);
}
