/** The recorded attention workload of the benchmarks: BERT, BART and GPT-2 at 512 tokens, requests of seed 1. */
import type { Workload } from "../../sim/core/workload.ts";
import { packagePath } from "../../workloads/input/package-root.ts";
import { MersenneTwister } from "../../workloads/random/mersenne-twister.ts";
import { drawArtifactRequests, withDeadlines } from "../../workloads/requests/artifact-requests.ts";
import { buildLookupTables } from "../../workloads/tables/lookup-table.ts";
import { readProfiles } from "../../workloads/tables/profile-csv.ts";

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
