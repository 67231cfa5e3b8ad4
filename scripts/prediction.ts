/**
 * What watching density buys on a scenario (default: ar-vr-measured): errors of predicted latencies, with and without a
 * monitor. Prints the tables of docs/validation-prediction.md.
 *
 *     npm run prediction [-- SCENARIO [SAMPLES] [--json]]
 */
import { schedulerNames } from "../sched/registry.ts";
import { cacheFolder } from "../sim/results/cache.ts";
import { predictionReport } from "../sim/study/prediction/prediction-report.ts";
import { predictionTables } from "../sim/view/text/prediction-render.ts";
import { requirePositiveInteger } from "../workloads/input/positive-integer.ts";
import { loadScenario } from "../workloads/scenarios/scenario.ts";

const words = process.argv.slice(2);
const [name = "ar-vr-measured", samples] = words.filter((word) => word !== "--json");
const scenario = await loadScenario(name, schedulerNames);
const asked = samples === undefined ? scenario.samples : requirePositiveInteger("SAMPLES", Number(samples));
const report = await predictionReport(
  { ...scenario, samples: asked ?? scenario.samples },
  { cache: cacheFolder(undefined) },
);
process.stdout.write(`${words.includes("--json") ? JSON.stringify(report) : predictionTables(report)}\n`);
