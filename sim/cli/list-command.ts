/** `dysta list`: what there is, with a line on each. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { hardwarePresets } from "../../hw/presets/presets.ts";
import { schedulerNames, schedulers } from "../../sched/registry.ts";
import { ConfigError } from "../../workloads/input/errors.ts";
import { networkFileName } from "../../workloads/networks/network-file.ts";
import { networkNames, networkOf } from "../../workloads/networks/networks.ts";
import { builtInTables } from "../../workloads/scenarios/load-tables.ts";
import { listScenarios } from "../../workloads/scenarios/scenario.ts";
import { faults } from "../../workloads/semantics/faults.ts";
import type { Profile } from "../../workloads/tables/profile.ts";
import { acceleratorNames } from "../profile/accelerator.ts";
import { listSweeps } from "../study/sweep/sweep-file.ts";
import { newTable } from "../view/text/table.ts";
import { colours } from "../view/text/terminal.ts";
import { exitStatus } from "./exit.ts";

interface Item {
  readonly name: string;
  readonly description: string;
}

const lists = {
  schedulers: () => schedulerNames.map((name) => ({ name, description: schedulers[name].description })),
  networks: () => [...networkNames, ...networkFolders()].map((name) => ({ name, description: networkText(name) })),
  hardware: () => acceleratorNames.map((name) => ({ name, description: hardwareText(name) })),
  models: () => builtInTables().flatMap(({ table, profiles }) => profiles.map((profile) => modelItem(table, profile))),
  scenarios: () => listScenarios().map(({ name, description }) => ({ name, description })),
  sweeps: listSweeps,
  faults: () => Object.entries(faults).map(([name, description]) => ({ name, description })),
} as const satisfies Record<string, () => Item[]>;

/** A folder that cannot be read says why; the others are listed all the same. */
function networkText(name: string): string {
  try {
    const { description, layers, densities, note } = networkOf(name);
    const parts = [`${layers.length} layers`, description, `densities ${densities.source}`, ...(note ? [note] : [])];
    return parts.join("; ");
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

/** Folders in the working directory that are networks. */
function networkFolders(): string[] {
  return readdirSync(".")
    .filter((name) => existsSync(join(name, networkFileName)))
    .map((name) => `./${name}`);
}

type ListName = keyof typeof lists;
const listNames = Object.keys(lists) as ListName[];

export function listCommand({ what, json }: { what?: ListName | undefined; json: boolean }): number {
  const wanted = what === undefined ? listNames : [what];
  const found = wanted.map((name) => [name, lists[name]()] as const);
  if (json) process.stdout.write(`${JSON.stringify(Object.fromEntries(found))}\n`);
  else for (const [name, items] of found) process.stdout.write(`${colours.bold(name)}\n${itemTable(items)}\n\n`);
  return exitStatus.done;
}

function hardwareText(name: string): string {
  const hardware = hardwarePresets.get(name);
  if (hardware === undefined) return "the public artifact's analytic model of Eyeriss v2, faults included";
  const { grid, macsPerPe, clockHz, dram } = hardware;
  const clusters = `${grid.clusterRows}×${grid.clusterColumns} clusters of ${grid.peRows}×${grid.peColumns} PEs`;
  const memory = dram.bytesPerSecond === Infinity ? "unbounded memory" : `${dram.bytesPerSecond / 1e9} GB/s`;
  return `${clusters}, ${macsPerPe} MAC per PE and cycle, ${clockHz / 1e6} MHz, ${memory}`;
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
