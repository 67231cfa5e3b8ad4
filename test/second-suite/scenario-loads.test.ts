/** Do the comments of the built-in scenarios on hardware state the load they run at? Minutes without kept profiles. */
import { expect, test } from "vitest";
import { networksOf } from "../../sim/profile/modelled-networks.ts";
import { loadTables } from "../../workloads/scenarios/load-tables.ts";
import { listScenarios, loadScenario } from "../../workloads/scenarios/scenario.ts";
import { expectStatedLoad, isOnHardware } from "../workloads/stated-load.ts";

const onHardware = listScenarios().flatMap(({ name }) => (isOnHardware(name) ? [name] : []));

test("there are twelve", () => expect(onHardware).toHaveLength(12));

test.each(onHardware)("%s", async (name) => {
  const scenario = await loadScenario(name, []);
  expectStatedLoad(name, scenario, loadTables(scenario, await networksOf(scenario, { cache: ".dysta-cache" })));
});
