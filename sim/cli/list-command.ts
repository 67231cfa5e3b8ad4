/** `dysta list`: what there is, with a line on each. */
import Table from "cli-table3";
import { schedulerNames, schedulers } from "../../sched/registry.ts";
import { faults } from "../../workloads/faults.ts";
import { builtInTables } from "../../workloads/load-tables.ts";
import { listScenarios } from "../../workloads/scenario.ts";
import { exitStatus } from "./exit.ts";

interface Item {
  readonly name: string;
  readonly description: string;
}

const lists = {
  schedulers: () => schedulerNames.map((name) => ({ name, description: schedulers[name].description })),
  models: () => builtInTables().flatMap(networks),
  scenarios: () => listScenarios().map(({ name, description }) => ({ name, description })),
  faults: () => Object.entries(faults).map(([name, description]) => ({ name, description })),
} as const satisfies Record<string, () => Item[]>;

type ListName = keyof typeof lists;
const listNames = Object.keys(lists) as ListName[];

export function listCommand({ what, json }: { what?: ListName | undefined; json: boolean }): number {
  const wanted = what === undefined ? listNames : [what];
  const found = wanted.map((name) => [name, lists[name]()] as const);
  if (json) process.stdout.write(`${JSON.stringify(Object.fromEntries(found))}\n`);
  else for (const [name, items] of found) process.stdout.write(`${name}\n${itemTable(items)}\n\n`);
  return exitStatus.done;
}

function itemTable(items: readonly Item[]): string {
  const table = new Table({ colAligns: ["left", "left"], style: { head: [], border: [], compact: true } });
  for (const { name, description } of items) table.push([name, description]);
  return table.toString();
}
