/** `dysta reproduce`: the paper's figures and tables, published and ours. */
import { schedulerNames } from "../../../sched/registry.ts";
import { ConfigError, didYouMean } from "../../../workloads/input/errors.ts";
import { readTables } from "../../../workloads/scenarios/load-tables.ts";
import { loadScenario } from "../../../workloads/scenarios/scenario.ts";
import { type Erratum, errataOf, noiseOfFiveSeeds } from "./errata.ts";
import { fig2 } from "./fig2.ts";
import { fig3 } from "./fig3.ts";
import { fig4 } from "./fig4.ts";
import { fig9 } from "./fig9.ts";
import { fig12 } from "./fig12.ts";
import { fig13 } from "./fig13.ts";
import { fig14 } from "./fig14.ts";
import { fig15 } from "./fig15.ts";
import type { Findings, Item } from "./item.ts";
import { keyOf, type NetworksByReading, networksFor, type PointWork, readings, runPoints } from "./points.ts";
import { published, type Workload } from "./published.ts";
import { fig16, table6 } from "./resources.ts";
import { type ReproducedRow, verdictOf } from "./row.ts";
import { table2 } from "./table2.ts";
import { table4 } from "./table4.ts";
import { defaultPoints, table5 } from "./table5.ts";

/** In the order of the paper. */
const items = {
  ...{ table2, fig2, fig3, fig4, fig9, table4, fig12, table5, fig13, fig14, fig15, fig16, table6 },
} as const satisfies Readonly<Record<string, Item>>;

type ItemName = keyof typeof items;
export const itemNames = Object.keys(items) as ItemName[];

export interface ReproducedItem {
  readonly item: ItemName;
  readonly title: string;
  readonly rows: readonly ReproducedRow[];
  readonly verdict: string;
  readonly why: string;
}

export interface Reproduction {
  /** Where the published values were read. */
  readonly source: string;
  readonly requests: number;
  readonly seeds: number;
  readonly items: readonly ReproducedItem[];
  readonly errata: readonly Erratum[];
}

interface ReproduceWork extends Omit<PointWork, "onDone"> {
  /** Does a part of the work, telling someone how far it is; `what` is counted. */
  readonly withProgress: <T>(
    what: string,
    work: (onDone: (done: number, total: number) => void) => Promise<T>,
  ) => Promise<T>;
}

/**
 * The items of names, `all` among them or nothing for every one, in the order of the paper.
 *
 * @throws ConfigError for an unknown name
 */
export function itemsIn(names: readonly string[]): ItemName[] {
  const known: readonly string[] = itemNames;
  const unknown = names.find((name) => name !== "all" && !known.includes(name));
  if (unknown !== undefined)
    throw new ConfigError(`unknown item "${unknown}"${didYouMean(unknown, [...known, "all"])}`);
  return names.length === 0 || names.includes("all") ? itemNames : itemNames.filter((name) => names.includes(name));
}

/**
 * Answers the items again. Simulated points and layers are kept in the cache as they are found.
 *
 * @throws ConfigError as its parts do
 */
export async function reproduce(names: readonly ItemName[], work: ReproduceWork): Promise<Reproduction> {
  const findings = await findingsFor(names, work);
  const answered: ReproducedItem[] = [];
  for (const item of names) {
    const { title, why } = items[item];
    const rows = await items[item].rows(findings);
    answered.push({ item, title, rows, verdict: verdictOf(rows), why });
  }
  const hasDefaults = names.some((name) =>
    questionsOf(name).some((question) => keyOf(question) === keyOf(defaultPoints[0])),
  );
  const noise = hasDefaults && names.includes("table5") ? noiseOfFiveSeeds(findings) : [];
  const { requests, seeds } = work;
  return { source: findings.published.source, requests, seeds, items: answered, errata: errataOf(findings, noise) };
}

function questionsOf(name: ItemName) {
  const item: Item = items[name];
  return item.points ?? [];
}

async function findingsFor(names: readonly ItemName[], work: ReproduceWork): Promise<Findings> {
  const { withProgress, workers, cache } = work;
  const questions = names.flatMap(questionsOf);
  const chosen: readonly Item[] = names.map((name) => items[name]);
  const needsAttention = chosen.some((item) => item.needsAttention === true);
  const workloads = (["attnn", "cnn"] as const).filter((workload) =>
    questions.some((each) => each.workload === workload),
  );
  const modelling = (onDone: PointWork["onDone"]) => ({ workers, cache, onDone });
  const networks: Partial<Record<Workload, NetworksByReading[Workload]>> = {};
  for (const workload of workloads) {
    networks[workload] = await withProgress("layers", (onDone) => readNetworks(workload, modelling(onDone)));
  }
  const modelled = needsAttention
    ? (networks.attnn?.corrected ??
      (await withProgress("layers", (onDone) => networksFor("corrected", "attnn", modelling(onDone)))))
    : undefined;
  const results = await withProgress("points", (onDone) =>
    runPoints(questions, networks as NetworksByReading, { ...work, onDone }),
  );
  return {
    published: published(),
    point: (question) => {
      const found = results.get(keyOf(question));
      if (found === undefined) throw new Error(`point ${keyOf(question)} was not asked for`);
      return found;
    },
    attention: {
      recorded: needsAttention ? await recordedAttention() : [],
      modelled: modelled?.networks.profiles ?? [],
    },
    work: { workers, cache },
  };
}

async function readNetworks(
  workload: Workload,
  modelling: Parameters<typeof networksFor>[2],
): Promise<NetworksByReading[Workload]> {
  const [artifact, sameTables, corrected] = await Promise.all(
    readings.map((reading) => networksFor(reading, workload, modelling)),
  );
  return { artifact, sameTables, corrected };
}

/** As the artifact costs them. */
async function recordedAttention() {
  return readTables({ ...(await loadScenario("multi-attnn", schedulerNames)), semantics: "artifact" });
}
