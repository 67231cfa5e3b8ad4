/** `dysta list`: what there is, with a line on each. */
import pc from "picocolors";
import { schedulerNames, schedulers } from "../../sched/registry.ts";
import { faults } from "../../workloads/faults.ts";
import { builtInTables } from "../../workloads/load-tables.ts";
import type { Profile } from "../../workloads/profile.ts";
import { listScenarios } from "../../workloads/scenario.ts";
import { exitStatus } from "./exit.ts";
import { newTable } from "./table.ts";

interface Item {
  readonly name: string;
  readonly description: string;
}

const lists = {
  schedulers: () => schedulerNames.map((name) => ({ name, description: schedulers[name].description })),
  models: () => builtInTables().flatMap(({ table, profiles }) => profiles.map((profile) => modelItem(table, profile))),
  scenarios: () => listScenarios().map(({ name, description }) => ({ name, description })),
  faults: () => Object.entries(faults).map(([name, description]) => ({ name, description })),
} as const satisfies Record<string, () => Item[]>;

type ListName = keyof typeof lists;
const listNames = Object.keys(lists) as ListName[];

export function listCommand({ what, json }: { what?: ListName | undefined; json: boolean }): number {
  const wanted = what === undefined ? listNames : [what];
  const found = wanted.map((name) => [name, lists[name]()] as const);
  if (json) process.stdout.write(`${JSON.stringify(Object.fromEntries(found))}\n`);
  else for (const [name, items] of found) process.stdout.write(`${pc.bold(name)}\n${itemTable(items)}\n\n`);
  return exitStatus.done;
}

function modelItem(table: string, { model, pattern, layerCount, sampleIds, source }: Profile): Item {
  const size = `${layerCount} layers, ${sampleIds.length} samples`;
  return { name: `${model}/${pattern}`, description: `${table}: ${size}; ${source}` };
}

function itemTable(items: readonly Item[]): string {
  const table = newTable([], { alignment: ["left", "left"] });
  for (const { name, description } of items) table.push([name, description]);
  return table.toString();
}
