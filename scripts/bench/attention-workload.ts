/** The recorded attention workload of the benchmarks: BERT, BART and GPT-2 at 512 tokens, requests of seed 1. */
import type { Workload } from "../../sim/loop/workload.ts";
import { drawArtifactRequests, withDeadlines } from "../../workloads/artifact-requests.ts";
import { buildLookupTables } from "../../workloads/lookup-table.ts";
import { MersenneTwister } from "../../workloads/mersenne-twister.ts";
import { packagePath } from "../../workloads/package-root.ts";
import { readProfiles } from "../../workloads/profile-csv.ts";

const names = ["load_balance_bart_glue_128", "load_balance_bert_squad_384", "load_balance_gpt2_glue_128"];
const profiles = names.flatMap((name) =>
  readProfiles(packagePath("workloads/artifact-tables/sanger", `${name}.csv`), { sequenceLength: 512 }),
);
const tables = buildLookupTables(profiles);
/** Seconds. */
export const meanIsolated = tables.reduce((sum, table) => sum + table.isolatedLatency, 0) / tables.length;

/** @param rate requests per second. */
export function attentionWorkload(rate: number, count: number): Workload {
  const requests = drawArtifactRequests(new MersenneTwister(1), { rate, count, profiles });
  return {
    timeUnit: "seconds",
    secondsPerTick: 1,
    profiles,
    tables,
    requests: withDeadlines(requests, tables, 10),
  };
}
