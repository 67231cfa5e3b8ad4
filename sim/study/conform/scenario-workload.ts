/** The requests of a recorded scenario, as stored: arrivals are not drawn again. */
import { ConfigError } from "../../../workloads/input/errors.ts";
import { emptyRequestTable, type RequestTable } from "../../../workloads/requests/requests.ts";
import type { Profile } from "../../../workloads/tables/profile.ts";
import type { Workload } from "../../core/workload.ts";
import type { RecordedTables } from "./recorded-tables.ts";
import type { ScenarioRecording } from "./recordings.ts";
import { recordedWorkload } from "./replay.ts";

/**
 * @throws ConfigError naming the request whose model or sample does not exist, and on a damaged table
 */
export function scenarioWorkload(file: string, recording: ScenarioRecording, tables: RecordedTables): Workload {
  const { models, csv, params } = recording;
  const networks = tables.networks(models, csv, params.seq_len);
  return recordedWorkload(networks, storedRequests(file, recording, networks.profiles));
}

function storedRequests(file: string, recording: ScenarioRecording, profiles: readonly Profile[]): RequestTable {
  const { requests: rows, num_requests } = recording;
  if (rows.length !== num_requests) {
    throw new ConfigError(`${file}: requests must have num_requests = ${num_requests} rows, has ${rows.length}`);
  }
  const requests = emptyRequestTable(rows.length);
  for (const [request, [arrival, model, priority, sample, target]] of rows.entries()) {
    const profile = profiles[model];
    if (profile === undefined) {
      throw new ConfigError(`${file}: request ${request}: model index must be below ${profiles.length}, is ${model}`);
    }
    const row = profile.sampleIds.indexOf(sample);
    if (row < 0) throw new ConfigError(`${file}: request ${request}: model ${profile.name} has no sample ${sample}`);
    requests.arrival[request] = arrival;
    requests.profile[request] = model;
    requests.priority[request] = priority;
    requests.sample[request] = row;
    requests.deadline[request] = arrival + target;
  }
  return requests;
}
