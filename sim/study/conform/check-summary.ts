/** The summary table of scenarios: each row replayed from its scenario file, to the last bit. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { amountRule, columnIndex, numberColumn, readTable } from "../../../workloads/tables/table-reader.ts";
import { computeMetrics } from "../../core/metrics.ts";
import type { Workload } from "../../core/workload.ts";
import type { Check } from "./check.ts";
import type { ConformJob } from "./part.ts";
import type { RecordedTables } from "./recorded-tables.ts";
import { readRecording, scenarioRecording } from "./recordings.ts";
import { type RecordedParameters, replay } from "./replay.ts";
import { scenarioWorkload } from "./scenario-workload.ts";

export const checkSummary: Check = (job, tables, comparison) => {
  const table = readTable(join(job.dir, job.file));
  const [scenarioColumn, schedulerColumn] = ["scenario", "scheduler"].map((name) => columnIndex(table, name));
  const names = ["violation_rate", "stp", "antt", "dispatches", "clock_rollbacks"];
  const columns = names.map((name) => numberColumn(table, name, amountRule));
  const folder = dirname(job.file);
  const scenarios = new Map<string, Scenario>();
  for (const [row, { cells }] of table.rows.entries()) {
    const name = cells[scenarioColumn];
    const file = join(folder, "scenarios", `${name}.json`);
    if (!existsSync(join(job.dir, file))) return { skipped: true, reason: `scenario ${file} is not in the folder` };
    const { workload, params } = scenarios.get(name) ?? readScenario({ dir: job.dir, file }, tables);
    scenarios.set(name, { workload, params });
    const scheduler = cells[schedulerColumn];
    const schedule = replay(workload, scheduler, params);
    const { violationRate, throughputPerS, antt } = computeMetrics(workload, schedule).overall;
    const replayed = [violationRate, throughputPerS, antt, schedule.decisionCount, schedule.clockRollbacks.length];
    for (const [index, value] of replayed.entries()) {
      comparison.exact(columns[index][row], value, () => `${name}: ${scheduler}: ${names[index]}`);
    }
  }
  return undefined;
};

interface Scenario {
  readonly workload: Workload;
  readonly params: RecordedParameters;
}

function readScenario(place: Pick<ConformJob, "dir" | "file">, tables: RecordedTables): Scenario {
  const recording = readRecording(place, scenarioRecording);
  return { workload: scenarioWorkload(place.file, recording, tables), params: recording.params };
}
