/** Networks on the modelled array, dispatched by the scheduling unit in doubles: the software's schedule? */
import { test } from "vitest";
import { listScenarios } from "../../workloads/scenarios/scenario.ts";
import { expectSameAsSoftware } from "../sim/core/same-as-software.ts";
import { isOnHardware } from "../workloads/stated-load.ts";

test.each(listScenarios().filter(({ name }) => isOnHardware(name)))("$name", async ({ name }) => {
  await expectSameAsSoftware(name);
});
